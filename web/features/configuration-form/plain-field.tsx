import { Autocomplete, Checkbox, NumberInput, Select, Switch, TagsInput, TextInput } from '@mantine/core'
import { rangeOf, shownUnit } from '../../models/schema-form.ts'
import { useSaid } from '../../ui/translations/use-said.ts'
import { useWords } from '../../ui/translations/use-words.ts'
import type { FieldOf } from './field-props.ts'
import styles from './schema-field.module.css'

/** A value in one control: a word, a number, a choice, yes or no, a list of words. */
export function PlainField(props: FieldOf<'text' | 'choice' | 'switch' | 'number' | 'tags'>) {
  const { schema, value, onChange, path, label, isDisabled, namesOf, faultAt, form } = props
  const said = useSaid()
  const help = said('fieldHelp', path.split('.').at(-1) ?? '')
  const common = {
    ...{ label, disabled: isDisabled, error: faultAt(path), 'data-field': path },
    ...(help !== undefined && { description: help }),
  }
  switch (form.form) {
    case 'switch':
      return <Switch {...common} checked={value === true} onChange={(event) => onChange(event.currentTarget.checked)} />
    case 'choice':
      return (
        <Select
          {...common}
          data={form.choices.map((choice) => ({ value: choice, label: said('choice', choice) ?? choice }))}
          value={String(value)}
          allowDeselect={false}
          onChange={onChange}
        />
      )
    case 'number':
      return <NumberField {...props} form={form} />
    case 'tags': {
      const isNumeric = form.items.type !== 'string'
      const words = Array.isArray(value) ? value.map(String) : []
      if (form.items.enum) return <ChoicesField {...props} form={form} />
      return (
        <TagsInput
          {...common}
          data={[...(form.items.refersTo ? namesOf(form.items.refersTo) : [])]}
          value={words}
          onChange={(next) => onChange(isNumeric ? next.map(Number) : next)}
        />
      )
    }
    case 'text':
      return schema.refersTo ? (
        <Autocomplete
          {...common}
          data={[...namesOf(schema.refersTo)]}
          value={String(value ?? '')}
          onChange={onChange}
        />
      ) : (
        <TextInput {...common} value={String(value ?? '')} onChange={(event) => onChange(event.currentTarget.value)} />
      )
  }
}

/** Some of a few choices, each ticked or not, in the order of the schema. */
function ChoicesField({ value, onChange, path, label, isDisabled, faultAt, form }: FieldOf<'tags'>) {
  const said = useSaid()
  const choices = form.items.enum ?? []
  const chosen = Array.isArray(value) ? value.map(String) : []
  const help = said('fieldHelp', path.split('.').at(-1) ?? '')
  return (
    <Checkbox.Group
      {...{ label, error: faultAt(path), 'data-field': path, value: chosen }}
      {...(help !== undefined && { description: help })}
      onChange={(next) => onChange(choices.filter((choice) => next.includes(choice)))}
    >
      <div className={styles['choices']}>
        {choices.map((choice) => (
          <Checkbox key={choice} value={choice} label={said('choice', choice) ?? choice} disabled={isDisabled} />
        ))}
      </div>
    </Checkbox.Group>
  )
}

/** A number with its range beside it, durations in seconds. What is out of range is taken and told: the check says why. */
function NumberField({ value, onChange, path, label, isDisabled, faultAt, form }: FieldOf<'number'>) {
  const { language } = useWords()
  const said = useSaid()
  const { suffix, factor } = shownUnit(form.unit)
  const description = [said('fieldHelp', path.split('.').at(-1) ?? ''), rangeOf(form, language)].filter(Boolean)
  return (
    <NumberInput
      {...{ label, disabled: isDisabled, error: faultAt(path), 'data-field': path, suffix }}
      {...(description.length > 0 && { description: description.join(' ') })}
      hideControls
      value={typeof value === 'number' && !Number.isNaN(value) ? value / factor : ''}
      onChange={(next) => onChange(typeof next === 'number' ? Math.round(next * factor * 1_000) / 1_000 : Number.NaN)}
    />
  )
}

import { Autocomplete, NumberInput, Select, Switch, TagsInput, TextInput } from '@mantine/core'
import { rangeOf, shownUnit } from '../../models/schema-form.ts'
import { useSaid } from '../../ui/translations/use-said.ts'
import { useWords } from '../../ui/translations/use-words.ts'
import type { FieldOf } from './field-props.ts'

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
      return (
        <TagsInput
          {...common}
          data={[...(form.items.refersTo ? namesOf(form.items.refersTo) : (form.items.enum ?? []))]}
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

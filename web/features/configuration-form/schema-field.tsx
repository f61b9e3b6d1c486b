import { ActionIcon, Autocomplete, Button, Fieldset, Group, Select, Stack } from '@mantine/core'
import { useState } from 'react'
import { emptyOf, type FieldForm, formOf } from '../../models/schema-form.ts'
import { useFieldName, useSaid } from '../../ui/translations/use-said.ts'
import { useWords } from '../../ui/translations/use-words.ts'
import type { FieldOf, FieldProps } from './field-props.ts'
import { PlainField } from './plain-field.tsx'
import styles from './schema-field.module.css'

/** One value of an object, in the form that its schema asks for. */
export function SchemaField(props: FieldProps) {
  const form = formOf(props.schema)
  switch (form.form) {
    case 'record':
      return <RecordField {...props} form={form} />
    case 'object':
      return <ObjectField {...props} form={form} />
    case 'variant':
      return <VariantField {...props} form={form} />
    case 'list':
      return <ListField {...props} form={form} />
    default:
      return <PlainField {...props} form={form} />
  }
}

/** A part of a form with a name of its own, and what is wrong with it as a whole. */
function Part({
  label,
  path,
  faultAt,
  children,
}: Pick<FieldProps, 'label' | 'path' | 'faultAt'> & { children: React.ReactNode }) {
  const said = useSaid()
  const help = said('fieldHelp', path.split('.').at(-1) ?? '')
  const fault = faultAt(path)
  return (
    <Fieldset legend={label} data-field={path} className={styles['part'] ?? ''}>
      {help !== undefined && <p className={styles['help']}>{help}</p>}
      {fault !== undefined && <p className={styles['fault']}>{fault}</p>}
      {children}
    </Fieldset>
  )
}

function ObjectField(props: FieldOf<'object'>) {
  return props.path === '' ? (
    <Properties {...props} />
  ) : (
    <Part {...props}>
      <Properties {...props} />
    </Part>
  )
}

/** Whether a form has room beside another one. */
const isSmall = (form: FieldForm): boolean => ['text', 'choice', 'switch', 'number', 'tags'].includes(form.form)

/** The properties that are there, and a way to add those that are not. */
function Properties(props: FieldOf<'object'>) {
  const { form, value, onChange, path } = props
  const { t } = useWords()
  const nameOf = useFieldName()
  const object = (value ?? {}) as Readonly<Record<string, unknown>>
  const keys = Object.keys(form.properties).filter(
    (key) => form.properties[key]?.const === undefined && (path !== '' || key !== 'name'),
  )
  const absent = keys.filter((key) => object[key] === undefined && !form.required.includes(key))
  const without = (gone: string) => Object.fromEntries(Object.entries(object).filter(([key]) => key !== gone))
  return (
    <div className={styles['grid']}>
      {keys
        .filter((key) => !absent.includes(key))
        .map((key) => (
          <div
            key={key}
            className={`${styles['row']} ${isSmall(formOf(form.properties[key] ?? {})) ? '' : styles['wide']}`}
          >
            <div className={styles['grow']}>
              <SchemaField
                {...props}
                schema={form.properties[key] ?? {}}
                value={object[key]}
                label={nameOf(key)}
                path={path === '' ? key : `${path}.${key}`}
                onChange={(next) => onChange({ ...object, [key]: next })}
              />
            </div>
            {!form.required.includes(key) && (
              <RemoveButton what={nameOf(key)} isDisabled={props.isDisabled} onClick={() => onChange(without(key))} />
            )}
          </div>
        ))}
      {absent.length > 0 && !props.isDisabled && (
        <div className={styles['wide']}>
          <Select
            label={t('admin.addField')}
            searchable
            placeholder={t('admin.addFieldNone')}
            data={absent.map((key) => ({ value: key, label: nameOf(key) }))}
            value={null}
            onChange={(key) => key !== null && onChange({ ...object, [key]: emptyOf(form.properties[key] ?? {}) })}
          />
        </div>
      )}
    </div>
  )
}

function VariantField(props: FieldOf<'variant'>) {
  const { form, value, onChange, path, isDisabled } = props
  const { t } = useWords()
  const said = useSaid()
  const type = String((value as Readonly<Record<string, unknown>> | undefined)?.['type'] ?? '')
  const variant = form.variants.get(type)
  const body = (
    <Stack gap="sm">
      <Select
        label={t('field.type')}
        data={[...form.variants.keys()].map((one) => ({ value: one, label: said('variant', one) ?? one }))}
        value={type}
        disabled={isDisabled}
        allowDeselect={false}
        onChange={(next) => next !== null && onChange(emptyOf(form.variants.get(next) ?? {}))}
      />
      {variant && (
        <Properties
          {...props}
          form={formOf(variant) as FieldOf<'object'>['form']}
          onChange={(next) => onChange({ ...(next as object), type })}
        />
      )}
    </Stack>
  )
  return path === '' ? body : <Part {...props}>{body}</Part>
}

function ListField(props: FieldOf<'list'>) {
  const { form, value, onChange, path, label, isDisabled } = props
  const { t } = useWords()
  const items = Array.isArray(value) ? (value as readonly unknown[]) : []
  return (
    <Part {...props}>
      <Stack gap="sm">
        {items.map((item, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the items of a configured list have no name of their own.
          <div key={index} className={styles['row']}>
            <div className={styles['grow']}>
              <SchemaField
                {...props}
                schema={form.items}
                value={item}
                label={`${label} ${index + 1}`}
                path={`${path}.${index}`}
                onChange={(next) => onChange(items.map((one, at) => (at === index ? next : one)))}
              />
            </div>
            <RemoveButton
              what={`${label} ${index + 1}`}
              isDisabled={isDisabled}
              onClick={() => onChange(items.filter((_, at) => at !== index))}
            />
          </div>
        ))}
        <Group>
          <Button
            variant="default"
            size="xs"
            disabled={isDisabled}
            onClick={() => onChange([...items, emptyOf(form.items)])}
          >
            {t('admin.addItem', { what: label })}
          </Button>
        </Group>
      </Stack>
    </Part>
  )
}

function RecordField(props: FieldOf<'record'>) {
  const { form, value, onChange, path, isDisabled } = props
  const record = (value ?? {}) as Readonly<Record<string, unknown>>
  return (
    <Part {...props}>
      <Stack gap="sm">
        <div className={isSmall(formOf(form.values)) ? styles['grid'] : styles['stack']}>
          {Object.entries(record).map(([name, one]) => (
            <div key={name} className={styles['row']}>
              <div className={styles['grow']}>
                <SchemaField
                  {...props}
                  schema={form.values}
                  value={one}
                  label={name}
                  path={`${path}.${name}`}
                  onChange={(next) => onChange({ ...record, [name]: next })}
                />
              </div>
              <RemoveButton
                what={name}
                isDisabled={isDisabled}
                onClick={() => onChange(Object.fromEntries(Object.entries(record).filter(([other]) => other !== name)))}
              />
            </div>
          ))}
        </div>
        {!isDisabled && <NewEntry {...props} onAdd={(name) => onChange({ ...record, [name]: emptyOf(form.values) })} />}
      </Stack>
    </Part>
  )
}

/** A further key of a record, offered from what there is. Enter adds it; the form around is none that could be sent. */
function NewEntry({ form, value, label, namesOf, onAdd }: FieldOf<'record'> & { onAdd: (key: string) => void }) {
  const { t } = useWords()
  const [key, setKey] = useState('')
  const known = Object.keys((value ?? {}) as object)
  const all = form.keys.refersTo ? namesOf(form.keys.refersTo) : (form.keys.enum ?? [])
  const add = (): void => {
    if (key === '' || known.includes(key)) return
    onAdd(key)
    setKey('')
  }
  return (
    <Group align="flex-end" gap="xs">
      <Autocomplete
        label={t('admin.newKey', { what: label })}
        data={all.filter((one) => !known.includes(one))}
        value={key}
        onChange={setKey}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return
          event.preventDefault()
          add()
        }}
        className={styles['grow'] ?? ''}
      />
      <Button variant="default" onClick={add} disabled={key === ''}>
        {t('admin.add')}
      </Button>
    </Group>
  )
}

function RemoveButton({ what, isDisabled, onClick }: { what: string; isDisabled: boolean; onClick: () => void }) {
  const { t } = useWords()
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      c="var(--ink-soft)"
      mt={24}
      disabled={isDisabled}
      aria-label={t('admin.removeField', { what })}
      onClick={onClick}
    >
      ×
    </ActionIcon>
  )
}

import { Button } from '@mantine/core'
import { type Ref, useId, useImperativeHandle, useRef, useState } from 'react'
import type { ItemView } from '#api/contract'
import { DeskClient } from '../../models/desk-client.ts'
import type { DraftKeeper } from '../../models/draft-keeper.ts'
import { type FormField, type FormValues, missingFields, valueTyped } from '../../models/item-form.ts'
import { saveFile } from '../../models/save-file.ts'
import styles from '../../ui/form.module.css'
import { useWords } from '../../ui/translations/use-words.ts'
import { useStore } from '../../ui/use-store.ts'
import { useItem } from './use-item.ts'

/** What the page asks of the form. */
export interface ItemFormHandle {
  /** Saves what was filled in; false when something required is missing, or the server does not have or take it. */
  prepare(): Promise<boolean>
}

/** What a work item is about, its documents, and its form, saved while one types (DIG-14). */
export function ItemForm(props: { ref: Ref<ItemFormHandle>; interaction: string; token: string; canWrite: boolean }) {
  const { t } = useWords()
  const { interaction, token } = props
  const found = useItem(interaction, token)
  const [missing, setMissing] = useState<readonly string[]>([])
  const place = useRef<HTMLElement>(null)
  useImperativeHandle(props.ref, () => ({
    prepare: async () => {
      const { item, keeper } = found ?? {}
      if (!item?.form || !keeper) return true
      const lacks = missingFields(item.form.fields, keeper.get())
      setMissing(lacks)
      if (lacks[0] !== undefined) place.current?.querySelector<HTMLElement>(`[name="${lacks[0]}"]`)?.focus()
      return lacks.length === 0 && keeper.save()
    },
  }))
  if (!found) return null
  const { item, keeper } = found
  return (
    <section className={styles['form']} aria-label={t('itemForm.title')} ref={place} data-item-form>
      <p className={styles['title']}>{item.subject}</p>
      <Due item={item} />
      <Documents item={item} token={token} />
      {item.form && <h3 className={styles['title']}>{item.form.title}</h3>}
      {item.form && keeper && (
        <Fields
          fields={item.form.fields}
          keeper={keeper}
          missing={missing}
          canWrite={props.canWrite}
          onTyping={() => setMissing([])}
        />
      )}
    </section>
  )
}

function Due({ item: { dueAt, overdue } }: { item: ItemView }) {
  const { t, language } = useWords()
  if (dueAt === null) return null
  const when = new Date(dueAt).toLocaleString(language, { dateStyle: 'medium', timeStyle: 'short' })
  return (
    <p className={styles[overdue ? 'fault' : 'hint']} data-overdue={overdue}>
      {t(overdue ? 'itemForm.overdue' : 'itemForm.due', { when })}
    </p>
  )
}

function Documents({ item: { id, documents }, token }: { item: ItemView; token: string }) {
  const { t } = useWords()
  const [lost, setLost] = useState('')
  if (documents.length === 0) return null
  const save = async ({ hash, name, type }: ItemView['documents'][number]): Promise<void> => {
    const content = await new DeskClient(token).document(id, hash).catch(() => undefined)
    setLost(content ? '' : name)
    if (content) saveFile(name, type, content)
  }
  return (
    <div className={styles['documents']}>
      {documents.map((one) => (
        <Button key={one.hash} size="compact-sm" variant="default" onClick={() => void save(one)}>
          {one.name}
        </Button>
      ))}
      {lost !== '' && (
        <p className={styles['fault']} role="alert">
          {t('itemForm.lost', { name: lost })}
        </p>
      )}
    </div>
  )
}

function Fields(props: {
  fields: readonly FormField[]
  keeper: DraftKeeper<FormValues>
  missing: readonly string[]
  canWrite: boolean
  onTyping: () => void
}) {
  const { t } = useWords()
  const { draft, state, fault } = useStore(props.keeper)
  const type = (field: FormField, typed: string): void => {
    props.keeper.type({ [field.name]: valueTyped(field, typed) } as Partial<FormValues>)
    props.onTyping()
  }
  return (
    <>
      {props.fields.map((field) => (
        <Field
          key={field.name}
          field={field}
          value={String(draft[field.name] ?? '')}
          isMissing={props.missing.includes(field.name)}
          canWrite={props.canWrite}
          onType={(typed) => type(field, typed)}
        />
      ))}
      <p
        className={styles[state === 'unsaved' || state === 'refused' ? 'fault' : 'hint']}
        role="status"
        data-form={state}
      >
        {state === 'refused' ? t('itemForm.refused', { fault }) : state === 'empty' ? '' : t(`notes.${state}`)}
      </p>
    </>
  )
}

function Field(props: {
  field: FormField
  value: string
  isMissing: boolean
  canWrite: boolean
  onType: (typed: string) => void
}) {
  const { t } = useWords()
  const { field, value, isMissing } = props
  const id = useId()
  const shared = {
    ...{ id, name: field.name, className: styles['input'], value, disabled: !props.canWrite },
    'aria-invalid': isMissing,
    'aria-required': field.required,
  }
  return (
    <div className={styles['field']}>
      <label htmlFor={id}>
        {field.title}
        {field.required && <span className={styles['hint']}> {t('itemForm.required')}</span>}
      </label>
      {field.type === 'choice' ? (
        <select {...shared} onChange={(event) => props.onType(event.currentTarget.value)}>
          <option value="">{t('notes.codeNone')}</option>
          {field.choices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </select>
      ) : (
        <input
          {...shared}
          type={field.type === 'date' ? 'date' : 'text'}
          inputMode={field.type === 'number' ? 'decimal' : undefined}
          onChange={(event) => props.onType(event.currentTarget.value)}
        />
      )}
      {isMissing && <span className={styles['fault']}>{t('itemForm.missing')}</span>}
    </div>
  )
}

import { Alert, Button, Group, Stack, Switch } from '@mantine/core'
import { type ReactNode, useContext, useState } from 'react'
import type { Checked, GivenName, Kinds, TakenSoundView } from '#api/contract'
import { JsonField } from '../../features/configuration-form/json-field.tsx'
import { SchemaField } from '../../features/configuration-form/schema-field.tsx'
import { PasswordForm } from '../../features/password-form/password-form.tsx'
import { PromptSound } from '../../features/prompt-sound/prompt-sound.tsx'
import { draftedObjects } from '../../models/configuration-draft.ts'
import { namesFor } from '../../models/configured-names.ts'
import { problemInWords } from '../../models/problem-words.ts'
import { hasRight } from '../../models/rights.ts'
import { type FieldSchema, placeInWords } from '../../models/schema-form.ts'
import { Renewal } from '../../shell/renewal.ts'
import { Panel } from '../../ui/panel.tsx'
import { useSaid } from '../../ui/translations/use-said.ts'
import { useWords } from '../../ui/translations/use-words.ts'
import { useStore } from '../../ui/use-store.ts'
import styles from './admin-page.module.css'
import type { ConfiguredProps } from './configured-props.ts'
import { RecordByPhone } from './record-by-phone.tsx'
import { RenameObject } from './rename-object.tsx'

type Kind = Kinds['kinds'][number]

/** What the editor of one object is given besides. */
type EditorProps = ConfiguredProps & {
  kind: Kind
  name: string
  /** Opens another object of the kind. */
  onOpen: (name: string) => void
  checked: Checked | undefined
  collide: (checked: Checked) => ReactNode
}

/** One object: as a form or as JSON, each change drafted and checked as it is made. */
export function ObjectEditor(props: EditorProps) {
  const { kind, published, draft, name, checked, collide } = props
  const { t } = useWords()
  const { changes } = useStore(draft)
  const [isJson, setIsJson] = useState(false)
  const one = draftedObjects(published.data[kind.plural] ?? {}, changes, kind).find((each) => each.name === name)
  if (!one || one.state === 'absent') return <Panel title={name}>{null}</Panel>
  const isGone = one.state === 'gone'
  const prefix = `${kind.plural}.${name}`
  const faults = (checked?.faults ?? []).filter(({ path }) => path === prefix || path.startsWith(`${prefix}.`))
  const collisions = (checked?.collisions ?? []).filter((each) => each.kind === kind.kind && each.name === name)
  const value = withoutName(kind, one.value)
  const put = (next: unknown): void => {
    const object = next as Readonly<Record<string, unknown>>
    draft.put({ kind: kind.kind, name, value: kind.isNamed ? { ...object, name } : object }, published.version)
  }
  return (
    <Panel
      title={name}
      tools={<Switch label="JSON" checked={isJson} onChange={(event) => setIsJson(event.currentTarget.checked)} />}
    >
      <Stack gap="md" className={styles['body']} data-editor={name}>
        <GivenHelp given={kind.names.find((known) => known.name === name)} />
        {isGone && <Alert color="yellow">{t('admin.goneHelp')}</Alert>}
        {checked && collisions.length > 0 && collide({ ...checked, collisions })}
        {faults.length > 0 && <FaultList faults={faults} prefix={prefix} />}
        {kind.kind === 'prompt' && !isJson && <Sound {...props} value={value} isDisabled={isGone} onPut={put} />}
        {isJson ? (
          <JsonField value={value} isDisabled={isGone} onChange={put} />
        ) : (
          <SchemaField
            schema={schemaOf(kind, name)}
            value={value}
            onChange={put}
            path=""
            label={name}
            isDisabled={isGone}
            namesOf={(target) => namesFor(published, target, value)}
            faultAt={(path) => {
              const fault = faults.find((one) => one.path === `${prefix}.${path}`)
              return fault && problemInWords(fault.problem, t)
            }}
          />
        )}
        <ObjectTools {...props} isDrafted={one.state !== 'published'} isGone={isGone} isNew={one.state === 'new'} />
        {kind.kind === 'user' && one.state === 'published' && <Password {...props} />}
      </Stack>
    </Panel>
  )
}

/** The sound of a prompt is uploaded, never typed. */
function Sound(
  props: EditorProps & {
    value: Readonly<Record<string, unknown>>
    isDisabled: boolean
    onPut: (next: unknown) => void
  },
) {
  const { name, published, client, value, isDisabled, onPut, session, connection } = props
  const onTaken = ({ sound, durationMs }: TakenSoundView) => onPut({ ...value, sound, durationMs })
  const mayRecord = hasRight(session, 'create-interaction') && hasRight(session, 'listen-recordings')
  return (
    <PromptSound
      {...{ name, isDisabled }}
      sound={String(value['sound'] ?? '')}
      durationMs={Number(value['durationMs'] ?? 0)}
      known={published.prompts.find((one) => one.name === name)}
      source={client}
      onTaken={onTaken}
      recorder={mayRecord && <RecordByPhone {...{ session, connection, client, isDisabled, onTaken }} />}
    />
  )
}

/** What of a prompt follows from its sound. */
const OF_THE_SOUND = ['sound', 'durationMs']

/** A setting of few values is chosen, not typed. */
function schemaOf(kind: Kind, name: string): FieldSchema {
  const schema = kind.schema as FieldSchema
  if (kind.kind === 'prompt') {
    const typed = Object.entries(schema.properties ?? {}).filter(([key]) => !OF_THE_SOUND.includes(key))
    return { ...schema, properties: Object.fromEntries(typed) }
  }
  const takes = kind.names.find((one) => one.name === name)?.takes
  const choices = takes?.form === 'yes-no' ? ['Yes', 'No'] : takes?.choices
  if (!choices) return schema
  return { ...schema, properties: { ...schema.properties, value: { type: 'string', enum: choices } } }
}

function withoutName(kind: Kind, value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (!kind.isNamed) return value
  const { name: _, ...rest } = value
  return rest
}

/** What a setting is and takes. */
function GivenHelp({ given }: { given: GivenName | undefined }) {
  const { t, language } = useWords()
  const said = useSaid()
  if (!given || given.what === '') return null
  const { takes } = given
  const number = (value: number | undefined) => new Intl.NumberFormat(language).format(value ?? 0)
  const range = takes && { least: number(takes.least), most: number(takes.most) }
  return (
    <div className={styles['soft']}>
      <div>{said('setting', given.name) ?? given.what}</div>
      {takes && <div>{t(`settingTakes.${takes.form}`, { ...range, choices: (takes.choices ?? []).join(', ') })}</div>}
      <div>{t('admin.default', { value: given.default ?? '–' })}</div>
    </div>
  )
}

/** All that is wrong with the object, each with its place: a field may be far down, or not there at all. */
function FaultList({ faults, prefix }: { faults: Checked['faults']; prefix: string }) {
  const { t } = useWords()
  const said = useSaid()
  const placeOf = (path: string): string =>
    path === prefix ? '' : placeInWords(path.slice(prefix.length + 1), (key) => said('field', key))
  return (
    <Alert color="red" title={t('admin.faults', { count: faults.length })} data-faults-of={prefix}>
      <ul className={styles['faults']}>
        {faults.map(({ path, problem }) => (
          <li key={path + problem} data-fault={path}>
            <strong>{placeOf(path)}</strong> {problemInWords(problem, t)}
          </li>
        ))}
      </ul>
    </Alert>
  )
}

/** What no live work stands under: all else keeps its name, which is in every event. */
function isRenamed(kind: string): boolean {
  return kind === 'prompt' || kind === 'role' || kind === 'schedule'
}

function ObjectTools(props: EditorProps & { isDrafted: boolean; isGone: boolean; isNew: boolean }) {
  const { kind, name, draft, published, isDrafted, isGone, isNew } = props
  const { t } = useWords()
  const object = { kind: kind.kind, name }
  return (
    <Group>
      {isDrafted && (
        <Button variant="default" onClick={() => draft.drop(object)}>
          {t('admin.revert')}
        </Button>
      )}
      {!isGone && !isNew && (
        <Button variant="default" onClick={() => draft.put(object, published.version)}>
          {t('admin.remove')}
        </Button>
      )}
      {!isDrafted && isRenamed(kind.kind) && <RenameObject {...props} />}
    </Group>
  )
}

function Password({ client, name, session: { user }, onFailure, onSaid }: EditorProps) {
  const { t } = useWords()
  const renew = useContext(Renewal)
  const set = async (password: string): Promise<void> => {
    if (name !== user) return void (await client.setPassword(name, password))
    await renew(async () => (await client.setPassword(name, password)).session!)
  }
  return (
    <PasswordForm
      onSet={async (password) => {
        try {
          await set(password)
          onSaid(t('admin.passwordSet', { name }))
          return true
        } catch (error) {
          onFailure((error as Error).message)
          return false
        }
      }}
    />
  )
}

import { Button, Group, Stack, TextInput } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import type { Kinds } from '#api/contract'
import type { Published } from '../../models/configuration-client.ts'
import {
  type ConfigurationDraft,
  type DraftedObject,
  draftedObjects,
  foundObjects,
} from '../../models/configuration-draft.ts'
import { emptyOf, type FieldSchema } from '../../models/schema-form.ts'
import { Panel } from '../../ui/panel.tsx'
import { useKindName } from '../../ui/translations/use-said.ts'
import { useWords } from '../../ui/translations/use-words.ts'
import { useStore } from '../../ui/use-store.ts'
import styles from './configuration-list.module.css'

/** More than this a person searches for. */
const SHOWN_MAX = 300

/** The objects of a kind: searched by name and content, and made anew. */
export function ConfigurationList(props: {
  kind: Kinds['kinds'][number]
  published: Published
  draft: ConfigurationDraft
  name: string | undefined
  onOpen: (name: string) => void
  /** Stands above the list. */
  tools?: ReactNode
}) {
  const { kind, published, draft, name, onOpen } = props
  const { t } = useWords()
  const nameOf = useKindName()
  const { changes } = useStore(draft)
  const [search, setSearch] = useState('')
  const objects = draftedObjects(published.data[kind.plural] ?? {}, changes, kind)
  const found = foundObjects(objects, search)
  const there = objects.filter(({ state }) => state !== 'absent')
  const add = (made: string): void => {
    if (!there.some((one) => one.name === made)) draft.put(youngOf(kind, published, made), published.version)
    setSearch('')
    onOpen(made)
  }
  return (
    <Panel title={nameOf(kind.plural)} aside={String(there.length)}>
      <Stack gap="xs" className={styles['body']}>
        <TextInput
          label={t('admin.search')}
          type="search"
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        {(kind.names.length === 0 || kind.kind === 'role') && <NewObject onAdd={add} />}
        {props.tools}
        <ul className={styles['list']} aria-label={nameOf(kind.plural)}>
          {found.slice(0, SHOWN_MAX).map((one) => (
            <li key={one.name}>
              <Entry
                one={one}
                isOpen={one.name === name}
                onOpen={() => (one.state === 'absent' ? add(one.name) : onOpen(one.name))}
              />
            </li>
          ))}
        </ul>
        {found.length === 0 && <p className={styles['aside']}>{t(search === '' ? 'admin.none' : 'admin.noneFound')}</p>}
        {found.length > SHOWN_MAX && (
          <p className={styles['aside']}>{t('admin.more', { count: found.length - SHOWN_MAX })}</p>
        )}
      </Stack>
    </Panel>
  )
}

/** A new object. What can be guessed of a queue is taken from a neighbour: its figures are better than zeros. */
function youngOf(kind: Kinds['kinds'][number], published: Published, name: string) {
  const like = kind.kind === 'queue' ? Object.values(published.data[kind.plural] ?? {})[0] : undefined
  const given = kind.names.find((one) => one.name === name)
  const empty = emptyOf(kind.schema as FieldSchema) as Record<string, unknown>
  const value = {
    ...empty,
    ...like,
    ...given?.value,
    ...(typeof given?.default === 'string' && { value: given.default }),
  }
  return { kind: kind.kind, name, value: kind.isNamed ? { ...value, name } : value }
}

function NewObject({ onAdd }: { onAdd: (name: string) => void }) {
  const { t } = useWords()
  const [name, setName] = useState('')
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (name.trim() === '') return
        onAdd(name.trim())
        setName('')
      }}
    >
      <Group align="flex-end" gap="xs" wrap="nowrap">
        <TextInput
          label={t('admin.newName')}
          value={name}
          maxLength={64}
          className={styles['grow'] ?? ''}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" disabled={name.trim() === ''}>
          {t('admin.add')}
        </Button>
      </Group>
    </form>
  )
}

function Entry({ one, isOpen, onOpen }: { one: DraftedObject; isOpen: boolean; onOpen: () => void }) {
  const { t } = useWords()
  return (
    <button
      type="button"
      className={styles['entry']}
      aria-current={isOpen}
      data-object={one.name}
      data-state={one.state}
      onClick={onOpen}
    >
      <span>{one.name}</span>
      {one.state === 'published' ? (
        <span className={styles['aside']}>{String(one.value['displayName'] ?? one.value['value'] ?? '')}</span>
      ) : (
        <span className={one.state === 'absent' ? styles['aside'] : styles['state']}>
          {t(`adminWhat.${one.state}`)}
        </span>
      )}
    </button>
  )
}

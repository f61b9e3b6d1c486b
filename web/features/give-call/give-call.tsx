import { Checkbox } from '@mantine/core'
import { type KeyboardEvent, useEffect, useId, useState } from 'react'
import type { DirectoryEntry } from '#api/contract'
import { browserClock } from '../../models/clock.ts'
import { DeskClient } from '../../models/desk-client.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Dot } from '../../ui/dot.tsx'
import { STATUS_TONES } from '../../ui/tones.ts'
import { useWords } from '../../ui/translations/use-words.ts'
import styles from './give-call.module.css'

/** A pause in typing: each letter would ask the server. */
const SEARCH_AFTER_MS = 120

/** Nobody has a longer name; a longer search the server refuses. */
const SEARCH_CHARS_MAX = 100

/** What can be dialled as it was typed; the server says where it leads. */
const NUMBER = /^\+?[0-9*#]{2,32}$/

type Found = readonly DirectoryEntry[] | 'loading' | 'failed'

/** Somebody to give a call to, or to call: found by name, queue or number, taken by Enter or a press. */
export function GiveCall(props: {
  kind: 'transfer' | 'consult' | 'invite' | 'call'
  token: string
  /** Only who is on a phone can leave a voice message. */
  byPhone: boolean
  onTake: (number: string, mailbox: boolean) => void
  onClose: () => void
}) {
  const { t } = useWords()
  const [search, setSearch] = useState('')
  const { found, isCurrent } = useDirectory(search, props.token)
  const [at, setAt] = useState(0)
  const [toMailbox, setToMailbox] = useState(false)
  const [isTaken, setIsTaken] = useState(false)
  const id = useId()
  const rows = rowsOf(found, search)
  const place = Math.min(at, rows.length - 1)
  const chosen = rows[place]
  const { onTake } = props
  useEffect(() => {
    document.getElementById(`${id}-${place}`)?.scrollIntoView({ block: 'nearest' })
  }, [id, place])
  useEffect(() => {
    if (!isTaken || !isCurrent) return
    setIsTaken(false)
    if (chosen) onTake(chosen.number, toMailbox)
  }, [isTaken, isCurrent, chosen, onTake, toMailbox])
  const press = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      setAt(Math.max(0, Math.min(rows.length - 1, place + (event.key === 'ArrowDown' ? 1 : -1))))
    }
    if (event.key === 'Enter') {
      event.preventDefault()
      // What is listed may still be of fewer letters, and somebody else: it waits for what was typed.
      setIsTaken(true)
    }
  }
  return (
    <Dialog title={t(`give.${props.kind}`)} closeLabel={t('give.close')} onClose={props.onClose}>
      <input
        className={styles['search']}
        name="search"
        role="combobox"
        aria-label={t('give.search')}
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={rows.length > 0 ? `${id}-${place}` : undefined}
        aria-autocomplete="list"
        autoComplete="off"
        data-autofocus
        maxLength={SEARCH_CHARS_MAX}
        placeholder={t('give.search')}
        value={search}
        onChange={(event) => {
          setSearch(event.currentTarget.value)
          setAt(0)
          setIsTaken(false)
        }}
        onKeyDown={press}
      />
      {props.kind === 'transfer' && props.byPhone && (
        <Checkbox
          size="md"
          mt="sm"
          label={t('give.mailbox')}
          checked={toMailbox}
          onChange={(event) => setToMailbox(event.currentTarget.checked)}
        />
      )}
      <div id={`${id}-list`} role="listbox" aria-label={t(`give.${props.kind}`)} className={styles['list']}>
        {rows.map((row, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the field that has the focus.
          <div
            key={`${row.type} ${row.number}`}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === place}
            data-number={row.number}
            className={styles['row']}
            onClick={() => props.onTake(row.number, toMailbox)}
          >
            <Row row={row} />
          </div>
        ))}
      </div>
      <p className={styles['hint']} role="status">
        {typeof found === 'string'
          ? t(`give.${found}`)
          : rows.length === 0
            ? t('give.none', { search })
            : t('give.hint')}
      </p>
    </Dialog>
  )
}

type Choice = DirectoryEntry | { readonly type: 'dial'; readonly number: string }

function rowsOf(found: Found, search: string): readonly Choice[] {
  const entries = typeof found === 'string' ? [] : found
  const typed = search.replace(/[\s()/.-]/g, '')
  if (!NUMBER.test(typed) || entries.some(({ number }) => number === typed)) return entries
  return [...entries, { type: 'dial', number: typed }]
}

function Row({ row }: { row: Choice }) {
  const { t } = useWords()
  if (row.type === 'dial') return <span className={styles['name']}>{t('give.dial', { number: row.number })}</span>
  const { status, reason, note } = row.presence ?? {}
  return (
    <>
      {status !== undefined && <Dot tone={STATUS_TONES[status]} />}
      <span className={styles['name']}>{row.displayName}</span>
      <span className={styles['more']}>
        {status !== undefined && (reason ?? t(`status.${status}`))}
        {note != null && ` · ${note}`}
        {row.waiting !== null && t('give.waiting', { count: row.waiting, ready: row.ready })}
      </span>
      <span className={styles['number']}>{row.number}</span>
    </>
  )
}

/** Who fits what was typed; `isCurrent` once that is no longer the answer to what was typed before. */
function useDirectory(search: string, token: string): { readonly found: Found; readonly isCurrent: boolean } {
  const [answer, setAnswer] = useState<{ readonly of?: string; readonly found: Found }>({ found: 'loading' })
  useEffect(() => {
    let isWanted = true
    const stop = browserClock.after(SEARCH_AFTER_MS, () => {
      new DeskClient(token).directory(search).then(
        (found) => isWanted && setAnswer({ of: search, found }),
        () => isWanted && setAnswer({ of: search, found: 'failed' }),
      )
    })
    return () => {
      isWanted = false
      stop()
    }
  }, [search, token])
  return { found: answer.found, isCurrent: answer.of === search }
}

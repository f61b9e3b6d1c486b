import { Button, NativeSelect, TextInput } from '@mantine/core'
import { type FormEvent, useCallback, useEffect, useState } from 'react'
import type { InteractionView } from '#api/contract'
import { ApiClient } from '../../models/api-client.ts'
import { clockDuration } from '../../models/duration.ts'
import {
  ANY_CALL,
  isPastCallsSearch,
  type PastCallsPage,
  type PastCallsSearch,
  pathOfSearch,
  searchFault,
} from '../../models/past-calls.ts'
import { Empty, Panel } from '../../ui/panel.tsx'
import { SavedViews } from '../../ui/saved-views.tsx'
import { useWords } from '../../ui/translations/use-words.ts'
import styles from './past-calls.module.css'

const PLACE = { key: 'tandem.past-calls.views', isView: isPastCallsSearch }

/** The calls of the past: looked for by number, queue, agent and day; a row opens what is known of the call. */
export function PastCalls(props: {
  token: string
  queues: readonly string[]
  agents: readonly string[]
  onOpen: (id: string) => void
}) {
  const { t } = useWords()
  const [typed, setTyped] = useState(ANY_CALL)
  const { items, state, more, search } = usePastCalls(props.token)
  const fault = searchFault(typed)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (!fault) search(typed)
  }
  return (
    <Panel title={t('past.title')}>
      <form className={styles['form']} onSubmit={submit} aria-label={t('past.title')}>
        <SearchFields typed={typed} onType={setTyped} {...props} fault={fault} />
        <Button type="submit" loading={state === 'loading'}>
          {t('past.search')}
        </Button>
      </form>
      <div className={styles['saved']}>
        <SavedViews
          place={PLACE}
          view={typed}
          onChoose={(view) => {
            setTyped(view)
            if (!searchFault(view)) search(view)
          }}
        />
      </div>
      {items.length > 0 ? (
        <CallTable items={items} onOpen={props.onOpen} />
      ) : (
        <Empty title={t(`past.${state === 'done' ? 'none' : state}`)} />
      )}
      {state === 'failed' && items.length > 0 && <Empty title={t('past.failed')} />}
      {more && (
        <div className={styles['more']}>
          <Button variant="default" loading={state === 'loading'} onClick={more}>
            {t('past.more')}
          </Button>
        </div>
      )}
    </Panel>
  )
}

function SearchFields(props: {
  typed: PastCallsSearch
  onType: (typed: PastCallsSearch) => void
  queues: readonly string[]
  agents: readonly string[]
  fault: ReturnType<typeof searchFault>
}) {
  const { typed, onType, fault } = props
  const { t } = useWords()
  const field = (key: keyof PastCallsSearch) => ({
    value: typed[key],
    onChange: (event: { currentTarget: { value: string } }) => onType({ ...typed, [key]: event.currentTarget.value }),
  })
  const any = { value: '', label: t('past.any') }
  return (
    <>
      <TextInput
        label={t('past.number')}
        inputMode="tel"
        error={fault === 'number' && t('past.numberFault')}
        {...field('number')}
      />
      <NativeSelect label={t('calls.queue')} data={[any, ...props.queues]} {...field('queue')} />
      <NativeSelect label={t('calls.agent')} data={[any, ...props.agents]} {...field('agent')} />
      <TextInput type="date" label={t('past.from')} {...field('fromDay')} />
      <TextInput type="date" label={t('past.to')} error={fault === 'days' && t('past.daysFault')} {...field('toDay')} />
    </>
  )
}

function CallTable({ items, onOpen }: { items: readonly InteractionView[]; onOpen: (id: string) => void }) {
  const { t, language } = useWords()
  const format = new Intl.DateTimeFormat(language, { dateStyle: 'short', timeStyle: 'medium' })
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard.
    <section className={styles['scroll']} tabIndex={0} aria-label={t('past.found')}>
      <table className={styles['table']}>
        <thead>
          <tr>
            {['past.began', 'calls.from', 'calls.queue', 'calls.agent', 'past.outcome', 'calls.age'].map((key) => (
              <th key={key} scope="col">
                {t(key)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((call) => (
            <tr key={call.id} data-past={call.id}>
              <td>
                <button type="button" className={styles['open']} onClick={() => onOpen(call.id)}>
                  {format.format(new Date(call.createdAt))}
                </button>
              </td>
              <td>{call.from || t('calls.unknown')}</td>
              <td>{call.queue ?? ''}</td>
              <td>{call.agent ?? ''}</td>
              <td>{call.outcome ? t(`outcome.${call.outcome}`) : ''}</td>
              <td>{call.closedAt && clockDuration(Date.parse(call.closedAt) - Date.parse(call.createdAt))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

/** Reads page after page; an answer to an earlier search is thrown away. */
function usePastCalls(token: string) {
  const [asked, setAsked] = useState<{ search: PastCallsSearch; after: string | null }>({
    search: ANY_CALL,
    after: null,
  })
  const [found, setFound] = useState<{ items: readonly InteractionView[]; next: string | null }>({
    items: [],
    next: null,
  })
  const [state, setState] = useState<'loading' | 'done' | 'failed'>('loading')
  useEffect(() => {
    let isCurrent = true
    setState('loading')
    new ApiClient(token).read<PastCallsPage>(pathOfSearch(asked.search, asked.after)).then(
      ({ items, next }) => {
        if (!isCurrent) return
        setFound((before) => ({ items: asked.after === null ? items : [...before.items, ...items], next }))
        setState('done')
      },
      () => isCurrent && setState('failed'),
    )
    return () => {
      isCurrent = false
    }
  }, [asked, token])
  const search = useCallback((wanted: PastCallsSearch) => setAsked({ search: wanted, after: null }), [])
  const { next } = found
  const more = next === null ? undefined : () => setAsked({ search: asked.search, after: next })
  return { items: found.items, state, more, search }
}

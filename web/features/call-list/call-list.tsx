import type { InteractionView } from '#api/contract'
import { Dot } from '../../ui/dot.tsx'
import { Elapsed } from '../../ui/now.tsx'
import { Empty, Panel } from '../../ui/panel.tsx'
import { STATE_TONES } from '../../ui/tones.ts'
import { useWords } from '../../ui/translations/use-words.ts'
import styles from './call-list.module.css'

/** More rows than anybody reads; the count beside the title is whole. */
const ROWS_MAX = 100

/** The calls as they move. A row opens what is known of the call. */
export function CallList(props: {
  calls: readonly InteractionView[]
  /** Whether there may be more that are not shown. */
  isFiltered: boolean
  dialable: readonly string[]
  onOpen: (id: string) => void
}) {
  const { t } = useWords()
  const { calls, dialable, onOpen } = props
  const open = calls.filter((call) => call.state !== 'closed').length
  return (
    <Panel title={t('calls.title')} aside={open > 0 ? t('calls.open', { count: open }) : undefined}>
      {calls.length === 0 ? (
        props.isFiltered ? (
          <Empty title={t('past.none')} />
        ) : (
          <NoCalls dialable={dialable} />
        )
      ) : (
        <>
          <div className={styles['head']} aria-hidden="true">
            <span>{t('calls.state')}</span>
            <span>{t('calls.from')}</span>
            <span>{t('calls.queue')}</span>
            <span>{t('calls.agent')}</span>
            <span className={styles['age']}>{t('calls.age')}</span>
          </div>
          <ul className={styles['list']}>
            {calls.slice(0, ROWS_MAX).map((call) => (
              <li key={call.id}>
                <CallRow call={call} onOpen={onOpen} />
              </li>
            ))}
          </ul>
        </>
      )}
    </Panel>
  )
}

function NoCalls({ dialable }: { dialable: readonly string[] }) {
  const { t } = useWords()
  return (
    <Empty title={t('calls.empty')}>
      <span>{dialable.length > 0 ? t('calls.emptyHint') : t('calls.emptyPlain')}</span>
      {dialable.map((address) => (
        <code key={address} className={styles['dial']}>
          {address}
        </code>
      ))}
    </Empty>
  )
}

/** When a callback is meant for, or tried again, and what came of it before. */
function Due({ call, dueAt }: { call: InteractionView; dueAt: string }) {
  const { t, language } = useWords()
  const at = new Date(dueAt)
  const isToday = at.toDateString() === new Date().toDateString()
  const day = isToday ? {} : ({ day: 'numeric', month: 'numeric' } as const)
  const words = at.toLocaleString(language, { hour: '2-digit', minute: '2-digit', ...day })
  const before = (call.attempts ?? []).map(({ outcome }) => t(`attempt.${outcome}`)).join(', ')
  return (
    <time dateTime={dueAt} title={before} data-due={dueAt}>
      {words}
    </time>
  )
}

function CallRow({ call, onOpen }: { call: InteractionView; onOpen: (id: string) => void }) {
  const { t } = useWords()
  const isClosed = call.state === 'closed'
  const words =
    isClosed && call.outcome ? t(`outcome.${call.outcome}`) : t(call.dueAt ? 'state.due' : `state.${call.state}`)
  const from = call.from === '' ? t('calls.unknown') : call.from
  return (
    <button
      type="button"
      className={`${styles['row']} ${isClosed ? styles['closed'] : ''}`}
      onClick={() => onOpen(call.id)}
      data-call={call.id}
      data-state={call.state}
      title={t('calls.details', { from })}
    >
      <span className={`${styles['state']} ${styles['stateCell']}`}>
        <Dot tone={STATE_TONES[call.state]} beats={call.state === 'offered'} />
        <span className={styles['cell']}>{words}</span>
      </span>
      <span className={`${styles['cell']} ${styles['from']}`}>{from}</span>
      <span className={`${styles['cell']} ${styles['queue']}`}>{call.queue ?? call.step ?? call.to}</span>
      <span className={`${styles['cell']} ${styles['agent']}`}>{call.agent ?? ''}</span>
      <span className={styles['age']}>
        {call.dueAt ? (
          <Due call={call} dueAt={call.dueAt} />
        ) : isClosed ? (
          <span aria-hidden="true">–</span>
        ) : (
          <Elapsed since={call.createdAt} />
        )}
      </span>
    </button>
  )
}

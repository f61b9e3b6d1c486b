import type { AgentLive, QueueLive } from '#api/contract'
import { Dot, toneClass } from '../../ui/dot.tsx'
import { Elapsed, useAgeMs } from '../../ui/now.tsx'
import { Empty, Panel } from '../../ui/panel.tsx'
import { STATUS_TONES } from '../../ui/tones.ts'
import { useWords } from '../../ui/translations/use-words.ts'
import styles from './queue-board.module.css'

/** Every queue that may be seen, each a card. `numbers` says how a queue is reached. */
export function QueueBoard({
  queues,
  numbers,
}: {
  queues: readonly QueueLive[]
  numbers: ReadonlyMap<string, readonly string[]>
}) {
  const { t } = useWords()
  if (queues.length === 0) {
    return (
      <Panel title={t('queues.title')}>
        <Empty title={t('queues.empty')}>{t('queues.emptyHint')}</Empty>
      </Panel>
    )
  }
  return (
    <section aria-label={t('queues.title')} className={styles['grid']}>
      {queues.map((queue) => (
        <QueueCard key={queue.name} queue={queue} numbers={numbers.get(queue.name) ?? []} />
      ))}
    </section>
  )
}

function QueueCard({ queue, numbers }: { queue: QueueLive; numbers: readonly string[] }) {
  const { t } = useWords()
  const waitMs = useAgeMs(queue.longestWaitSince)
  const isLate = waitMs !== undefined && waitMs > queue.serviceLevelToday.withinMs
  const tone = isLate ? toneClass('late') : queue.waiting > 0 ? toneClass('waiting') : ''
  return (
    <article className={`${styles['card']} ${tone}`} aria-label={queue.name} data-queue={queue.name}>
      <div className={styles['title']}>
        <h2 className={styles['name']}>{queue.name}</h2>
        {numbers.length > 0 && (
          <span className={styles['number']}>{t('queues.number', { number: numbers.join(', ') })}</span>
        )}
      </div>
      <div className={styles['figures']}>
        <div className={styles['waiting']}>
          <span className={`${styles['big']} ${isLate ? styles['late'] : ''}`} data-figure="waiting">
            {queue.waiting}
          </span>
          <span className={styles['caption']}>
            {queue.waiting === 0 ? t('queues.nobody') : t('queues.waiting', { count: queue.waiting })}
          </span>
        </div>
        {queue.longestWaitSince !== null && (
          <div className={styles['longest']}>
            <span className={`${styles['longestTime']} ${isLate ? styles['late'] : ''}`}>
              <Elapsed since={queue.longestWaitSince} />
            </span>
            <span className={styles['caption']}>{t('queues.longest')}</span>
          </div>
        )}
      </div>
      <AgentBar queue={queue} />
      <ServiceLevel level={queue.serviceLevelToday} />
    </article>
  )
}

const SHOWN: readonly AgentLive['status'][] = [
  'ready',
  'offered',
  'busy',
  'wrapping-up',
  'ring-no-answer',
  'not-ready',
  'unreachable',
  'logged-off',
]

function AgentBar({ queue }: { queue: QueueLive }) {
  const { t } = useWords()
  const parts = SHOWN.map((status) => ({ status, count: queue.agents[status] })).filter(({ count }) => count > 0)
  if (parts.length === 0) return <span className={styles['caption']}>{t('queues.noAgents')}</span>
  const onDuty = parts.filter(({ status }) => status !== 'unreachable' && status !== 'logged-off')
  return (
    <div>
      <div className={styles['bar']} aria-hidden="true">
        {onDuty.map(({ status, count }) => (
          <span
            key={status}
            className={`${styles['part']} ${toneClass(STATUS_TONES[status])}`}
            style={{ flexGrow: count }}
          />
        ))}
      </div>
      <ul className={styles['legend']} aria-label={t('queues.agents', { queue: queue.name })}>
        {parts.map(({ status, count }) => (
          <li key={status}>
            <Dot tone={STATUS_TONES[status]} />
            <span>
              <b>{count}</b> {t(`status.${status}`)}
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}

function ServiceLevel({ level }: { level: QueueLive['serviceLevelToday'] }) {
  const { t, language } = useWords()
  const target = t('queues.levelTarget', { percent: level.targetPercent, seconds: level.withinMs / 1000 })
  const isUnder = level.percent !== null && level.percent < level.targetPercent
  return (
    <div className={styles['foot']} title={level.definition}>
      <span>
        {t('queues.level')}{' '}
        <span className={`${styles['level']} ${isUnder ? styles['late'] : ''}`}>
          {level.percent === null
            ? '–'
            : `${new Intl.NumberFormat(language, { maximumFractionDigits: 0 }).format(level.percent)} %`}
        </span>
      </span>
      <span className={styles['caption']}>{level.percent === null ? t('queues.levelNone') : target}</span>
      {level.offered > 0 && (
        <span className={styles['right']}>
          {level.answered} {t('queues.answered')} · {level.abandoned + level.shortAbandoned} {t('queues.abandoned')}
        </span>
      )}
    </div>
  )
}

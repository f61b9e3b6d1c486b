import type { AgentLive, QueueLive } from '#api/contract'
import { Dot, toneClass } from '../../ui/dot.tsx'
import { Elapsed, useAgeMs } from '../../ui/now.tsx'
import { Empty, Panel } from '../../ui/panel.tsx'
import { STATUS_TONES } from '../../ui/tones.ts'
import { useWords } from '../../ui/translations/use-words.ts'
import styles from './queue-board.module.css'

/** What is asked when somebody opens a number: its name in words, and the figures that it adds up. */
export type OpenFigure = (queue: QueueLive, name: string, figures: readonly string[]) => void

/** What is asked when somebody opens a number of agents. */
export type OpenAgents = (queue: QueueLive, status: AgentLive['status']) => void

/** Every queue that may be seen, each a card. `numbers` says how a queue is reached; `onFigure` opens what a number counts, for those who may. */
export function QueueBoard({
  queues,
  numbers,
  onFigure,
  onWaiting,
  onAgents,
}: {
  queues: readonly QueueLive[]
  numbers: ReadonlyMap<string, readonly string[]>
  onFigure: OpenFigure | undefined
  /** Shows who waits in the queue, for those who see them. */
  onWaiting: ((queue: QueueLive) => void) | undefined
  /** Shows the agents of the queue who are that, and their calls, for those who see them. */
  onAgents: OpenAgents | undefined
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
        <QueueCard
          key={queue.name}
          queue={queue}
          numbers={numbers.get(queue.name) ?? []}
          onFigure={onFigure}
          onWaiting={onWaiting}
          onAgents={onAgents}
        />
      ))}
    </section>
  )
}

function QueueCard(props: {
  queue: QueueLive
  numbers: readonly string[]
  onFigure: OpenFigure | undefined
  onWaiting: ((queue: QueueLive) => void) | undefined
  onAgents: OpenAgents | undefined
}) {
  const { queue, numbers, onFigure, onWaiting, onAgents } = props
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
            {onWaiting && queue.waiting > 0 ? (
              <button
                type="button"
                className={styles['figure']}
                title={t('filter.show', { name: t('totals.waiting') })}
                onClick={() => onWaiting(queue)}
              >
                {queue.waiting}
              </button>
            ) : (
              queue.waiting
            )}
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
      <AgentBar queue={queue} onAgents={onAgents} />
      <ServiceLevel queue={queue} onFigure={onFigure} />
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

function AgentBar({ queue, onAgents }: { queue: QueueLive; onAgents: OpenAgents | undefined }) {
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
            {onAgents ? (
              <button
                type="button"
                className={styles['figure']}
                title={t('queues.showAgents', { queue: queue.name, status: t(`status.${status}`) })}
                data-agents={status}
                onClick={() => onAgents(queue, status)}
              >
                <b>{count}</b> {t(`status.${status}`)}
              </button>
            ) : (
              <span>
                <b>{count}</b> {t(`status.${status}`)}
              </span>
            )}
          </li>
        ))}
      </ul>
    </div>
  )
}

function ServiceLevel({ queue, onFigure }: { queue: QueueLive; onFigure: OpenFigure | undefined }) {
  const { t, language } = useWords()
  const level = queue.serviceLevelToday
  const target = t('queues.levelTarget', { percent: level.targetPercent, seconds: level.withinMs / 1000 })
  const isUnder = level.percent !== null && level.percent < level.targetPercent
  const percent =
    level.percent === null
      ? '–'
      : `${new Intl.NumberFormat(language, { maximumFractionDigits: 0 }).format(level.percent)} %`
  const definition = level.definition.replace(/^service-level-|@\d+$/g, '')
  return (
    <div className={styles['foot']}>
      <span title={`${level.definition}: ${t(`level.${definition}`)}`}>
        {t('queues.level')}{' '}
        <span className={`${styles['level']} ${isUnder ? styles['late'] : ''}`}>
          {level.percent === null || !onFigure ? (
            percent
          ) : (
            <button
              type="button"
              className={styles['figure']}
              data-figures={level.definition}
              onClick={() => onFigure(queue, t('queues.level'), [level.definition])}
            >
              {percent}
            </button>
          )}
        </span>
      </span>
      <span className={styles['caption']}>{level.percent === null ? t('queues.levelNone') : target}</span>
      {level.offered > 0 && (
        <span className={styles['right']}>
          <Figure queue={queue} name={t('queues.answered')} figures={['answered@1']} onFigure={onFigure}>
            {level.answered}
          </Figure>{' '}
          ·{' '}
          <Figure
            queue={queue}
            name={t('queues.abandoned')}
            figures={['abandoned@1', 'short-abandoned@1']}
            onFigure={onFigure}
          >
            {level.abandoned + level.shortAbandoned}
          </Figure>
        </span>
      )}
    </div>
  )
}

/** A number that opens the calls that it counts (promise 11). */
function Figure(props: {
  queue: QueueLive
  name: string
  figures: readonly string[]
  onFigure: OpenFigure | undefined
  children: number
}) {
  const { queue, name, figures, onFigure, children } = props
  const words = `${children} ${name}`
  if (!onFigure || children === 0) return words
  return (
    <button
      type="button"
      className={styles['figure']}
      onClick={() => onFigure(queue, name, figures)}
      data-figures={figures.join()}
    >
      {words}
    </button>
  )
}

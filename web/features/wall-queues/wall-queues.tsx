import type { QueueLive } from '#api/contract'
import { pressOf } from '../../models/wall.ts'
import { Elapsed, useAgeMs } from '../../ui/now.tsx'
import { useWords } from '../../ui/translations/use-words.ts'
import styles from './wall-queues.module.css'

/** Queues for a screen that is read from five metres: few figures, large, and a word beside each colour. */
export function WallQueues({ queues }: { queues: readonly QueueLive[] }) {
  const { t } = useWords()
  return (
    <ul className={styles['grid']} aria-label={t('queues.title')}>
      {queues.map((queue) => (
        <WallQueue key={queue.name} queue={queue} />
      ))}
    </ul>
  )
}

function WallQueue({ queue }: { queue: QueueLive }) {
  const { t, language } = useWords()
  const press = pressOf(queue, useAgeMs(queue.longestWaitSince))
  const level = queue.serviceLevelToday
  const percent =
    level.percent === null ? '–' : `${new Intl.NumberFormat(language).format(Math.round(level.percent))} %`
  const talking = queue.agents.busy ?? 0
  return (
    <li className={`${styles['queue']} ${styles[`is-${press}`] ?? ''}`} data-wall-queue={queue.name} data-press={press}>
      <h2 className={styles['name']}>{queue.name}</h2>
      <div className={styles['waiting']}>
        <span className={styles['big']}>{queue.waiting}</span>
        <span>{t(`wall.${press}`)}</span>
      </div>
      <dl className={styles['facts']}>
        <div>
          <dt>{t('wall.longest')}</dt>
          <dd>
            <Elapsed since={queue.longestWaitSince} fallback="–" />
          </dd>
        </div>
        <div>
          <dt>{t('wall.level')}</dt>
          <dd>{percent}</dd>
        </div>
        <div>
          <dt>{t('wall.ready')}</dt>
          <dd>{queue.agents.ready ?? 0}</dd>
        </div>
        <div>
          <dt>{t('wall.talking')}</dt>
          <dd>{talking}</dd>
        </div>
      </dl>
    </li>
  )
}

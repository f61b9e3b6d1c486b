import type { Cluster } from '#api/contract'
import { exactDuration } from '../../models/duration.ts'
import { Empty, Panel } from '../../ui/panel.tsx'
import { useWords } from '../../ui/translations/use-words.ts'
import styles from './pool-history.module.css'

/** More than anybody reads on this page. */
const TAKEOVERS_MAX = 10

/** The takeovers and switchovers that were, newest first: why, and how long each took. */
export function TakeoverList({ takeovers }: { takeovers: NonNullable<Cluster['takeovers']> }) {
  const { t, language } = useWords()
  const format = new Intl.DateTimeFormat(language, { dateStyle: 'short', timeStyle: 'medium' })
  return (
    <Panel title={t('pool.takeovers')}>
      {takeovers.length === 0 ? (
        <Empty title={t('pool.noTakeovers')} />
      ) : (
        <ul className={styles['list']}>
          {[...takeovers]
            .reverse()
            .slice(0, TAKEOVERS_MAX)
            .map(({ at, term, to, why, leaseMs, callsMs }) => (
              <li key={term} className={styles['row']} data-takeover={term}>
                <div className={styles['what']}>
                  <b>{to}</b> <span className={styles['soft']}>{format.format(new Date(at))}</span>
                </div>
                <div className={styles['soft']}>
                  {why} · {t('pool.leaseAfter', { time: exactDuration(leaseMs, language) })}
                  {callsMs !== null && ` · ${t('pool.callsAfter', { time: exactDuration(callsMs, language) })}`}
                </div>
              </li>
            ))}
        </ul>
      )}
    </Panel>
  )
}

import type { DrillView } from '#api/contract'
import { exactDuration } from '../../models/duration.ts'
import { lostNothing } from '../../models/pool.ts'
import { Dot } from '../../ui/dot.tsx'
import { Empty, Panel } from '../../ui/panel.tsx'
import { useWords } from '../../ui/translations/use-words.ts'
import styles from './pool-history.module.css'

/** More than anybody reads on this page; the API has the others. */
const DRILLS_MAX = 15

/** The drills that were, newest first, each with its score (promise 18). */
export function DrillList({ drills, tools }: { drills: readonly DrillView[]; tools?: React.ReactNode }) {
  const { t } = useWords()
  return (
    <Panel title={t('pool.drills')} tools={tools}>
      {drills.length === 0 ? (
        <Empty title={t('pool.noDrills')}>{t('pool.noDrillsHint')}</Empty>
      ) : (
        <ul className={styles['list']}>
          {drills.slice(0, DRILLS_MAX).map((drill) => (
            <DrillRow key={drill.id} drill={drill} />
          ))}
        </ul>
      )}
    </Panel>
  )
}

function DrillRow({ drill }: { drill: DrillView }) {
  const { t, language } = useWords()
  const { score } = drill
  const whole = lostNothing(drill)
  const at = new Intl.DateTimeFormat(language, { dateStyle: 'short', timeStyle: 'medium' }).format(
    new Date(drill.askedAt),
  )
  return (
    <li className={styles['row']} data-drill={drill.id} data-state={drill.state}>
      <div className={styles['what']}>
        <Dot tone={whole === undefined ? (drill.state === 'failed' ? 'late' : 'waiting') : whole ? 'ready' : 'late'} />
        <b>{t('pool.drillOf', { what: t(`poolRole.${drill.kill}`), node: drill.node })}</b>
        <span className={styles['soft']}>
          {at} · {drill.askedBy}
        </span>
      </div>
      <div className={styles['soft']}>
        {score
          ? [
              t(whole ? 'pool.lostNothing' : 'pool.lost', {
                calls: score.callsLost,
                places: score.placesLost,
                records: score.recordsLost,
                tests: score.testCallsLost,
              }),
              score.answeredMs !== null && t('pool.answeredAfter', { time: exactDuration(score.answeredMs, language) }),
              score.testCalls > 0 && t('pool.silence', { time: exactDuration(score.silenceMs, language) }),
            ]
              .filter(Boolean)
              .join(' · ')
          : (drill.problem ?? t(`pool.drillState-${drill.state}`))}
      </div>
    </li>
  )
}

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
  const { score, state, problem } = drill
  const whole = lostNothing(drill)
  const at = new Intl.DateTimeFormat(language, { dateStyle: 'short', timeStyle: 'medium' }).format(
    new Date(drill.askedAt),
  )
  return (
    <li className={styles['row']} data-drill={drill.id} data-state={state}>
      <div className={styles['what']}>
        <Dot tone={whole === undefined ? (state === 'failed' ? 'late' : 'waiting') : whole ? 'ready' : 'late'} />
        <b>{t('pool.drillOf', { what: t(`poolRole.${drill.kill}`), node: drill.node })}</b>
        <span className={styles['soft']}>
          {at} · {drill.askedBy}
        </span>
      </div>
      {state === 'failed' ? (
        <div className={styles['failed']}>
          ✗ {problem === null ? t('pool.drillState-failed') : t('pool.drillFailed', { problem })}
        </div>
      ) : (
        <div className={styles['soft']}>
          {score ? <Score score={score} whole={whole === true} /> : t(`pool.drillState-${state}`)}
        </div>
      )}
    </li>
  )
}

/** What was lost, and for how long it was felt. */
function Score({ score, whole }: { score: NonNullable<DrillView['score']>; whole: boolean }) {
  const { t, language } = useWords()
  const { callsLost, placesLost, recordsLost, testCallsLost, answeredMs, testCalls, silenceMs } = score
  return [
    t(whole ? 'pool.lostNothing' : 'pool.lost', {
      calls: callsLost,
      places: placesLost,
      records: recordsLost,
      tests: testCallsLost,
    }),
    answeredMs !== null && t('pool.answeredAfter', { time: exactDuration(answeredMs, language) }),
    testCalls > 0 && t('pool.silence', { time: exactDuration(silenceMs, language) }),
  ]
    .filter(Boolean)
    .join(' · ')
}

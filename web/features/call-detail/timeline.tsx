import type { TimelineEntry, Why } from '#api/contract'
import { clockTime, exactDuration } from '../../models/duration.ts'
import { type Translate, whyText } from '../../models/why-text.ts'
import { useWords } from '../../ui/translations/use-words.ts'
import styles from './call-detail.module.css'

/** Moments that change what the call is; the others are shown more quietly. */
const STRONG = new Set([
  'InteractionCreated',
  'Queued',
  'Offered',
  'ParticipantConnected',
  'Transferred',
  'Moved',
  'PriorityChanged',
  'Joined',
  'Conferenced',
  'Parked',
  'TakenOver',
  'InteractionClosed',
])

/** Whoever did it may have said why. */
const WITH_NOTE = new Set(['Moved', 'PriorityChanged'])

/** Everything that happened to a call, to the millisecond, and why its agents were chosen. */
export function Timeline({ entries }: { entries: readonly TimelineEntry[] }) {
  const { t } = useWords()
  return (
    <ol className={styles['timeline']}>
      {entries.map((entry) => (
        <li
          key={entry.sequence}
          className={`${styles['entry']} ${STRONG.has(entry.type) ? styles['strong'] : ''}`}
          data-event={entry.type}
        >
          <div>{words(entry, t)}</div>
          <time className={styles['time']} dateTime={entry.at}>
            {clockTime(entry.at)}
          </time>
          {entry.why && <WhyBox why={entry.why} />}
        </li>
      ))}
    </ol>
  )
}

function words({ type, details }: TimelineEntry, t: Translate): string {
  const reason = typeof details['reason'] === 'string' ? details['reason'] : ''
  const table = type === 'InteractionClosed' ? 'outcome' : 'reason'
  const says = WITH_NOTE.has(type) && details['note'] ? `${type}Why` : type
  return t(`event.${says}`, {
    ...details,
    reason: t(`${table}.${reason}`, { defaultValue: reason }),
    ...(typeof details['outcome'] === 'string' && { outcome: t(`attempt.${details['outcome']}`) }),
    defaultValue: type,
  })
}

function WhyBox({ why }: { why: Why }) {
  const { t, language } = useWords()
  return (
    <div className={styles['why']} data-why={why.chosen}>
      <h4 className={styles['whyTitle']}>{t('detail.why', { chosen: why.chosen })}</h4>
      {whyText(why, t, language).map((line) => (
        <p key={line}>{line}</p>
      ))}
      {why.strategy !== 'direct' && why.candidates.length > 1 && <Candidates why={why} />}
      {why.passedOver.length > 0 && (
        <table className={styles['table']}>
          <caption>{t('detail.passedOver')}</caption>
          <tbody>
            {why.passedOver.slice(0, 8).map(({ user, reason }) => (
              <tr key={user}>
                <th scope="row">{user}</th>
                <td>{t(`passedOver.${reason}`, { defaultValue: reason })}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  )
}

function Candidates({ why }: { why: Why }) {
  const { t, language } = useWords()
  return (
    <table className={styles['table']}>
      <caption>{t('detail.candidates')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('detail.user')}</th>
          <th scope="col">{t('detail.idle')}</th>
          <th scope="col">{t('detail.proficiency')}</th>
        </tr>
      </thead>
      <tbody>
        {why.candidates.slice(0, 8).map(({ user, idleMs, proficiency }) => (
          <tr key={user} className={user === why.chosen ? styles['chosen'] : ''}>
            <th scope="row">{user}</th>
            <td>{exactDuration(idleMs, language)}</td>
            <td>{proficiency}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

import type { Presence } from '#api/contract'
import { Dot } from '../../ui/dot.tsx'
import { STATUS_TONES } from '../../ui/tones.ts'
import { useWords } from '../../ui/translations/use-words.ts'
import styles from './colleagues.module.css'

/** What a colleague is, says and does on the phone, and by what it can be reached: as the server tells it, while one looks. */
export function PresenceLine({ presence }: { presence: Presence }) {
  const { t } = useWords()
  const { status, reason, note, line, reachedBy } = presence
  const ways = reachedBy.map((way) => t(`colleagues.by-${way}`))
  return (
    <span
      className={styles['presence']}
      data-status={status}
      data-line-state={line}
      data-reached-by={reachedBy.join(' ')}
    >
      <Dot tone={STATUS_TONES[status]} /> {reason ?? t(`status.${status}`)}
      {(line === 'busy' || (line === 'ringing' && status !== 'offered')) && ` · ${t(`colleagues.line-${line}`)}`}
      {` · ${ways.length === 0 ? t('colleagues.by-nothing') : ways.join(', ')}`}
      {note !== null && <q>{note}</q>}
    </span>
  )
}

import type { ConnectionState } from '../../models/live-connection.ts'
import { Dot } from '../../ui/dot.tsx'
import type { Tone } from '../../ui/tones.ts'
import { useWords } from '../../ui/translations/use-words.ts'
import styles from './connection-state.module.css'

const TONES: Readonly<Record<ConnectionState, Tone>> = {
  connecting: 'idle',
  live: 'ready',
  reconnecting: 'waiting',
  over: 'off',
}

/** Whether what is shown is of this moment. */
export function ConnectionPill({ state }: { state: ConnectionState }) {
  const { t } = useWords()
  return (
    <span
      className={`${styles['pill']} ${state === 'reconnecting' ? styles['trouble'] : ''}`}
      role="status"
      data-state={state}
    >
      <Dot tone={TONES[state]} beats={state !== 'live'} />
      {t(`connection.${state}`)}
    </span>
  )
}

/** Says that the board stands still, and that the calls do not. */
export function ConnectionBanner({ state }: { state: ConnectionState }) {
  const { t } = useWords()
  return state === 'reconnecting' ? <div className={styles['banner']}>{t('connection.held')}</div> : null
}

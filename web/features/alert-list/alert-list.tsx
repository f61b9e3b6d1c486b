import { Switch } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { clockDuration } from '../../models/duration.ts'
import type { RunningAlert } from '../../models/thresholds.ts'
import { useWords } from '../../ui/translations/use-words.ts'
import styles from './alert-list.module.css'
import { sound } from './sound.ts'

const MUTE_KEY = 'tandem.alerts.muted'

/** What is beyond its threshold now: in words, with a sign and a colour for each level; a new one sounds unless that is muted. */
export function AlertList({ alerts, sounds = true }: { alerts: readonly RunningAlert[]; sounds?: boolean }) {
  const { t } = useWords()
  const [muted, setMuted] = useState(() => localStorage.getItem(MUTE_KEY) === 'true')
  useSound(alerts, muted || !sounds)
  if (alerts.length === 0) return null
  return (
    <section className={styles['alerts']} aria-label={t('alert.title')} data-alerts={alerts.length}>
      <div className={styles['told']} role="status">
        <ul className={styles['list']}>
          {alerts.map((alert) => (
            <AlertRow key={alert.key} alert={alert} />
          ))}
        </ul>
      </div>
      {sounds && (
        <Switch
          size="sm"
          label={t('alert.mute')}
          checked={muted}
          onChange={({ currentTarget }) => {
            setMuted(currentTarget.checked)
            localStorage.setItem(MUTE_KEY, String(currentTarget.checked))
          }}
        />
      )}
    </section>
  )
}

function AlertRow({ alert: { threshold, queue, value } }: { alert: RunningAlert }) {
  const { t, language } = useWords()
  const text = (amount: number): string =>
    threshold.figure === 'longest-wait'
      ? clockDuration(amount)
      : new Intl.NumberFormat(language, { maximumFractionDigits: 0 }).format(amount)
  return (
    <li className={`${styles['alert']} ${styles[threshold.level] ?? ''}`} data-alert={threshold.name}>
      <span aria-hidden="true">{threshold.level === 'critical' ? '■' : '▲'}</span>
      <b>{t(`alert.${threshold.level}`)}</b>
      <span>
        {t('alert.says', {
          queue,
          figure: t(`alert.figure-${threshold.figure}`),
          value: text(value),
          limit: t(`alert.${threshold.comparison}`, { limit: text(threshold.value) }),
        })}
      </span>
    </li>
  )
}

/** Sounds once for each alert that was not there before. */
function useSound(alerts: readonly RunningAlert[], muted: boolean): void {
  const known = useRef<ReadonlySet<string>>(new Set())
  useEffect(() => {
    const fresh = alerts.filter(({ key }) => !known.current.has(key))
    known.current = new Set(alerts.map(({ key }) => key))
    if (fresh.length > 0 && !muted) sound(fresh.some(({ threshold }) => threshold.level === 'critical') ? 880 : 587)
  }, [alerts, muted])
}

import { Button, Switch } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { type RunningAlert, unseenBy } from '../../models/alerts.ts'
import { ApiClient, ApiProblem } from '../../models/api-client.ts'
import { alertSentence } from '../../ui/alert-words.ts'
import { useWords } from '../../ui/translations/use-words.ts'
import styles from './alert-list.module.css'
import { sound } from './sound.ts'

const MUTE_KEY = 'tandem.alerts.muted'

/** Who looks at alerts, and may answer them; a screen on the wall is nobody. */
export interface Looker {
  readonly user: string
  readonly token: string
  readonly mayAcknowledge: boolean
  readonly refresh: () => void
}

/**
 * What is beyond its threshold now: in words, with a sign and a colour for each level, and who takes care of it. A new one sounds unless
 * that is muted, or somebody takes care already.
 */
export function AlertList({ alerts, looker }: { alerts: readonly RunningAlert[]; looker?: Looker }) {
  const { t } = useWords()
  const [muted, setMuted] = useState(() => localStorage.getItem(MUTE_KEY) === 'true')
  const [problem, setProblem] = useState('')
  useSound(alerts, muted || !looker)
  useSeen(alerts, looker)
  if (alerts.length === 0) return null
  const acknowledge = async ({ token, refresh }: Looker, id: string): Promise<void> => {
    setProblem('')
    try {
      await new ApiClient(token).send('POST', `/alerts/${encodeURIComponent(id)}/acknowledge`, {})
    } catch (error) {
      // What has ended meanwhile needs nobody any more.
      const detail = error instanceof ApiProblem ? error.message : ''
      if (!(error instanceof ApiProblem && error.status === 404)) setProblem(t('agentControl.refused', { detail }))
    }
    refresh()
  }
  return (
    <section className={styles['alerts']} aria-label={t('alert.title')} data-alerts={alerts.length}>
      <div className={styles['told']} role="status">
        <ul className={styles['list']}>
          {alerts.map((alert) => (
            <AlertRow
              key={alert.id}
              alert={alert}
              onAcknowledge={looker?.mayAcknowledge ? () => void acknowledge(looker, alert.id) : undefined}
            />
          ))}
        </ul>
      </div>
      {looker && (
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
      {problem !== '' && <p role="alert">{problem}</p>}
    </section>
  )
}

function AlertRow({ alert, onAcknowledge }: { alert: RunningAlert; onAcknowledge: (() => void) | undefined }) {
  const { t, language } = useWords()
  const { threshold, acknowledged } = alert
  return (
    <li
      className={`${styles['alert']} ${styles[threshold.level] ?? ''}`}
      data-alert={threshold.name}
      data-acknowledged={acknowledged?.by}
    >
      <span aria-hidden="true">{threshold.level === 'critical' ? '■' : '▲'}</span>
      <b>{t(`alert.${threshold.level}`)}</b>
      <span>{alertSentence(alert, alert.now, t, language)}</span>
      {acknowledged && <span className={styles['care']}>{t('alert.care', { user: acknowledged.by })}</span>}
      {!acknowledged && onAcknowledge && (
        <Button size="compact-xs" variant="default" onClick={onAcknowledge}>
          {t('alert.acknowledge')}
        </Button>
      )}
    </li>
  )
}

/** Sounds once for each alert that was not there before. */
function useSound(alerts: readonly RunningAlert[], muted: boolean): void {
  const known = useRef<ReadonlySet<string>>(new Set())
  useEffect(() => {
    const fresh = alerts.filter(({ id, acknowledged }) => !known.current.has(id) && !acknowledged)
    known.current = new Set(alerts.map(({ id }) => id))
    if (fresh.length > 0 && !muted) sound(fresh.some(({ threshold }) => threshold.level === 'critical') ? 880 : 587)
  }, [alerts, muted])
}

/** Says of each alert that it stands on the page of whoever is logged in, while the page is in front. */
function useSeen(alerts: readonly RunningAlert[], looker: Looker | undefined): void {
  const told = useRef(new Set<string>())
  useEffect(() => {
    if (!looker || document.hidden) return
    for (const id of unseenBy(alerts, looker.user, told.current)) {
      told.current.add(id)
      // It is told again when the core could not take it.
      new ApiClient(looker.token).send('POST', `/alerts/${encodeURIComponent(id)}/seen`).catch((error: unknown) => {
        if (!(error instanceof ApiProblem && error.status === 404)) told.current.delete(id)
      })
    }
  }, [alerts, looker])
}

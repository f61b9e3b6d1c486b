import { useEffect, useState } from 'react'
import type { Today } from '#api/contract'
import { browserClock } from '../../models/clock.ts'
import { DeskClient } from '../../models/desk-client.ts'
import { clockDuration } from '../../models/duration.ts'
import { Empty, Panel } from '../../ui/panel.tsx'
import { useWords } from '../../ui/translations/use-words.ts'
import styles from './own-today.module.css'

/** What is shown, by the version of its definition: a new one is chosen here on purpose (promise 11). */
const SHOWN = [
  { word: 'handled', figure: 'handled@1', unit: 'count' },
  { word: 'aht', figure: 'aht@1', unit: 'time' },
  { word: 'talk', figure: 'talk@1', unit: 'time' },
  { word: 'hold', figure: 'hold@1', unit: 'time' },
  { word: 'acw', figure: 'acw@1', unit: 'time' },
  { word: 'ready', figure: 'time-ready@1', unit: 'time' },
  { word: 'occupancy', figure: 'occupancy@1', unit: 'percent' },
] as const

/** Often enough to see the call that has just ended, which is asked for besides. */
const EVERY_MS = 30_000

/** One's own figures since midnight. `version` changes when the work does: then they are read anew. */
export function OwnToday({ user, token, version }: { user: string; token: string; version: string }) {
  const { t } = useWords()
  const [today, setToday] = useState<Today | 'failed' | undefined>()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version is what asks for reading again.
  useEffect(() => {
    let stop = (): void => {}
    let isCurrent = true
    const read = (): void => {
      new DeskClient(token).today(user).then(
        (found) => isCurrent && setToday(found),
        () => isCurrent && setToday((before) => before ?? 'failed'),
      )
      stop = browserClock.after(EVERY_MS, read)
    }
    read()
    return () => {
      isCurrent = false
      stop()
    }
  }, [user, token, version])
  return (
    <Panel title={t('today.title')}>
      {today === 'failed' && <Empty title={t('today.failed')} />}
      {today !== undefined && today !== 'failed' && (
        <dl className={styles['figures']}>
          {SHOWN.map(({ word, figure, unit }) => (
            <div key={word} data-figure={figure}>
              <dt>{t(`today.${word}`)}</dt>
              <dd>{inWords(today.figures[figure] ?? null, unit)}</dd>
            </div>
          ))}
        </dl>
      )}
    </Panel>
  )
}

function inWords(value: number | null, unit: (typeof SHOWN)[number]['unit']): string {
  if (value === null) return '–'
  if (unit === 'time') return clockDuration(value)
  return unit === 'percent' ? `${Math.round(value)} %` : String(value)
}

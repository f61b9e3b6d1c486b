import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { StatusStretch } from '#api/contract'
import { ApiClient } from '../../models/api-client.ts'
import { clockDuration } from '../../models/duration.ts'
import { saveFile } from '../../models/save-file.ts'
import { Dot } from '../../ui/dot.tsx'
import { STATUS_TONES } from '../../ui/tones.ts'
import { useWords } from '../../ui/translations/use-words.ts'
import styles from './agent-control.module.css'

/** As many changes as one reads; the file has all of the day. */
const SHOWN_MAX = 50

type Day = readonly StatusStretch[] | 'loading' | 'failed'

/** What the agent was today, newest first: every change of status with its time (AGS-01). Read anew when the status is another. */
export function StatusDay({ user, status, token }: { user: string; status: string; token: string }) {
  const { t, language } = useWords()
  const [day, setDay] = useState<Day>('loading')
  // biome-ignore lint/correctness/useExhaustiveDependencies: another status is another line.
  useEffect(() => {
    let isCurrent = true
    new ApiClient(token).read<{ items: readonly StatusStretch[] }>(pathOf(user)).then(
      ({ items }) => isCurrent && setDay(items),
      () => isCurrent && setDay('failed'),
    )
    return () => {
      isCurrent = false
    }
  }, [user, status, token])
  const time = new Intl.DateTimeFormat(language, { timeStyle: 'medium' })
  const keep = async (): Promise<void> => {
    const file = await new ApiClient(token).bytes(pathOf(user, '.csv')).catch(() => undefined)
    if (file) saveFile(`${user}-statuses.csv`, 'text/csv', file)
  }
  return (
    <section>
      <h3 className={styles['heading']}>{t('agentControl.day')}</h3>
      {typeof day === 'string' || day.length === 0 ? (
        <p>{t(`agentControl.day-${typeof day === 'string' ? day : 'none'}`)}</p>
      ) : (
        <ul className={styles['day']} aria-label={t('agentControl.day')}>
          {day
            .toReversed()
            .slice(0, SHOWN_MAX)
            .map(({ from, ms, status: was, reason }) => (
              <li key={`${from} ${was}`} data-stretch={was}>
                <Dot tone={STATUS_TONES[was]} /> {time.format(new Date(from))} {reason ?? t(`status.${was}`)} ·{' '}
                {clockDuration(ms)}
              </li>
            ))}
        </ul>
      )}
      <Button size="xs" variant="default" onClick={() => void keep()}>
        {t('agentControl.keep')}
      </Button>
    </section>
  )
}

function pathOf(user: string, form = ''): string {
  const midnight = new Date(new Date().setHours(0, 0, 0, 0))
  const tomorrow = new Date(midnight.getFullYear(), midnight.getMonth(), midnight.getDate() + 1)
  const query = new URLSearchParams({ from: midnight.toISOString(), to: tomorrow.toISOString() })
  return `/reports/agents/${encodeURIComponent(user)}/statuses${form}?${query}`
}

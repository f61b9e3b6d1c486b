import { Button } from '@mantine/core'
import { useState } from 'react'
import type { AlertView } from '#api/contract'
import { ApiClient } from '../../models/api-client.ts'
import { clockDuration } from '../../models/duration.ts'
import { alertSentence } from '../../ui/alert-words.ts'
import { Empty, Panel } from '../../ui/panel.tsx'
import { useWords } from '../../ui/translations/use-words.ts'
import { usePoller } from '../../ui/use-poller.ts'
import styles from './alert-history.module.css'

/** What one reads at first, and what each press adds. */
const PAGE = 50
/** As many as one answer holds; what is older is asked of the API. */
const ROWS_MAX = 200
/** It is read beside the live board, which is sooner. */
const READ_EVERY_MS = 5_000

interface Page {
  readonly items: readonly AlertView[]
  readonly next: number | null
}

/** Alerts of the past and present, newest first: how long each was, who saw it, and who took care of it. */
export function AlertHistory({ token }: { token: string }) {
  const { t } = useWords()
  const [limit, setLimit] = useState(PAGE)
  const path = `/alerts/history?limit=${limit}`
  const { value, failed } = usePoller(() => new ApiClient(token).read<Page>(path), READ_EVERY_MS, `${token} ${limit}`)
  return (
    <Panel title={t('alert.history')}>
      {failed && <p role="status">{t('past.failed')}</p>}
      {!value && !failed && <Empty title={t('past.loading')} />}
      {value?.items.length === 0 && <Empty title={t('alert.none')} />}
      {value && value.items.length > 0 && <AlertTable items={value.items} />}
      {value?.next != null && limit < ROWS_MAX && (
        <div className={styles['more']}>
          <Button variant="default" size="sm" onClick={() => setLimit(limit + PAGE)}>
            {t('past.more')}
          </Button>
        </div>
      )}
    </Panel>
  )
}

function AlertTable({ items }: { items: readonly AlertView[] }) {
  const { t, language } = useWords()
  const moment = new Intl.DateTimeFormat(language, { dateStyle: 'short', timeStyle: 'medium' })
  const time = new Intl.DateTimeFormat(language, { timeStyle: 'medium' })
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard.
    <section className={styles['scroll']} tabIndex={0} aria-label={t('alert.table')}>
      <table className={styles['table']}>
        <thead>
          <tr>
            {['raised', 'what', 'lasted', 'seenBy', 'takenCare'].map((key) => (
              <th key={key} scope="col">
                {t(`alert.${key}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((alert) => (
            <tr key={alert.id} data-past-alert={alert.threshold.name} data-ended={alert.endReason ?? 'goes-on'}>
              <td>{moment.format(new Date(alert.raisedAt))}</td>
              <td>
                <b>{t(`alert.${alert.threshold.level}`)}</b> {alertSentence(alert, alert.value, t, language)}
              </td>
              <td>{lasted(alert, t)}</td>
              <td>{alert.seen.map(({ user, at }) => `${user} ${time.format(new Date(at))}`).join(', ')}</td>
              <td>
                {alert.acknowledged &&
                  [`${alert.acknowledged.by} ${time.format(new Date(alert.acknowledged.at))}`, alert.acknowledged.note]
                    .filter(Boolean)
                    .join(': ')}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function lasted({ raisedAt, endedAt, endReason }: AlertView, t: ReturnType<typeof useWords>['t']): string {
  if (endedAt === null) return t('alert.goesOn')
  const time = clockDuration(Date.parse(endedAt) - Date.parse(raisedAt))
  return endReason === 'changed' ? t('alert.changed', { time }) : time
}

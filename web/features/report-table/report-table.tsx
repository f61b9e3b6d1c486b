import { Button, NativeSelect, TextInput } from '@mantine/core'
import { type FormEvent, useEffect, useState } from 'react'
import { ApiClient } from '../../models/api-client.ts'
import {
  columnsOf,
  dayOf,
  pathOfReport,
  REPORT_KINDS,
  type ReportAnswer,
  type ReportKind,
  type ReportSearch,
} from '../../models/report.ts'
import { Empty, Panel } from '../../ui/panel.tsx'
import { useWords } from '../../ui/translations/use-words.ts'
import { type OpenRow, ReportRows } from './report-rows.tsx'
import styles from './report-table.module.css'

const INTERVALS = [
  ['900', 'quarter'],
  ['1800', 'half'],
  ['3600', 'hour'],
  ['day', 'whole'],
] as const

export type { OpenRow } from './report-rows.tsx'

/** Figures of a day by interval; every count opens what it counts (promise 11), and a file has all figures. */
export function ReportTable({ token, onFigure }: { token: string; onFigure: OpenRow }) {
  const { t } = useWords()
  const [typed, setTyped] = useState<ReportSearch>({ kind: 'queue', day: dayOf(new Date()), interval: '1800' })
  const [asked, setAsked] = useState(typed)
  const answer = useReport(asked, token)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setAsked({ ...typed })
  }
  return (
    <Panel title={t('report.title')}>
      <form className={styles['form']} onSubmit={submit} aria-label={t('report.title')}>
        <NativeSelect
          label={t('report.of')}
          data={REPORT_KINDS.map((value) => ({ value, label: t(`report.${value}`) }))}
          value={typed.kind}
          onChange={({ currentTarget }) => setTyped({ ...typed, kind: currentTarget.value as ReportKind })}
        />
        <TextInput
          type="date"
          required
          withAsterisk={false}
          label={t('report.day')}
          value={typed.day}
          onChange={({ currentTarget }) => setTyped({ ...typed, day: currentTarget.value })}
        />
        <NativeSelect
          label={t('report.interval')}
          data={INTERVALS.map(([value, word]) => ({ value, label: t(`report.${word}`) }))}
          value={typed.interval}
          onChange={({ currentTarget }) =>
            setTyped({ ...typed, interval: currentTarget.value as ReportSearch['interval'] })
          }
        />
        <Button type="submit">{t('report.show')}</Button>
        <Button variant="default" onClick={() => void keepCsv(asked, token)}>
          {t('report.keep')}
        </Button>
      </form>
      {typeof answer === 'string' ? (
        <Empty title={t(`report.${answer}`)} />
      ) : answer.rows.length === 0 ? (
        <Empty title={t('report.none')} />
      ) : (
        <Rows answer={answer} kind={asked.kind} onFigure={onFigure} />
      )}
    </Panel>
  )
}

function Rows({ answer, kind, onFigure }: { answer: ReportAnswer; kind: ReportKind; onFigure: OpenRow }) {
  const { t } = useWords()
  const columns = columnsOf(answer)
  return (
    <>
      <ReportRows rows={answer.rows} {...{ columns, kind, onFigure }} />
      <details className={styles['meaning']}>
        <summary>{t('report.meaning')}</summary>
        <dl>
          {columns.map(({ id, meaning }) => (
            <div key={id}>
              <dt>{id}</dt>
              <dd lang="en">{meaning}</dd>
            </div>
          ))}
        </dl>
      </details>
    </>
  )
}

function zone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone
}

function useReport(search: ReportSearch, token: string): ReportAnswer | 'loading' | 'failed' {
  const [answer, setAnswer] = useState<ReportAnswer | 'loading' | 'failed'>('loading')
  useEffect(() => {
    let isCurrent = true
    setAnswer('loading')
    new ApiClient(token).read<ReportAnswer>(pathOfReport(search, zone())).then(
      (given) => isCurrent && setAnswer(given),
      () => isCurrent && setAnswer('failed'),
    )
    return () => {
      isCurrent = false
    }
  }, [search, token])
  return answer
}

/** A download needs an address; the session's token goes with the request, never in an address. */
async function keepCsv(search: ReportSearch, token: string): Promise<void> {
  const file = await new ApiClient(token).bytes(pathOfReport(search, zone(), true)).catch(() => undefined)
  if (!file) return
  const url = URL.createObjectURL(new Blob([file], { type: 'text/csv' }))
  const link = document.createElement('a')
  link.href = url
  link.download = `${search.kind}s-${search.day}.csv`
  link.click()
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

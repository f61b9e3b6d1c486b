import { Button, NativeSelect, TextInput } from '@mantine/core'
import { type FormEvent, useEffect, useState } from 'react'
import type { ReportRow } from '#api/contract'
import { ApiClient } from '../../models/api-client.ts'
import {
  columnsOf,
  dayOf,
  figureText,
  pathOfReport,
  REPORT_KINDS,
  type ReportAnswer,
  type ReportKind,
  type ReportSearch,
} from '../../models/report.ts'
import { Empty, Panel } from '../../ui/panel.tsx'
import { useWords } from '../../ui/translations/use-words.ts'
import styles from './report-table.module.css'

const INTERVALS = [
  ['900', 'quarter'],
  ['1800', 'half'],
  ['3600', 'hour'],
  ['day', 'whole'],
] as const

/** Asked for: a figure of a row, to see what it counts. */
export type OpenRow = (kind: ReportKind, row: ReportRow, figure: string) => void

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
  const { t, language } = useWords()
  const columns = columnsOf(answer)
  const time = new Intl.DateTimeFormat(language, { timeStyle: 'short' })
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard. */}
      <section className={styles['scroll']} tabIndex={0} aria-label={t('report.table')}>
        <table className={styles['table']}>
          <thead>
            <tr>
              <th scope="col">{t('report.from')}</th>
              <th scope="col">{t('report.name')}</th>
              {columns.map(({ id, name, meaning }) => (
                <th key={id} scope="col" title={meaning}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {answer.rows.map((row) => (
              <tr key={`${row.from} ${row.name}`} data-report-row={row.name}>
                <td>{time.format(new Date(row.from))}</td>
                <th scope="row">{row.name}</th>
                {columns.map((column) => {
                  const value = row.figures[column.id]
                  const text = figureText(column, value, language)
                  return (
                    <td key={column.id}>
                      {column.unit === 'count' && value ? (
                        <button
                          type="button"
                          className={styles['figure']}
                          data-report-figure={column.id}
                          onClick={() => onFigure(kind, row, column.id)}
                        >
                          {text}
                        </button>
                      ) : (
                        text
                      )}
                    </td>
                  )
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
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

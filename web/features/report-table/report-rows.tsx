import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, type ReactNode, type Ref, useRef } from 'react'
import type { FigureDefinition, ReportRow } from '#api/contract'
import { figureText, type ReportKind } from '../../models/report.ts'
import { useWords } from '../../ui/translations/use-words.ts'
import styles from './report-table.module.css'

/** Asked for: a figure of a row, to see what it counts. */
export type OpenRow = (kind: ReportKind, row: ReportRow, figure: string) => void

/** A day of a thousand agents by the quarter of an hour has 96,000 rows: beyond so many, only what is to be seen is drawn. */
const DRAWN_MAX = 200

/** As a row is before it was measured. */
const ROW_PX = 39

/** So many rows beyond what is seen are drawn, so that nobody scrolls into nothing. */
const ROWS_BEYOND = 10

interface RowsProps {
  readonly rows: readonly ReportRow[]
  readonly columns: readonly FigureDefinition[]
  readonly kind: ReportKind
  readonly onFigure: OpenRow
}

/** The table of a report: its head, and its rows as far as they are to be seen. */
export function ReportRows(props: RowsProps) {
  const { rows } = props
  if (rows.length > DRAWN_MAX) return <ManyReportRows {...props} />
  return (
    <Frame {...props}>
      {rows.map((row) => (
        <Row key={keyOf(row)} {...props} row={row} />
      ))}
    </Frame>
  )
}

function ManyReportRows(props: RowsProps) {
  const { rows } = props
  const place = useRef<HTMLElement>(null)
  const drawn = useVirtualizer({
    count: rows.length,
    getScrollElement: () => place.current,
    getItemKey: (index) => keyOf(rows[index]!),
    estimateSize: () => ROW_PX,
    overscan: ROWS_BEYOND,
  })
  const items = drawn.getVirtualItems()
  const before = items[0]?.start ?? 0
  const after = drawn.getTotalSize() - (items.at(-1)?.end ?? 0)
  // The browser's own way there is a long slide through rows that are not there yet.
  const jump = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || (event.key !== 'End' && event.key !== 'Home')) return
    event.preventDefault()
    drawn.scrollToIndex(event.key === 'End' ? rows.length - 1 : 0)
  }
  return (
    <Frame {...props} place={place} onKeyDown={jump} isLong>
      <Space px={before} />
      {items.map(({ index, key }) => (
        <Row key={key} {...props} row={rows[index]!} index={index} measure={drawn.measureElement} />
      ))}
      <Space px={after} />
    </Frame>
  )
}

/** What stands for rows that are not drawn. */
function Space({ px }: { px: number }) {
  return px > 0 ? <tr style={{ height: px }} /> : null
}

function Frame(
  props: RowsProps & {
    place?: Ref<HTMLElement>
    onKeyDown?: (event: KeyboardEvent) => void
    isLong?: boolean
    children: ReactNode
  },
) {
  const { t } = useWords()
  const { rows, columns, isLong } = props
  return (
    <section
      ref={props.place}
      className={isLong ? styles['long'] : styles['scroll']}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard.
      tabIndex={0}
      aria-label={t('report.table')}
      data-report-rows={rows.length}
      onKeyDown={props.onKeyDown}
    >
      <table className={styles['table']} aria-rowcount={isLong ? rows.length + 1 : undefined}>
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
        <tbody>{props.children}</tbody>
      </table>
    </section>
  )
}

/** `index` is its place among rows of which not all are drawn. */
function Row(
  props: RowsProps & { row: ReportRow; index?: number; measure?: (element: HTMLTableRowElement | null) => void },
) {
  const { row, columns, kind, onFigure, index } = props
  const { language } = useWords()
  const time = new Intl.DateTimeFormat(language, { timeStyle: 'short' })
  return (
    <tr
      ref={props.measure}
      data-index={index}
      aria-rowindex={index === undefined ? undefined : index + 2}
      data-report-row={row.name}
    >
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
  )
}

function keyOf({ from, name }: ReportRow): string {
  return `${from} ${name}`
}

import type { ReportRow } from '#api/contract'

/** The rows as a table with one column a figure (RFC 4180), for spreadsheets and other tools. */
export function reportCsv(rows: readonly ReportRow[], figures: readonly string[]): string {
  const parts = [...new Set(rows.flatMap((row) => Object.keys(row.figures)))]
    .filter((id) => !figures.includes(id))
    .sort()
  const columns = [...figures, ...parts]
  const header = ['from', 'to', 'name', 'service-level-definition', 'service-level', ...columns]
  const lines = rows.map(({ from, to, name, serviceLevel, figures: values }) => [
    ...[from, to, name, serviceLevel?.definition ?? '', serviceLevel?.percent ?? ''],
    ...columns.map((id) => values[id] ?? ''),
  ])
  return [header, ...lines].map(csvLine).join('')
}

/** What stands in a row: nothing for null, a moment as RFC 3339, what has parts as JSON. */
export type CsvValue = string | number | Date | null | object

/** One row with its end (RFC 4180). */
export function csvLine(values: readonly CsvValue[]): string {
  return `${values.map(cell).join(',')}\r\n`
}

/** A text that a spreadsheet would take for a formula gets a quotation mark in front; a telephone number is none. */
function cell(value: CsvValue): string {
  if (value === null) return ''
  if (value instanceof Date) return value.toISOString()
  if (typeof value === 'number') return String(value)
  const said = typeof value === 'string' ? value : JSON.stringify(value)
  const text = /^[=+\-@\t\r]/.test(said) && !/^[+-]?\d+$/.test(said) ? `'${said}` : said
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

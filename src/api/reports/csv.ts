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
  return `${[header, ...lines].map((line) => line.map(cell).join(',')).join('\r\n')}\r\n`
}

/** A text that a spreadsheet would take for a formula gets a quotation mark in front. */
function cell(value: string | number): string {
  if (typeof value === 'number') return String(value)
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

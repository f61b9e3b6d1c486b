/** A table as text (RFC 4180): written with commas, read with commas or, as spreadsheets of many countries write it, semicolons. */

/** What a spreadsheet would take for a formula is written behind an apostrophe, which it does not show (OWASP, CSV injection). */
const FORMULA = /^[=+\-@\t\r]/

/** Rows as a file. */
export function writeCsv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(cellOf).join(',')}\r\n`).join('')
}

function cellOf(value: string): string {
  const safe = FORMULA.test(value) ? `'${value}` : value
  return /[",;\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** The rows of a file, each with the line that it begins at; lines with nothing in them are left out. */
export function readCsv(text: string): readonly { readonly line: number; readonly cells: readonly string[] }[] {
  const plain = text.replace(/^\uFEFF/, '')
  const separator = separatorOf(plain)
  const rows: { line: number; cells: string[] }[] = []
  let [line, begins, cell, isQuoted] = [1, 1, '', false]
  let cells: string[] = []
  const endCell = (): void => {
    cells.push(/^'[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell)
    cell = ''
  }
  const endRow = (): void => {
    endCell()
    if (cells.some((one) => one.trim() !== '')) rows.push({ line: begins, cells })
    cells = []
    begins = line + 1
  }
  for (let at = 0; at < plain.length; at++) {
    const one = plain[at]!
    if (isQuoted && one === '"' && plain[at + 1] === '"') {
      cell += '"'
      at++
    } else if (one === '"' && (isQuoted || cell === '')) isQuoted = !isQuoted
    else if (!isQuoted && one === separator) endCell()
    else if (!isQuoted && one === '\n') endRow()
    else if (isQuoted || one !== '\r') cell += one
    if (one === '\n') line++
  }
  endRow()
  return rows
}

/** Whichever stands more often in the first line. */
function separatorOf(text: string): ',' | ';' {
  const head = text.split('\n', 1)[0] ?? ''
  return head.split(';').length > head.split(',').length ? ';' : ','
}

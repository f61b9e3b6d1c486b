/** A table of two columns as a terminal shows it; a row may carry a mark that says that it is not as it should be. */
export interface Row {
  readonly name: string
  readonly value: string
  /** Why it is wrong, if it is. */
  readonly fault?: string | undefined
}

/** The table as lines. */
export function renderTable(rows: readonly Row[]): string {
  const names = Math.max(...rows.map(({ name }) => name.length))
  const values = Math.max(...rows.map(({ value }) => value.length))
  const line = `${'─'.repeat(names + 2)}${'─'.repeat(values + 2)}`
  return [
    line,
    ...rows.map(({ name, value, fault }) => `${name.padEnd(names + 2)}${value}${fault ? `   ✗ ${fault}` : ''}`),
    line,
  ].join('\n')
}

/** A duration as people read it: `85 ms`, `1.24 s`. */
export function duration(ms: number): string {
  if (!Number.isFinite(ms)) return 'never'
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(2)} s`
}

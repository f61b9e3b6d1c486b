/** What one kind of error is: the sentence a person reads (`{name}` is filled from the fields) and the HTTP status it maps to. */
export interface ErrorKind {
  readonly sentence: string
  readonly status: number
}

/** What the world does wrong: bad input, a busy peer, a lost connection. Bugs are assertions instead. */
export class TandemError extends Error {
  override readonly name = 'TandemError'
  readonly code: string
  readonly status: number
  readonly fields: Readonly<Record<string, unknown>>

  constructor(code: string, kind: ErrorKind, fields: Readonly<Record<string, unknown>>, cause?: unknown) {
    super(fill(kind.sentence, fields), cause === undefined ? undefined : { cause })
    this.code = code
    this.status = kind.status
    this.fields = fields
  }
}

type Makers<T> = {
  readonly [K in keyof T]: (fields?: Readonly<Record<string, unknown>>, cause?: unknown) => TandemError
}

/**
 * Turns a table `code → sentence and status` into functions that make the errors.
 *
 *     export const LOG_ERRORS = defineErrors({ 'log.fenced': { sentence: 'term {term} is over', status: 409 } })
 *     throw LOG_ERRORS['log.fenced']({ term: 3 })
 */
export function defineErrors<const T extends Record<string, ErrorKind>>(table: T): Makers<T> {
  const makers: Record<string, (fields?: Readonly<Record<string, unknown>>, cause?: unknown) => TandemError> = {}
  for (const [code, kind] of Object.entries(table)) {
    makers[code] = (fields = {}, cause) => new TandemError(code, kind, fields, cause)
  }
  return makers as Makers<T>
}

/** Whether the value is a {@link TandemError}, of the given code if one is named. */
export function isTandemError(value: unknown, code?: string): value is TandemError {
  return value instanceof TandemError && (code === undefined || value.code === code)
}

function fill(sentence: string, fields: Readonly<Record<string, unknown>>): string {
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => String(fields[name] ?? `{${name}}`))
}

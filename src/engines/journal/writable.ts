/**
 * What was typed, pasted or sent from outside may hold what no column of PostgreSQL takes: the zero character (text and jsonb refuse it) and
 * halves of surrogate pairs (jsonb refuses them). In the log they are escapes in JSON and do no harm; a row with one would be refused for
 * ever, and all history behind it.
 */
const SUSPECT = /\\u0000|\\u[dD][89a-fA-F]/

/** Whether a record's JSON may hold such characters; most never do, so the event need not be looked through. */
export function maybeUnwritable(body: string): boolean {
  return SUSPECT.test(body)
}

/** The value with U+FFFD in place of each such character, in its names as well. */
export function writable<T>(value: T): T {
  if (typeof value === 'string') return value.toWellFormed().replaceAll('\0', '\uFFFD') as T
  if (Array.isArray(value)) return value.map((one) => writable(one)) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [writable(name), writable(one)])) as T
}

import type { InteractionView } from '#api/contract'

/** What somebody looks for among the calls of the past; empty means whatever it is. */
export interface PastCallsSearch {
  readonly number: string
  readonly queue: string
  readonly agent: string
  /** Days as a date field has them (`2026-11-27`), both included, in the reader's own zone. */
  readonly fromDay: string
  readonly toDay: string
}

/** Everything, newest first. */
export const ANY_CALL: PastCallsSearch = { number: '', queue: '', agent: '', fromDay: '', toDay: '' }

/** Whether what was kept in a browser is a search: it may be of another release. */
export function isPastCallsSearch(value: unknown): value is PastCallsSearch {
  const kept = value as Partial<PastCallsSearch> | null
  return typeof kept === 'object' && kept !== null && Object.keys(ANY_CALL).every((key) => isText(kept, key))
}

function isText(kept: object, key: string): boolean {
  return typeof (kept as Record<string, unknown>)[key] === 'string'
}

/** Fewer digits find everything. */
const DIGITS_MIN = 3

const PAGE = 50

/** What is wrong with what was typed; undefined when it can be asked. */
export function searchFault({ number, fromDay, toDay }: PastCallsSearch): 'number' | 'days' | undefined {
  const digits = digitsOf(number)
  if (number.trim() !== '' && digits.replace('+', '').length < DIGITS_MIN) return 'number'
  return fromDay !== '' && toDay !== '' && toDay < fromDay ? 'days' : undefined
}

/** The path of the API that answers a search; `after` is where the page before ended. */
export function pathOfSearch(search: PastCallsSearch, after: string | null): string {
  const query = new URLSearchParams({ state: 'closed', limit: String(PAGE) })
  const number = digitsOf(search.number)
  if (number !== '') query.set('number', number)
  for (const key of ['queue', 'agent'] as const) if (search[key] !== '') query.set(key, search[key])
  if (search.fromDay !== '') query.set('from', dayAt(search.fromDay, 0))
  if (search.toDay !== '') query.set('to', dayAt(search.toDay, 1))
  if (after !== null) query.set('after', after)
  return `/interactions?${query}`
}

/** People type `030 / 123-45`. */
function digitsOf(typed: string): string {
  return typed.trim().replace(/[^0-9+]|(?!^)\+/g, '')
}

function dayAt(day: string, later: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  return new Date(year, month - 1, date + later).toISOString()
}

/** One page of the API. */
export interface PastCallsPage {
  readonly items: readonly InteractionView[]
  readonly next: string | null
}

import type { InteractionView } from '#api/contract'
import { viewInteraction } from '#api/live'
import { isTandemError, type Millis } from '#base'
import type { CentreState } from '#kernel/centre'
import { API_ERRORS } from './errors.ts'
import { viewSummary } from './interaction-history.ts'
import type { HistoryPort } from './ports.ts'

/** What a list of interactions asks for. `agent` limits it to those with that user as a party. */
export interface PageQuery {
  readonly state?: InteractionView['state'] | 'open' | undefined
  readonly queue?: string | undefined
  readonly agent?: string | undefined
  readonly number?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly limit: number
  readonly after?: string | undefined
}

/** One page, and where the next one begins. */
export interface Page {
  readonly items: InteractionView[]
  readonly next: string | null
  readonly complete: boolean
}

interface Key {
  readonly createdAt: Millis
  readonly id: string
}

/** Open ones from the state and closed ones from history, newest first. While history is away, lists that can do without it say that they are not complete. */
export async function pageOf(state: CentreState, history: HistoryPort, query: PageQuery): Promise<Page> {
  const after = query.after === undefined ? undefined : decodeKey(query.after)
  const open = query.state === 'closed' ? [] : openViews(state, query, after)
  const closed = await closedViews(history, query, after)
  const all = new Map([...(closed ?? []), ...open].map((view) => [view.id, view]))
  const items = [...all.values()].sort((a, b) => compare(keyOf(a), keyOf(b))).slice(0, query.limit)
  const more = open.length + (closed?.length ?? 0) > items.length || items.length === query.limit
  const last = items.at(-1)
  return { items, next: more && last ? encodeKey(keyOf(last)) : null, complete: closed !== undefined }
}

function openViews(state: CentreState, query: PageQuery, after: Key | undefined): InteractionView[] {
  return [...state.interactions.values()]
    .filter((one) => query.agent === undefined || one.participants.some((party) => party.user === query.agent))
    .map(viewInteraction)
    .filter((view) => query.state === undefined || query.state === 'open' || view.state === query.state)
    .filter((view) => query.queue === undefined || view.queue === query.queue)
    .filter(({ from, to }) => query.number === undefined || from.includes(query.number) || to.includes(query.number))
    .filter((view) => isWithin(view, momentsOf(query)))
    .filter((view) => !after || compare(after, keyOf(view)) < 0)
    .sort((a, b) => compare(keyOf(a), keyOf(b)))
    .slice(0, query.limit)
}

async function closedViews(
  history: HistoryPort,
  query: PageQuery,
  after: Key | undefined,
): Promise<InteractionView[] | undefined> {
  if (query.state !== undefined && query.state !== 'closed') return []
  try {
    const { queue, agent, number, limit } = query
    return (await history.list({ queue, agent, number, ...momentsOf(query), limit, after })).map(viewSummary)
  } catch (error) {
    if (query.state === 'closed' || !isTandemError(error)) throw error
    return undefined
  }
}

interface Moments {
  readonly from: Millis | undefined
  readonly to: Millis | undefined
}

function momentsOf({ from, to }: PageQuery): Moments {
  return { from: from === undefined ? undefined : Date.parse(from), to: to === undefined ? undefined : Date.parse(to) }
}

function isWithin(view: InteractionView, { from, to }: Moments): boolean {
  const at = Date.parse(view.createdAt)
  return (from === undefined || at >= from) && (to === undefined || at < to)
}

function keyOf(view: InteractionView): Key {
  return { createdAt: Date.parse(view.createdAt), id: view.id }
}

/** Newest first; ids part what came in the same millisecond. */
function compare(a: Key, b: Key): number {
  return b.createdAt - a.createdAt || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0)
}

/** Where the next page begins, as a word. */
export function encodeKey({ createdAt, id }: Key): string {
  return Buffer.from(`${createdAt} ${id}`).toString('base64url')
}

/** Where a page begins; fails when it is not what a page before said. */
export function decodeKey(text: string): Key {
  const match = /^(\d{1,15}) (\S{1,100})$/.exec(Buffer.from(text, 'base64url').toString())
  if (!match) throw API_ERRORS['api.invalid']({ path: '?after', problem: 'is not the "next" of an earlier page' })
  return { createdAt: Number(match[1]), id: match[2]! }
}

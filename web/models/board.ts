import type { AgentLive, InteractionView, MailboxView, Presence, QueueLive, ServerMessage } from '#api/contract'

/** A view that changes: any message of the server but those without views. */
type ViewMessage = Extract<ServerMessage, { type: 'snapshot' | 'changes' }>

/** What the board shows: the present, as the server last told it. */
export interface Board {
  /** The newest sequence seen: where to resume. */
  readonly sequence: number | undefined
  /** How far the server's clock is before the browser's, in ms. */
  readonly clockOffsetMs: number
  readonly queues: ReadonlyMap<string, QueueLive>
  readonly agents: ReadonlyMap<string, AgentLive>
  readonly interactions: ReadonlyMap<string, InteractionView>
  /** Those with messages that whoever looks may open; another map whenever something happened in one. */
  readonly mailboxes: ReadonlyMap<string, MailboxView>
  /** Those whom the page follows. */
  readonly colleagues: ReadonlyMap<string, Presence>
}

/** Before the first snapshot. */
export const EMPTY_BOARD: Board = {
  sequence: undefined,
  clockOffsetMs: 0,
  queues: new Map(),
  agents: new Map(),
  interactions: new Map(),
  mailboxes: new Map(),
  colleagues: new Map(),
}

/** Calls that ended stay this many, so that one sees how; older ones are in history. */
const CLOSED_MAX = 6

/** The board after a message. Messages hold present views, so the same one twice changes nothing. */
export function foldMessage(board: Board, message: ServerMessage, now: number): Board {
  switch (message.type) {
    case 'snapshot':
      return { ...withViews(EMPTY_BOARD, message, now), sequence: message.sequence }
    case 'changes':
      return withViews(board, message, now)
    case 'alive':
      return { ...board, sequence: Math.max(board.sequence ?? 0, message.sequence) }
    case 'problem':
      return board
  }
}

function withViews(board: Board, message: ViewMessage, now: number): Board {
  const gone = message.type === 'changes' ? message.removed : { queues: [], agents: [] }
  return {
    sequence: Math.max(board.sequence ?? 0, message.sequence),
    clockOffsetMs: Date.parse(message.serverTime) - now,
    queues: merge(board.queues, message.queues, (queue) => queue.name, gone.queues),
    agents: merge(board.agents, message.agents, (agent) => agent.user, gone.agents),
    interactions: forgetClosed(merge(board.interactions, message.interactions, (one) => one.id, [])),
    mailboxes: merge(board.mailboxes, message.mailboxes ?? [], (mailbox) => mailbox.name, []),
    colleagues: merge(board.colleagues, message.colleagues ?? [], ({ user }) => user, []),
  }
}

function merge<T>(
  before: ReadonlyMap<string, T>,
  views: readonly T[],
  keyOf: (view: T) => string,
  gone: readonly string[],
): ReadonlyMap<string, T> {
  if (views.length === 0 && gone.length === 0) return before
  const after = new Map(before)
  for (const view of views) after.set(keyOf(view), view)
  for (const key of gone) after.delete(key)
  return after
}

function forgetClosed(interactions: ReadonlyMap<string, InteractionView>): ReadonlyMap<string, InteractionView> {
  const closed = [...interactions.values()].filter((one) => one.state === 'closed')
  if (closed.length <= CLOSED_MAX) return interactions
  const kept = new Map(interactions)
  closed.sort((a, b) => (a.closedAt! < b.closedAt! ? -1 : 1))
  for (const one of closed.slice(0, closed.length - CLOSED_MAX)) kept.delete(one.id)
  return kept
}

/** In which order calls need eyes: who waits longest first, then who talks, last what has ended. */
export function sortedInteractions(board: Board): readonly InteractionView[] {
  return [...board.interactions.values()].sort(
    (a, b) =>
      urgency(a) - urgency(b) ||
      (a.state === 'closed' ? (a.closedAt! < b.closedAt! ? 1 : -1) : a.createdAt < b.createdAt ? -1 : 1),
  )
}

function urgency({ state }: InteractionView): number {
  if (state === 'queued' || state === 'offered') return 0
  return state === 'closed' ? 2 : 1
}

/** Agents by what they do: those at work first; within a status by name, numbers in their order. */
const STATUS_ORDER: readonly AgentLive['status'][] = [
  'offered',
  'busy',
  'wrapping-up',
  'ready',
  'ring-no-answer',
  'not-ready',
  'unreachable',
  'logged-off',
]

/** Whether somebody takes part in the work of queues at this moment, or could: the rest is only counted. */
export function isOnDuty({ status, queues, work }: AgentLive): boolean {
  return work.length > 0 || (queues.length > 0 && status !== 'logged-off' && status !== 'unreachable')
}

/** Made once: `localeCompare` makes one at each comparison, and a thousand agents are compared ten thousand times. */
const BY_NAME = new Intl.Collator(undefined, { numeric: true })

/** The agents whose name, user or extension has the text in it. */
export function sortedAgents(board: Board, search = ''): readonly AgentLive[] {
  const wanted = search.trim().toLowerCase()
  return [...board.agents.values()]
    .filter(({ user, displayName, extension, queues }) =>
      [user, displayName, extension, ...queues].some((text) => text.toLowerCase().includes(wanted)),
    )
    .sort(
      (a, b) =>
        STATUS_ORDER.indexOf(a.status) - STATUS_ORDER.indexOf(b.status) ||
        BY_NAME.compare(a.displayName, b.displayName),
    )
}

/** What the top line of the board says. */
export interface Totals {
  readonly waiting: number
  readonly longestWaitSince: string | null
  readonly talking: number
  readonly ready: number
  readonly onDuty: number
}

/** Sums over all queues, calls and agents that are seen. */
export function totalsOf(board: Board): Totals {
  const queues = [...board.queues.values()]
  const agents = [...board.agents.values()]
  const since = queues.flatMap((queue) => queue.longestWaitSince ?? []).sort()
  return {
    waiting: queues.reduce((sum, queue) => sum + queue.waiting, 0),
    longestWaitSince: since[0] ?? null,
    talking: [...board.interactions.values()].filter(({ state }) => state === 'connected' || state === 'held').length,
    ready: agents.filter(({ status }) => status === 'ready').length,
    onDuty: agents.filter(isOnDuty).length,
  }
}

import type { AgentLive, InteractionView, Move, QueueLive } from '#api/contract'
import type { Board } from './board.ts'

/** Somewhere an interaction can be brought. */
export type MoveTarget =
  | { readonly type: 'queue'; readonly name: string; readonly title: string; readonly queue: QueueLive }
  | { readonly type: 'user'; readonly name: string; readonly title: string; readonly agent: AgentLive }

/** Where in a queue; the first is what is proposed. */
export const MOVE_PLACES = ['kept', 'front', 'last'] as const

/** Where in a queue. */
export type MovePlace = (typeof MOVE_PLACES)[number]

/** More are found by typing more of the name. */
const TARGETS_MAX = 30

/** What an interaction does that can be moved, or nothing when it cannot be. */
export function movableAs({ state, consults }: InteractionView): 'waiting' | 'talking' | undefined {
  if (consults != null) return undefined
  if (state === 'queued' || state === 'offered') return 'waiting'
  return state === 'connected' || state === 'held' ? 'talking' : undefined
}

/** Queues and agents whose name has the words in it: queues first, then agents who could take it now, without who has it already. */
export function moveTargets(board: Board, call: InteractionView, search: string): readonly MoveTarget[] {
  const wanted = search.trim().toLowerCase()
  const fits = (...texts: readonly string[]): boolean => texts.some((text) => text.toLowerCase().includes(wanted))
  const parties = new Set(call.participants?.map(({ user }) => user))
  const queues = [...board.queues.values()]
    .filter(({ name }) => fits(name))
    .sort((a, b) => a.name.localeCompare(b.name))
    .map((queue): MoveTarget => ({ type: 'queue', name: queue.name, title: queue.name, queue }))
  const agents = [...board.agents.values()]
    .filter((one) => !parties.has(one.user) && fits(one.user, one.displayName, one.extension, ...one.queues))
    .sort((a, b) => rank(a) - rank(b) || a.displayName.localeCompare(b.displayName, undefined, { numeric: true }))
    .map((agent): MoveTarget => ({ type: 'user', name: agent.user, title: agent.displayName, agent }))
  return [...queues, ...agents].slice(0, TARGETS_MAX)
}

/** Who is free before who has no phone or is at work. */
function rank({ status, reachable, work }: AgentLive): number {
  if (status === 'ready') return 0
  return reachable && work.length === 0 ? 1 : 2
}

/** What is asked of the server. It is refused when the interaction does something else by now than when the supervisor chose. */
export function moveRequest(
  target: Pick<MoveTarget, 'type' | 'name'>,
  { place, note, expects }: { place: MovePlace; note: string; expects: NonNullable<Move['expects']> },
): Move {
  const words = note.trim()
  return {
    to: target.type === 'queue' ? { queue: target.name, place } : { user: target.name },
    expects,
    ...(words !== '' && { note: words }),
  }
}

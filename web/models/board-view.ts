import type { AgentLive, InteractionView } from '#api/contract'
import { type Board, sortedInteractions } from './board.ts'

/** What of the board somebody looks at. */
export interface BoardView {
  /** These queues, who serves them and what waits there; all when none is named. */
  readonly queues: readonly string[]
  readonly calls: (typeof CALLS_SHOWN)[number]
  /** Only agents who are that; all when not said. */
  readonly agents?: AgentLive['status']
}

/** Which calls the list has. */
export const CALLS_SHOWN = ['all', 'waiting', 'talking'] as const

/** Everything. */
export const WHOLE_BOARD: BoardView = { queues: [], calls: 'all' }

/** Whether what was kept in a browser is a view: it may be of another release. */
export function isBoardView(value: unknown): value is BoardView {
  if (typeof value !== 'object' || value === null) return false
  const { queues, calls, agents } = value as Partial<BoardView>
  if (agents !== undefined && typeof agents !== 'string') return false
  return Array.isArray(queues) && queues.every((one) => typeof one === 'string') && CALLS_SHOWN.includes(calls!)
}

/** The part of the board that the view names. A queue that is gone is not missed. */
export function boardSeen(board: Board, { queues }: BoardView): Board {
  const named = new Set(queues.filter((name) => board.queues.has(name)))
  if (named.size === 0) return board
  const serves = (...names: readonly string[]): boolean => names.some((name) => named.has(name))
  return {
    ...board,
    queues: kept(board.queues, ({ name }) => named.has(name)),
    agents: kept(
      board.agents,
      (agent) => serves(...agent.queues, ...agent.inactive) || agent.work.some(({ queue }) => serves(queue ?? '')),
    ),
    interactions: kept(board.interactions, ({ queue }) => serves(queue ?? '')),
  }
}

/** The calls that the view shows, in the order in which they need eyes. */
export function callsSeen(board: Board, { calls }: BoardView): readonly InteractionView[] {
  return sortedInteractions(board).filter(({ state }) => {
    if (calls === 'waiting') return state === 'queued' || state === 'offered'
    return calls === 'all' || state === 'connected' || state === 'held'
  })
}

/** What the agents of a status work on: the calls that stand beside them when somebody asks for those agents. */
export function callsOf(status: AgentLive['status']): BoardView['calls'] {
  if (status === 'busy') return 'talking'
  return status === 'offered' ? 'waiting' : 'all'
}

/** The board with the agents alone that the view asks for. */
export function agentsSeen(board: Board, { agents }: BoardView): Board {
  return agents === undefined ? board : { ...board, agents: kept(board.agents, ({ status }) => status === agents) }
}

function kept<T>(all: ReadonlyMap<string, T>, fits: (one: T) => boolean): ReadonlyMap<string, T> {
  return new Map([...all].filter(([, one]) => fits(one)))
}

import type { InteractionView } from '#api/contract'
import type { Board } from './board.ts'

/** Rings first, then what one talks in, then the rest of the work after it. */
const ORDER: Readonly<Partial<Record<InteractionView['state'], number>>> = {
  offered: 0,
  connected: 1,
  held: 2,
  'wrapping-up': 3,
}

/** What a user is offered or works on, most urgent first, older before newer. */
export function ownWork(board: Board, user: string): readonly InteractionView[] {
  return [...board.interactions.values()]
    .filter(({ agent, state }) => agent === user && ORDER[state] !== undefined)
    .sort((a, b) => ORDER[a.state]! - ORDER[b.state]! || a.createdAt.localeCompare(b.createdAt))
}

/** Whether its parties write to each other. */
export function isWritten({ medium }: InteractionView): boolean {
  return medium === 'chat' || medium === 'sms' || medium === 'email'
}

/** What an agent may do with a piece of work. */
export type Deed = 'accept' | 'decline' | 'hold' | 'retrieve' | 'complete' | 'end' | 'transfer' | 'wrap-up'

/** What may be done with a piece of work as it stands. A call is taken by phone, and what is written cannot be held. */
export function deedsOf(work: InteractionView): readonly Deed[] {
  const byPhone = work.medium === 'voice' || work.medium === 'callback'
  switch (work.state) {
    case 'offered':
      return byPhone ? ['decline'] : ['accept', 'decline']
    case 'connected':
      return byPhone ? ['hold', 'transfer', 'end'] : ['transfer', 'complete']
    case 'held':
      return ['retrieve', 'transfer', 'end']
    case 'wrapping-up':
      return ['wrap-up']
    default:
      return []
  }
}

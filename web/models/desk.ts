import type { AgentLive, InteractionView } from '#api/contract'
import type { Board } from './board.ts'

/** Something that an agent works on: its own work, and what is known of the interaction. */
export interface DeskItem {
  readonly id: string
  readonly state: AgentLive['work'][number]['state']
  readonly medium: InteractionView['medium']
  readonly direction: InteractionView['direction']
  readonly queue: string | null
  /** Who it is with: a number, an address or a name; undefined when it is not known. */
  readonly who: string | undefined
  readonly since: string
  /** Until when it rings, or the work after it lasts. */
  readonly until: string | null
  /** Since when the customer has waited. */
  readonly waitingSince: string | null
  readonly isHeld: boolean
}

/** What an agent may do with one of its items. */
export type DeskControl =
  | 'accept'
  | 'decline'
  | 'hold'
  | 'retrieve'
  | 'transfer'
  | 'end'
  | 'complete'
  | 'finish'
  | 'extend'

/** Items in the order in which they need hands: what rings, what talks, what is to be written up; the oldest first. */
const STATE_ORDER = ['offered', 'connected', 'wrapping-up'] as const

/** What a call is not: it is answered and ended by the page. */
export function isByPhone(medium: InteractionView['medium']): boolean {
  return medium === 'voice' || medium === 'callback'
}

/** Whether its parties write to each other. */
export function isWritten(medium: InteractionView['medium']): boolean {
  return medium === 'chat' || medium === 'sms' || medium === 'email'
}

/** What the agent works on now. */
export function deskItems(board: Board, user: string): readonly DeskItem[] {
  const work = board.agents.get(user)?.work ?? []
  return work
    .map((one) => itemOf(one, board.interactions.get(one.interaction)))
    .sort(
      (a, b) =>
        STATE_ORDER.indexOf(a.state) - STATE_ORDER.indexOf(b.state) ||
        (a.since < b.since ? -1 : a.since > b.since ? 1 : 0),
    )
}

function itemOf(work: AgentLive['work'][number], view: InteractionView | undefined): DeskItem {
  const direction = view?.direction ?? 'inbound'
  const who = direction === 'inbound' ? (view?.from ?? work.from) : view?.to
  return {
    id: work.interaction,
    state: work.state,
    medium: work.medium,
    direction,
    queue: work.queue,
    who: who || undefined,
    since: work.since,
    until: work.until,
    waitingSince: view?.queuedAt ?? null,
    isHeld: view?.state === 'held',
  }
}

/** What may be done with it as it stands. A call is answered by taking the phone; the page can only refuse it. */
export function controlsOf({ state, medium, isHeld }: DeskItem): readonly DeskControl[] {
  const isCall = isByPhone(medium)
  switch (state) {
    case 'offered':
      return isCall ? ['decline'] : ['accept', 'decline']
    case 'connected':
      if (!isCall) return ['complete', 'transfer']
      return [isHeld ? 'retrieve' : 'hold', 'transfer', 'end']
    case 'wrapping-up':
      return ['finish', 'extend']
  }
}

/** Which of the items is shown whole: the chosen one while it lasts, else the first. */
export function shownItem(items: readonly DeskItem[], chosen: string | undefined): DeskItem | undefined {
  return items.find(({ id }) => id === chosen) ?? items[0]
}

/** What has begun to ring since the last look; an item rings once. */
export function newlyRinging(before: ReadonlySet<string>, items: readonly DeskItem[]): readonly DeskItem[] {
  return items.filter(({ id, state }) => state === 'offered' && !before.has(id))
}

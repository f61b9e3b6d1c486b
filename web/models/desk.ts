import type { AgentLive, InteractionView } from '#api/contract'
import type { Board } from './board.ts'
import { type Consulting, consultingOf, ownPart, type TalkPart, talkPart } from './talk-part.ts'

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
  /** The agent itself holds the others. */
  readonly isHeld: boolean
  /** What the agent is in the conversation; undefined before there is one, and where it is not known. */
  readonly talk: TalkPart | undefined
  /** The call and the consultation about it, where the agent leads both. */
  readonly consulting: Consulting | undefined
  /** The calls to the customer of a callback so far. */
  readonly attempts: NonNullable<InteractionView['attempts']>
}

/** What an agent may do with one of its items. */
export type DeskControl =
  | 'accept'
  | 'answer'
  | 'decline'
  | 'hold'
  | 'retrieve'
  | 'transfer'
  | 'mute'
  | 'unmute'
  | 'keypad'
  | 'consult'
  | 'invite'
  | 'alternate'
  | 'hand-over'
  | 'conference'
  | 'reconnect'
  | 'park'
  | 'leave'
  | 'end'
  | 'complete'
  | 'finish'
  | 'extend'
  | 'machine'
  | 'wrong-number'
  | 'refused'

/** Items in the order in which they need hands: what rings, what talks, what is to be written up; the oldest first. */
const STATE_ORDER = ['offered', 'connected', 'wrapping-up'] as const

/** What a call is not: it is answered and ended by the page. */
export function isByPhone(medium: InteractionView['medium']): boolean {
  return medium === 'voice' || medium === 'callback'
}

/** Whether its parties write to each other. */
export function isWritten(medium: InteractionView['medium']): boolean {
  return medium === 'chat' || medium === 'sms' || medium === 'email' || medium === 'fax'
}

/** Whether the agent talks to a menu, a mailbox or a recording: the keys of the own phone are for that. */
export function isInFlow(board: Board, items: readonly DeskItem[]): boolean {
  return items.some(({ id, state }) => state === 'connected' && board.interactions.get(id)?.state === 'in-flow')
}

/** What the agent works on now. */
export function deskItems(board: Board, user: string): readonly DeskItem[] {
  const agent = board.agents.get(user)
  return (agent?.work ?? [])
    .map((one) => itemOf(agent!, one, board))
    .sort(
      (a, b) =>
        STATE_ORDER.indexOf(a.state) - STATE_ORDER.indexOf(b.state) ||
        (a.since < b.since ? -1 : a.since > b.since ? 1 : 0),
    )
}

function itemOf(agent: AgentLive, work: AgentLive['work'][number], board: Board): DeskItem {
  const view = board.interactions.get(work.interaction)
  const own = ownPart(view, agent.user)
  return {
    id: work.interaction,
    state: work.state,
    medium: work.medium,
    direction: view?.direction ?? 'inbound',
    queue: work.queue,
    who: (own?.via == null ? whoOf(agent, work, view) : view?.to) || undefined,
    since: work.since,
    until: work.until,
    waitingSince: view?.queuedAt ?? null,
    isHeld: own ? own.connection === 'held' : view?.state === 'held',
    talk: talkPart(view, agent.user),
    consulting: consultingOf(board, agent, work.interaction),
    attempts: view?.attempts ?? [],
  }
}

/** The other side: within the house either side may have called. */
function whoOf(agent: AgentLive, work: AgentLive['work'][number], view: InteractionView | undefined): string | null {
  if (!view || view.direction === 'inbound' || view.medium === 'callback') return view?.from ?? work.from
  return view.direction === 'internal' && view.from !== agent.extension ? view.from : view.to
}

/** What may be done with it as it stands. A call is answered by taking the phone, or here when the phone that rings is the browser's. */
export function controlsOf(item: DeskItem, phoneRings = false): readonly DeskControl[] {
  const isCall = isByPhone(item.medium)
  switch (item.state) {
    case 'offered':
      if (!isCall) return ['accept', 'decline']
      return phoneRings ? ['answer', 'decline'] : ['decline']
    case 'connected':
      return isCall ? [...callControls(item), ...outcomeControls(item)] : workControls(item)
    case 'wrapping-up':
      return ['finish', 'extend', ...outcomeControls(item)]
  }
}

/** Work without a phone: of several who write the last one ends it, and only who is alone hands it on. */
function workControls({ medium, talk }: DeskItem): readonly DeskControl[] {
  const invite: readonly DeskControl[] = isWritten(medium) ? ['invite'] : []
  return (talk?.others ?? 0) > 0 ? [...invite, 'leave'] : ['complete', 'transfer', ...invite]
}

/** What the agent of a callback may say of its call once there was one: what no phone tells. */
function outcomeControls({ medium, state, attempts }: DeskItem): readonly DeskControl[] {
  const last = attempts.at(-1)?.outcome
  if (medium !== 'callback' || last === undefined) return []
  if (last === 'reached') return ['machine', 'wrong-number', 'refused']
  // A call that was not answered may still have said something: nobody is called again for it.
  const final = last === 'wrong-number' || last === 'refused'
  return state === 'connected' || final ? [] : ['wrong-number', 'refused']
}

function callControls({ isHeld, talk, consulting }: DeskItem): readonly DeskControl[] {
  // Whoever holds is heard by nobody, and sends no keys.
  const heard: readonly DeskControl[] = isHeld ? [] : [talk?.isMuted ? 'unmute' : 'mute', 'keypad']
  if (consulting) {
    const both: readonly DeskControl[] = consulting.isReached ? ['hand-over', 'conference', 'alternate'] : []
    return [...both, 'reconnect', ...(consulting.isReached ? heard : [])]
  }
  if (talk?.others === 0) return ['end']
  const hold = isHeld ? 'retrieve' : 'hold'
  // Nobody can be sent elsewhere out of a conference: one leaves the others to each other.
  // Who is called in is heard at once: nobody calls others in from a hold.
  const invite: readonly DeskControl[] = isHeld ? [] : ['invite']
  if ((talk?.others ?? 1) > 1) return [hold, 'consult', ...invite, ...heard, 'leave']
  return [hold, 'transfer', 'consult', ...invite, ...heard, 'park', 'end']
}

/** Which of the items is shown whole: the chosen one while it lasts, else the first. */
export function shownItem(items: readonly DeskItem[], chosen: string | undefined): DeskItem | undefined {
  return items.find(({ id }) => id === chosen) ?? items[0]
}

/** What has begun to ring since the last look; an item rings once. */
export function newlyRinging(before: ReadonlySet<string>, items: readonly DeskItem[]): readonly DeskItem[] {
  return items.filter(({ id, state }) => state === 'offered' && !before.has(id))
}

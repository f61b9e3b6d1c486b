import type { AgentLive, InteractionView } from '#api/contract'
import type { Board } from './board.ts'

type Part = NonNullable<InteractionView['participants']>[number]

/** What an agent is in a conversation. */
export interface TalkPart {
  readonly isMuted: boolean
  /** With whom it talks: more than one is a conference, none that nobody is reached yet. */
  readonly others: number
}

/** A call and the consultation about it, led by one phone: one of them is on hold. */
export interface Consulting {
  readonly call: string
  readonly consultation: string
  /** Somebody has answered there. */
  readonly isReached: boolean
  /** The agent talks to the call again, and holds who is consulted. */
  readonly isBack: boolean
}

/** The agent's own part in an interaction: the newest, as one may come back. */
export function ownPart(view: InteractionView | undefined, user: string): Part | undefined {
  return view?.participants?.findLast((one) => one.user === user)
}

/** What the agent is in it; undefined where the parties are not known. */
export function talkPart(view: InteractionView | undefined, user: string): TalkPart | undefined {
  const own = ownPart(view, user)
  if (!own) return undefined
  const others = view!.participants!.filter((one) => one.id !== own.id && isTalking(one)).length
  return { isMuted: own.muted ?? false, others }
}

/** Whether the party talks or is held; who supervises is no party. */
function isTalking({ connection, supervises }: Part): boolean {
  return (connection === 'connected' || connection === 'held') && !supervises
}

/** The consultation that the interaction is, or has: of the agent's own work, and led by its phone. Who is consulted leads none. */
export function consultingOf({ interactions }: Board, { user, work }: AgentLive, id: string): Consulting | undefined {
  for (const { interaction } of work) {
    const consultation = interactions.get(interaction)
    const call = consultation?.consults
    if (!consultation || !call || (id !== interaction && id !== call)) continue
    const own = ownPart(consultation, user)
    if (own?.via == null || !interactions.has(call)) continue
    const isReached = (talkPart(consultation, user)?.others ?? 0) > 0
    return { call, consultation: interaction, isReached, isBack: own.connection === 'held' }
  }
  return undefined
}

/** Something that anybody may take: a parked call, or what rings at a colleague. */
export type Takeable =
  | {
      readonly kind: 'parked'
      readonly id: string
      readonly from: string
      readonly slot: string
      readonly until: string
    }
  | { readonly kind: 'rings'; readonly id: string; readonly from: string; readonly user: string; readonly name: string }

/** What waits for whoever takes it, as far as this person sees it: all see what is parked, few what rings at others. */
export function takeables({ agents, interactions }: Board, user: string): readonly Takeable[] {
  const found: Takeable[] = []
  for (const { id, from, parked, state } of interactions.values()) {
    if (parked && state !== 'closed') found.push({ kind: 'parked', id, from, slot: parked.slot, until: parked.until })
  }
  // Whoever sees only the own work is told of what rings at colleagues of a group.
  for (const { id, from, state, medium, agent, agentName } of interactions.values()) {
    if (agentName === undefined || agent === null || agent === user || state !== 'offered') continue
    if (medium === 'voice' || medium === 'callback')
      found.push({ kind: 'rings', id, from, user: agent, name: agentName })
  }
  for (const colleague of agents.values()) {
    if (colleague.user === user) continue
    for (const { interaction, state, medium, from } of colleague.work) {
      if (state !== 'offered' || (medium !== 'voice' && medium !== 'callback')) continue
      // What rings may be an invitation into a conversation: that is nobody else's.
      if (interactions.get(interaction)?.state !== 'offered') continue
      const { user: rung, displayName } = colleague
      found.push({ kind: 'rings', id: interaction, from: from ?? '', user: rung, name: displayName })
    }
  }
  return found
}

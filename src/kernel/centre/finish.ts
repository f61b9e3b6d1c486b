import {
  type Interaction,
  type InteractionId,
  isLive,
  isTalker,
  liveParticipants,
  type Participant,
  type ParticipantId,
  wasReached,
} from '#kernel/interaction'
import { notedCode } from './decide-note.ts'
import type { Draft } from './draft.ts'
import type { EventOf } from './event.ts'

/** How an interaction ends, in the words of `InteractionClosed`. */
export type ClosedReason = EventOf<'InteractionClosed'>['reason']

/** Lets one party go: its recordings end with it, and an agent who served a queue gets its work after the call. */
export function clearParty(draft: Draft, id: InteractionId, participant: ParticipantId, reason: string): void {
  const interaction = draft.interaction(id)
  const party = interaction?.participants.find((one) => one.id === participant)
  if (!interaction || !party || !isLive(party)) return
  for (const recording of interaction.recordings) {
    if (recording.endedAt === undefined && recording.channels.includes(participant)) {
      draft.emit({ type: 'RecordingEnded', interaction: id, recording: recording.id })
    }
  }
  startWrapUp(draft, id, participant, party.user)
  draft.emit({ type: 'ParticipantCleared', interaction: id, participant, reason })
  moveSupervisors(draft, id, participant)
}

/** Whose agent has left supervises the next, or goes as well. */
function moveSupervisors(draft: Draft, id: InteractionId, left: ParticipantId): void {
  const { participants = [] } = draft.interaction(id) ?? {}
  const next = participants.find((one) => isTalker(one) && one.user !== undefined && one.ringUntil === undefined)
  for (const party of participants) {
    const { supervises, user } = party
    if (!isLive(party) || supervises?.agent !== left || user === undefined) continue
    if (next) {
      const moved = { ...supervises, agent: next.id }
      draft.emit({ type: 'SupervisionChanged', interaction: id, participant: party.id, user, supervises: moved })
    } else if (party.ringUntil !== undefined) endInvitation(draft, id, party, 'withdrawn')
    else clearParty(draft, id, party.id, 'finished')
  }
}

/** Who listens to a conversation or coaches in it goes when the conversation is over, or goes elsewhere; who was only called in is not waited for. */
export function dismissSupervisors(draft: Draft, id: InteractionId): void {
  for (const party of draft.interaction(id)?.participants ?? []) {
    if (party.ringUntil !== undefined) endInvitation(draft, id, party, 'withdrawn')
    else if (party.supervises && isLive(party)) clearParty(draft, id, party.id, 'finished')
  }
}

type InvitationEndReason = EventOf<'InvitationEnded'>['reason']

/** Who was called into a conversation does not come. */
export function endInvitation(
  draft: Draft,
  interaction: InteractionId,
  { id, user }: Pick<Participant, 'id' | 'user'>,
  reason: InvitationEndReason,
): void {
  draft.emit({
    type: 'InvitationEnded',
    interaction,
    participant: id,
    ...(user === undefined ? undefined : { user }),
    reason,
  })
}

/** The work after the call begins before the party is cleared, so that the agent is at no moment free in between. */
function startWrapUp(draft: Draft, id: InteractionId, participant: ParticipantId, user: string | undefined): void {
  const agent = user === undefined ? undefined : draft.agent(user)
  const work = agent?.work.find((one) => one.interaction === id)
  if (user === undefined || work?.state !== 'connected' || work.participant !== participant) return
  const wrapUpMs = work.queue === undefined ? 0 : (draft.configuration.queues.get(work.queue)?.wrapUpMs ?? 0)
  if (wrapUpMs === 0) return
  draft.emit({ type: 'WrapUpStarted', interaction: id, participant, user, until: draft.now + wrapUpMs })
}

/** An agent leaves a conversation that needs no phone to the colleagues who are in it; says whether there are any. */
export function leaveToOthers(
  draft: Draft,
  { id, participants }: Interaction,
  left: ParticipantId,
  reason: string,
): boolean {
  const others = participants.some((one) => one.id !== left && one.user !== undefined && one.connection === 'connected')
  if (others) clearParty(draft, id, left, reason)
  return others
}

/** Takes back every offer of an interaction: nobody shall answer it any more. */
export function withdrawOffer(draft: Draft, id: InteractionId): void {
  withdrawOthers(draft, id, undefined)
}

/** Takes back all offers of an interaction but that of the party who has answered. */
export function withdrawOthers(draft: Draft, id: InteractionId, winner: ParticipantId | undefined): void {
  const phase = draft.interaction(id)?.phase
  if (phase?.state !== 'offered') return
  for (const { participant, user } of [phase, ...(phase.others ?? [])]) {
    if (participant === winner) continue
    draft.emit({ type: 'OfferEnded', interaction: id, participant, user, reason: 'withdrawn' })
  }
}

export interface Ending {
  readonly closed: ClosedReason
  /** Why the parties are cleared: a caller who was never connected is told it. */
  readonly told: string
  /** The party who left by itself, and how. */
  readonly left?: { readonly participant: ParticipantId; readonly reason: string }
  /** The interaction that made this one needless. */
  readonly by?: InteractionId
}

/** Ends an interaction for all its parties. It is closed at once, or when its agents have finished and its callers have been told. */
export function finish(draft: Draft, id: InteractionId, ending: Ending): void {
  letGo(draft, id, ending)
  endNotesOfNobody(draft, id)
  closeIfOver(draft, id, ending.closed, ending.by)
}

/** Lets all parties of an interaction go: what becomes of it is told by the events that follow. */
export function letGo(draft: Draft, id: InteractionId, ending: Pick<Ending, 'told' | 'left'>): void {
  const before = draft.interaction(id)
  if (!before) return
  withdrawOffer(draft, id)
  dismissSupervisors(draft, id)
  if (ending.left) clearParty(draft, id, ending.left.participant, ending.left.reason)
  for (const party of liveParticipants(draft.interaction(id) ?? before)) clearParty(draft, id, party.id, ending.told)
  endRecordings(draft, id)
}

/**
 * What needs no customer to be there waits in its queue also while the agent who had it before still writes notes. When it ends there, nobody
 * would clear it for those notes to end later: it would be offered again.
 */
function endNotesOfNobody(draft: Draft, id: InteractionId): void {
  const interaction = draft.interaction(id)
  // Between two places as well: whom it was handed to did not take it, and no queue takes it back.
  if (interaction?.phase.state !== 'queued' && interaction?.phase.state !== 'created') return
  for (const party of interaction.participants) {
    const { id: participant, user, wrapUp } = party
    if (wrapUp && user !== undefined) {
      draft.emit({ type: 'WrapUpEnded', interaction: id, participant, user, ...notedCode(party) })
    }
  }
}

function endRecordings(draft: Draft, id: InteractionId): void {
  for (const recording of draft.interaction(id)?.recordings ?? []) {
    if (recording.endedAt === undefined) {
      draft.emit({ type: 'RecordingEnded', interaction: id, recording: recording.id })
    }
  }
}

/** Closes an interaction in which nobody takes part or works any more. */
export function closeIfOver(draft: Draft, id: InteractionId, reason: ClosedReason, by?: InteractionId): void {
  const interaction = draft.interaction(id)
  if (!interaction || interaction.participants.some(isLive)) return
  if (interaction.participants.some((party) => party.wrapUp !== undefined || party.connection === 'failed')) return
  draft.emit({ type: 'InteractionClosed', interaction: id, reason, ...(by === undefined ? undefined : { by }) })
}

/** An agent has finished its notes: that ends the interaction, unless it waits or is worked on elsewhere by now. */
export function closeAfterNotes(draft: Draft, id: InteractionId): void {
  const interaction = draft.interaction(id)
  if (interaction?.phase.state !== 'wrapping-up') return
  closeIfOver(draft, id, interaction.attempts && !wasReached(interaction) ? 'failed' : 'answered')
}

/** Closes an interaction whose turned-away caller has been told, or has had the time. */
export function closeTurnedAway(draft: Draft, { id, participants, phase }: Interaction): void {
  if (phase.state !== 'wrapping-up' || participants.some((party) => party.wrapUp !== undefined)) return
  draft.emit({ type: 'InteractionClosed', interaction: id, reason: 'failed' })
}

import { type Interaction, type InteractionId, isByPhone, type ParticipantId } from '#kernel/interaction'
import type { Draft } from './draft.ts'
import { goOnUnanswered } from './enter.ts'
import type { EventOf } from './event.ts'
import { RONA_MS_MIN } from './limits.ts'
import { rescueFrom } from './rescue.ts'

type OfferEndReason = EventOf<'OfferEnded'>['reason']

/** Who is asked. */
interface Asked {
  readonly participant: ParticipantId
  readonly user: string
}

/** Ends every offer of an interaction without an answer: nobody came in time. */
export function endOffers(draft: Draft, id: InteractionId, reason: OfferEndReason): void {
  for (const { participant } of askedOf(draft.interaction(id))) endOffer(draft, id, { participant, reason })
}

/** The agents whom an interaction is offered to. */
export function askedOf(interaction: Interaction | undefined): readonly Asked[] {
  if (interaction?.phase.state !== 'offered') return []
  const { participant, user, others = [] } = interaction.phase
  return [{ participant, user }, ...others]
}

export interface OfferEnd {
  readonly participant: ParticipantId
  readonly reason: OfferEndReason
  /** False for an agent who is not there anyway: nothing need be kept from it. */
  readonly pauses?: boolean
}

/**
 * Ends one offer without an answer. From a queue: the contact is back at its old place once nobody else is asked, and the agent is not
 * offered work for a while, or is what the queue says (AGS-03). Directly: the flow goes on, or a queue takes the caller back, or it is told.
 */
export function endOffer(draft: Draft, id: InteractionId, { participant, reason, pauses = true }: OfferEnd): void {
  const interaction = draft.interaction(id)
  const asked = askedOf(interaction).find((one) => one.participant === participant)
  if (interaction?.phase.state !== 'offered' || !asked) return
  const { queue, otherwise, back, returnTo, parked } = interaction.phase
  const { user } = asked
  const pauseMs = queue === undefined || !pauses ? 0 : ronaMs(draft, queue, reason)
  draft.emit({
    type: 'OfferEnded',
    interaction: id,
    participant,
    user,
    reason,
    ...(pauseMs > 0 ? { ronaUntil: draft.now + pauseMs } : undefined),
  })
  if (queue !== undefined) {
    if (reason === 'no-answer') setAfterRona(draft, queue, user)
    return
  }
  if (noneLeft(draft.interaction(id))) {
    draft.emit({ type: 'InteractionClosed', interaction: id, reason: 'failed' })
  } else {
    goOnUnanswered(draft, id, reason, {
      ...(otherwise === undefined ? undefined : { otherwise }),
      ...(back === undefined ? undefined : { back }),
      // Who took a call back itself and does not answer is not rung again.
      ...(returnTo === undefined || returnTo === user ? undefined : { returnTo }),
      ...(parked === undefined ? undefined : { parked }),
    })
  }
}

/** A queue may want that whoever lets it ring is not ready, or logged off, until they say so themselves. */
function setAfterRona(draft: Draft, queue: string, user: string): void {
  const status = draft.configuration.queues.get(queue)?.afterRona ?? 'pause'
  if (status === 'pause' || draft.agent(user)?.chosen.status !== 'ready') return
  draft.emit({ type: 'StatusChosen', user, status, reason: 'ring-no-answer' })
  if (status === 'logged-off') rescueFrom(draft, user)
}

/** Whether the offer was to the very person who placed the call: then nobody is left. A work item needs nobody to be there. */
function noneLeft(interaction: Interaction | undefined): boolean {
  return interaction?.participants.length === 0 && isByPhone(interaction.medium)
}

function ronaMs(draft: Draft, queue: string, reason: OfferEndReason): number {
  if (reason === 'withdrawn') return 0
  const configured = draft.configuration.queues.get(queue)?.ronaMs ?? 0
  return reason === 'no-answer' ? configured : Math.max(configured, RONA_MS_MIN)
}

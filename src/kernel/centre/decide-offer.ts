import type { Interaction, InteractionId } from '#kernel/interaction'
import type { Draft } from './draft.ts'
import { goOnUnanswered } from './enter.ts'
import type { CentreEvent } from './event.ts'
import { RONA_MS_MIN } from './limits.ts'

type OfferEndReason = Extract<CentreEvent, { type: 'OfferEnded' }>['reason']

/**
 * Ends the offer of an interaction without an answer. From a queue: the caller is back at its old place and the agent is not offered work
 * for a while (AGS-03), unless `pauses` is false: for an agent who is not there anyway. Directly: the flow goes on, or a queue takes the caller back, or it is told.
 */
export function endOffer(draft: Draft, id: InteractionId, reason: OfferEndReason, pauses = true): void {
  const interaction = draft.interaction(id)
  if (interaction?.phase.state !== 'offered') return
  const { participant, user, queue, otherwise, back } = interaction.phase
  const pauseMs = queue === undefined || !pauses ? 0 : ronaMs(draft, queue, reason)
  draft.emit({
    type: 'OfferEnded',
    interaction: id,
    participant,
    user,
    reason,
    ...(pauseMs > 0 ? { ronaUntil: draft.now + pauseMs } : undefined),
  })
  if (queue !== undefined) return
  if (noneLeft(draft.interaction(id))) {
    draft.emit({ type: 'InteractionClosed', interaction: id, reason: 'failed' })
  } else {
    goOnUnanswered(draft, id, reason, {
      ...(otherwise === undefined ? undefined : { otherwise }),
      ...(back === undefined ? undefined : { back }),
    })
  }
}

/** Whether the offer was to the very person who placed the call: then nobody is left. */
function noneLeft(interaction: Interaction | undefined): boolean {
  return interaction?.participants.length === 0
}

function ronaMs(draft: Draft, queue: string, reason: OfferEndReason): number {
  if (reason === 'withdrawn') return 0
  const configured = draft.configuration.queues.get(queue)?.ronaMs ?? 0
  return reason === 'no-answer' ? configured : Math.max(configured, RONA_MS_MIN)
}

import { assertNever, type Millis } from '#base'
import { type Interaction, isOfferedTo } from '#kernel/interaction'
import type { EventOf } from './event.ts'
import type { OfferEvent } from './event-offer.ts'
import { addParty, placeOf } from './evolve-party.ts'

/** The interaction after it was offered to somebody, or is so no more; the one given is not touched. */
export function evolveOffer(interaction: Interaction, event: OfferEvent, at: Millis): Interaction {
  switch (event.type) {
    case 'Offered':
      return offered(interaction, event, at)
    case 'OfferEnded':
      return offerEnded(interaction, event, at)
    default:
      return assertNever(event)
  }
}

function offered(interaction: Interaction, event: EventOf<'Offered'>, at: Millis): Interaction {
  const { phase, counters } = interaction
  const { participant, user, queue, until, otherwise, back, returnTo, parked } = event
  const next = addParty(interaction, participant)
  if (phase.state === 'offered') {
    return { ...next, phase: { ...phase, others: [...(phase.others ?? []), { participant: participant.id, user }] } }
  }
  const place = phase.state === 'queued' ? phase : { priority: 0, enteredAt: at, visit: counters.visits, prompts: [] }
  const announcementAt = 'nextAnnouncementAt' in place ? place.nextAnnouncementAt : undefined
  return {
    ...next,
    phase: {
      state: 'offered',
      ...(queue === undefined ? undefined : { queue }),
      ...placeOf(place),
      visit: place.visit,
      prompts: place.prompts,
      participant: participant.id,
      user,
      since: at,
      until,
      ...(announcementAt === undefined ? undefined : { nextAnnouncementAt: announcementAt }),
      ...(otherwise === undefined ? undefined : { otherwise }),
      ...(back === undefined ? undefined : { back }),
      ...(returnTo === undefined ? undefined : { returnTo }),
      ...(parked === undefined ? undefined : { parked }),
    },
  }
}

/**
 * The party that did not come leaves the state. While others are rung they go on; when nobody is, who waits in a queue is back at its
 * old place, with its old moment of entering.
 */
function offerEnded(interaction: Interaction, event: EventOf<'OfferEnded'>, at: Millis): Interaction {
  const { phase } = interaction
  const participants = interaction.participants.filter((participant) => participant.id !== event.participant)
  if (!isOfferedTo(interaction, event.participant) || phase.state !== 'offered') return { ...interaction, participants }
  const { others: before = [], ...rest } = phase
  const [first, ...others] = [{ participant: phase.participant, user: phase.user }, ...before].filter(
    (one) => one.participant !== event.participant,
  )
  if (first) {
    return {
      ...interaction,
      participants,
      phase: { ...rest, ...first, ...(others.length === 0 ? undefined : { others }) },
    }
  }
  if (phase.queue === undefined) return { ...interaction, participants, phase: { state: 'created', since: at } }
  const { queue, visit, prompts, nextAnnouncementAt } = phase
  return {
    ...interaction,
    participants,
    phase: {
      state: 'queued',
      queue,
      ...placeOf(phase),
      visit,
      prompts,
      ...(nextAnnouncementAt === undefined ? undefined : { nextAnnouncementAt }),
    },
  }
}

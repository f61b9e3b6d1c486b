import type { Interaction, Participant, ParticipantId, Phase, Place } from '#kernel/interaction'

/** The interaction with one party more, which is counted. */
export function addParty(interaction: Interaction, participant: Participant): Interaction {
  const { participants, counters } = interaction
  return {
    ...interaction,
    participants: [...participants, participant],
    counters: { ...counters, participants: counters.participants + 1 },
  }
}

/** The interaction with one of its parties made another. */
export function withParty(
  interaction: Interaction,
  id: ParticipantId,
  change: (one: Participant) => Participant,
): Interaction {
  return { ...interaction, participants: interaction.participants.map((one) => (one.id === id ? change(one) : one)) }
}

/** The interaction with one of its parties changed. */
export function changeParty(interaction: Interaction, id: ParticipantId, change: Partial<Participant>): Interaction {
  return withParty(interaction, id, (one) => ({ ...one, ...change }))
}

/** A conversation keeps the queue that it came from, and the place it had there. */
export function withPlace<P extends Extract<Phase, { state: 'connected' | 'held' }>>(
  phase: P,
  { phase: before }: Interaction,
): P {
  if (!('queue' in before) || before.queue === undefined) return phase
  const place = before.state === 'offered' ? placeOf(before) : 'place' in before ? before.place : undefined
  return { ...phase, queue: before.queue, ...(place === undefined ? undefined : { place }) }
}

/** Where the interaction waits, without what it hears there. */
export function placeOf({ priority, enteredAt, rankAt, ring, only, routeAt, told, prioritised }: Place): Place {
  return {
    priority,
    enteredAt,
    ...(rankAt === undefined ? undefined : { rankAt }),
    ...(ring === undefined ? undefined : { ring }),
    ...(only === undefined ? undefined : { only }),
    ...(routeAt === undefined ? undefined : { routeAt }),
    ...(told === undefined ? undefined : { told }),
    ...(prioritised === undefined ? undefined : { prioritised }),
  }
}

import { assertNever, type Millis } from '#base'
import { type Interaction, isConnected, isLive, isOfferedTo, queueOf } from '#kernel/interaction'
import type { EventOf } from './event.ts'
import type { ConnectionEvent } from './event-connection.ts'
import { addParty, changeParty, withParty, withPlace } from './evolve-party.ts'
import { settleTalk, withoutRing } from './evolve-talk.ts'

/** The interaction after the line to one of its parties has changed; the one given is not touched. */
export function evolveConnection(interaction: Interaction, event: ConnectionEvent, at: Millis): Interaction {
  switch (event.type) {
    case 'OutsideDialled': {
      const { phase } = interaction
      const talks = phase.state === 'connected' || phase.state === 'held'
      const next = { state: 'connected', since: at } as const
      return { ...addParty(interaction, event.participant), phase: talks ? withPlace(next, interaction) : next }
    }
    case 'ParticipantAlerting':
      return changeParty(interaction, event.participant, { connection: 'alerting', since: at })
    case 'ParticipantConnected':
      return participantConnected(interaction, event, at)
    case 'ParticipantCleared':
      return participantCleared(interaction, event, at)
    default:
      return assertNever(event)
  }
}

function participantConnected(
  interaction: Interaction,
  event: EventOf<'ParticipantConnected'>,
  at: Millis,
): Interaction {
  const { phase } = interaction
  const next = withoutRing(changeParty(interaction, event.participant, { connection: 'connected', since: at }))
  if (phase.state === 'held') return settleTalk(next, at)
  if (phase.state !== 'offered' || !isOfferedTo(interaction, event.participant)) return next
  return settleTalk({ ...next, phase: withPlace({ state: 'connected', since: at }, interaction) }, at)
}

/** A party that never was connected and did not leave by itself has failed: its leg is still to be told why. */
function participantCleared(interaction: Interaction, event: EventOf<'ParticipantCleared'>, at: Millis): Interaction {
  const { reason } = event
  const next = withParty(interaction, event.participant, (one) => {
    const gone = isConnected(one) || reason === 'hung-up' || reason === 'lost'
    return { ...one, connection: gone ? 'cleared' : 'failed', since: at, reason }
  })
  if (next.participants.some(isLive)) return settleTalk(next, at)
  const queue = queueOf(interaction)
  return {
    ...next,
    phase: { state: 'wrapping-up', ...(queue === undefined ? undefined : { queue }), since: at },
  }
}

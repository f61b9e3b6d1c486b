import { assertNever, type Millis } from '#base'
import type { Interaction } from '#kernel/interaction'
import type { EventOf } from './event.ts'
import type { CallbackEvent } from './event-callback.ts'
import { addParty } from './evolve-party.ts'

/** The interaction of a callback after a call to its customer; the one given is not touched. */
export function evolveCallback(interaction: Interaction, event: CallbackEvent, at: Millis): Interaction {
  switch (event.type) {
    case 'CustomerDialled':
      return addParty(interaction, event.participant)
    case 'CallbackAttempted':
      return callbackAttempted(interaction, event, at)
    default:
      return assertNever(event)
  }
}

/** What an agent says of an attempt counts instead of what the phone told. Between two attempts nobody is left but who writes notes. */
function callbackAttempted(interaction: Interaction, event: EventOf<'CallbackAttempted'>, at: Millis): Interaction {
  const { attempt, outcome, user, queue, next: due } = event
  const before = (interaction.attempts ?? []).filter((one) => one.attempt !== attempt)
  const attempts = [...before, { attempt, at, outcome, ...(user === undefined ? undefined : { user }) }]
  const { phase, participants } = interaction
  if (due) {
    const writing = participants.filter((party) => party.wrapUp !== undefined)
    return { ...interaction, attempts, participants: writing, phase: { state: 'created', since: at, due } }
  }
  if (phase.state !== 'created') return { ...interaction, attempts }
  return {
    ...interaction,
    attempts,
    phase: { state: 'wrapping-up', queue, since: at },
  }
}

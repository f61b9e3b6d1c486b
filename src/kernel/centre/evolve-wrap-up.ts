import { assertNever, type Millis } from '#base'
import { type Interaction, participantOf } from '#kernel/interaction'
import type { WrapUpEvent } from './event-wrap-up.ts'
import { changeParty, withParty } from './evolve-party.ts'

/** The interaction after an event about what one of its agents has still to do; the one given is not touched. */
export function evolveWrapUp(interaction: Interaction, event: WrapUpEvent, at: Millis): Interaction {
  switch (event.type) {
    case 'WrapUpStarted':
      return changeParty(interaction, event.participant, { wrapUp: { since: at, until: event.until } })
    case 'WrapUpExtended': {
      const since = participantOf(interaction, event.participant)?.wrapUp?.since
      if (since === undefined) return interaction
      return changeParty(interaction, event.participant, { wrapUp: { since, until: event.until } })
    }
    case 'Noted': {
      const { code, text } = event
      const note = { ...(code === undefined ? undefined : { code }), ...(text === undefined ? undefined : { text }) }
      return changeParty(interaction, event.participant, { note })
    }
    case 'WrapUpEnded':
      return withParty(interaction, event.participant, ({ wrapUp: _, ...rest }) => rest)
    default:
      return assertNever(event)
  }
}

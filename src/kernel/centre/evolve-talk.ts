import { assertNever, type Millis } from '#base'
import { type Interaction, isTalker, type Phase, speakingCount } from '#kernel/interaction'
import type { EventOf } from './event.ts'
import type { TalkEvent } from './event-talk.ts'
import { addParty, changeParty, withParty, withPlace } from './evolve-party.ts'

/** What changes in a conversation while its parties talk. `Joined` concerns two of them, and is folded where both are at hand. */
export function evolveTalk(
  interaction: Interaction,
  event: Exclude<TalkEvent, { type: 'Joined' }>,
  at: Millis,
): Interaction {
  switch (event.type) {
    case 'ParticipantInvited':
      return addParty(interaction, { ...event.participant, ringUntil: event.until })
    case 'InvitationEnded':
      return {
        ...interaction,
        participants: interaction.participants.filter((one) => one.id !== event.participant),
      }
    case 'SupervisionChanged':
      return settleTalk(supervised(interaction, event), at)
    case 'Muted':
      return withParty(interaction, event.participant, ({ muted: _, ...rest }) =>
        event.muted ? { ...rest, muted: true } : rest,
      )
    case 'Held':
      return settleTalk(changeParty(interaction, event.by, { connection: 'held', since: at }), at)
    case 'Retrieved':
      return settleTalk(changeParty(interaction, event.by, { connection: 'connected', since: at }), at)
    case 'Parked':
      return { ...interaction, phase: withPlace(parkedPhase(event, at), interaction) }
    case 'TakenOver':
    case 'DigitsSent':
    case 'Conferenced':
    case 'Transferred':
      return interaction
    default:
      return assertNever(event)
  }
}

function parkedPhase({ by, slot, user, until }: EventOf<'Parked'>, at: Millis): Extract<Phase, { state: 'held' }> {
  return { state: 'held', by, since: at, parked: { slot, user, until } }
}

function supervised(interaction: Interaction, event: EventOf<'SupervisionChanged'>): Interaction {
  return withParty(interaction, event.participant, ({ supervises: _, ...rest }) =>
    event.supervises ? { ...rest, supervises: event.supervises } : rest,
  )
}

/** Who has come is rung no more. */
export function withoutRing(interaction: Interaction): Interaction {
  if (!interaction.participants.some((one) => one.ringUntil !== undefined && one.connection === 'connected')) {
    return interaction
  }
  const participants = interaction.participants.map((one) => {
    if (one.ringUntil === undefined || one.connection !== 'connected') return one
    const { ringUntil: _, ...rest } = one
    return rest
  })
  return { ...interaction, participants }
}

/** A conversation is on hold while fewer than two can be heard and somebody holds, or it is parked. */
export function settleTalk(interaction: Interaction, at: Millis): Interaction {
  const { phase, participants } = interaction
  if (phase.state !== 'connected' && phase.state !== 'held') return interaction
  const speaking = speakingCount(interaction)
  if (phase.state === 'held') {
    if (speaking < 2) return phase.parked ? fetched(interaction, at) : interaction
    return { ...interaction, phase: withPlace({ state: 'connected', since: at }, interaction) }
  }
  const holder = participants.findLast((one) => isTalker(one) && one.connection === 'held')
  if (speaking >= 2 || !holder) return interaction
  return { ...interaction, phase: withPlace({ state: 'held', by: holder.id, since: at }, interaction) }
}

/** Who is fetched from where it was parked by somebody whom it has on hold itself is parked no more: it holds. */
function fetched(interaction: Interaction, at: Millis): Interaction {
  const there = interaction.participants.filter((one) => isTalker(one) && one.ringUntil === undefined)
  const holder = there.findLast(({ connection }) => connection === 'held')
  if (there.length < 2 || !holder) return interaction
  return { ...interaction, phase: withPlace({ state: 'held', by: holder.id, since: at }, interaction) }
}

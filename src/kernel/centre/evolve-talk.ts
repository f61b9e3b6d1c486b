import { assertNever, type Millis } from '#base'
import { type Interaction, isTalker, type Participant, type Phase, speakingCount } from '#kernel/interaction'
import type { CentreEvent } from './event.ts'
import { changeParty, withPlace } from './evolve-party.ts'

type EventOf<Type extends CentreEvent['type']> = Extract<CentreEvent, { type: Type }>

type TalkEvent = EventOf<
  'ParticipantInvited' | 'InvitationEnded' | 'SupervisionChanged' | 'Muted' | 'Held' | 'Retrieved' | 'Parked'
>

/** What changes in a conversation while its parties talk. */
export function evolveTalk(interaction: Interaction, event: TalkEvent, at: Millis): Interaction {
  switch (event.type) {
    case 'ParticipantInvited':
      return invited(interaction, event)
    case 'InvitationEnded':
      return {
        ...interaction,
        participants: interaction.participants.filter((one) => one.id !== event.participant),
      }
    case 'SupervisionChanged':
      return settleTalk(supervised(interaction, event), at)
    case 'Muted':
      return changeEach(interaction, event.participant, ({ muted: _, ...rest }) =>
        event.muted ? { ...rest, muted: true } : rest,
      )
    case 'Held':
      return settleTalk(changeParty(interaction, event.by, { connection: 'held', since: at }), at)
    case 'Retrieved':
      return settleTalk(changeParty(interaction, event.by, { connection: 'connected', since: at }), at)
    case 'Parked':
      return { ...interaction, phase: withPlace(parkedPhase(event, at), interaction) }
    default:
      return assertNever(event)
  }
}

function parkedPhase({ by, slot, user, until }: EventOf<'Parked'>, at: Millis): Extract<Phase, { state: 'held' }> {
  return { state: 'held', by, since: at, parked: { slot, user, until } }
}

function invited(interaction: Interaction, { participant, until }: EventOf<'ParticipantInvited'>): Interaction {
  const { participants, counters } = interaction
  return {
    ...interaction,
    participants: [...participants, { ...participant, ringUntil: until }],
    counters: { ...counters, participants: counters.participants + 1 },
  }
}

function supervised(interaction: Interaction, event: EventOf<'SupervisionChanged'>): Interaction {
  return changeEach(interaction, event.participant, ({ supervises: _, ...rest }) =>
    event.supervises ? { ...rest, supervises: event.supervises } : rest,
  )
}

function changeEach(interaction: Interaction, id: string, change: (one: Participant) => Participant): Interaction {
  return { ...interaction, participants: interaction.participants.map((one) => (one.id === id ? change(one) : one)) }
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

import { isDiallable, shareOf } from '#kernel/agent'
import { type Dialled, resolveNumber } from '#kernel/config'
import { type Interaction, isByPhone, isLive, isWritten, type Participant, talkersOf } from '#kernel/interaction'
import type { CommandOf } from './command.ts'
import { partyLeft, refuseWhenFull } from './decide-call.ts'
import { endOffer } from './decide-offer.ts'
import { type Talk, talkOf, twinOf } from './decide-talk.ts'
import { demandTaker } from './demand-person.ts'
import type { Draft } from './draft.ts'
import { CENTRE_ERRORS } from './errors.ts'
import { endInvitation, finish, leaveToOthers } from './finish.ts'
import { DIRECT_RING_MS, TALKERS_MAX } from './limits.ts'
import { endOwnWrapUp, partyOfUser } from './offer.ts'
import { demandDialled, enterDialled, outsideParty } from './outside.ts'

/**
 * A party asks somebody for advice while it holds the others: a person, a queue, whatever a number leads to. The consultation is an
 * interaction of its own, so it may wait, ring and be answered as any other; the phone that leads it is the one of the call.
 */
export function consult(draft: Draft, command: CommandOf<'Consult'>): void {
  const { interaction: id, participant, consultation, to } = command
  const talk = draft.interaction(consultation) ? undefined : talkOf(draft, id, participant)
  if (!talk || !isByPhone(talk.interaction.medium)) return
  const { party } = talk
  const { user } = party
  if (user === undefined || (talk.interaction.phase.state === 'held' && party.connection !== 'held')) return
  if (party.via !== undefined || twinOf(draft, talk.interaction, party))
    throw CENTRE_ERRORS['centre.consults']({ user })
  const destination = reachableBy(draft, talk, to)
  refuseWhenFull(draft)
  if (party.connection !== 'held') draft.emit({ type: 'Held', interaction: id, by: participant })
  const { kind: _, muted: __, wrapUp: ___, ...self } = party
  draft.emit({
    type: 'InteractionCreated',
    interaction: consultation,
    medium: 'voice',
    direction: 'internal',
    from: party.address,
    to,
    participants: [
      {
        ...self,
        id: `${consultation}.p1`,
        kind: 'customer',
        connection: 'connected',
        since: draft.now,
        via: participant,
      },
    ],
    consults: id,
  })
  enterDialled(draft, consultation, destination)
}

/** Where a number leads, if somebody can be reached there for this conversation. */
function reachableBy(draft: Draft, { interaction, party }: Talk, to: string): Dialled {
  const destination = demandDialled(draft, party.user ?? '', to)
  if (destination.type !== 'user') return destination
  const { user } = destination
  const agent = draft.agent(user)
  if (talkersOf(interaction).some((one) => one.user === user)) {
    throw CENTRE_ERRORS['centre.is-party']({ user, interaction: interaction.id })
  }
  if (!agent?.reachable) throw CENTRE_ERRORS['centre.user-unreachable']({ user })
  if (!isDiallable(agent)) throw CENTRE_ERRORS['centre.user-busy']({ user })
  return destination
}

/** Back to those whom the party holds: the consultation is over for all who are in it. */
export function reconnect(draft: Draft, { interaction: id, participant }: CommandOf<'Reconnect'>): void {
  const talk = talkOf(draft, id, participant)
  const twin = talk && twinOf(draft, talk.interaction, talk.party)
  if (!talk || !twin || talk.party.connection !== 'held') return
  finish(draft, twin.interaction.id, { closed: 'ended', told: 'ended' })
  draft.emit({ type: 'Retrieved', interaction: id, by: participant })
}

/** One more person is called into the conversation, which goes on meanwhile. */
export function invite(draft: Draft, command: CommandOf<'Invite'>): void {
  const { interaction: id, participant, to } = command
  const interaction = draft.interaction(id)
  if (interaction && isWritten(interaction.medium)) return inviteToWrite(draft, interaction, command)
  const talk = talkOf(draft, id, participant)
  if (!talk || !isByPhone(talk.interaction.medium)) return
  if (talkersOf(talk.interaction).length >= TALKERS_MAX) throw CENTRE_ERRORS['centre.talk-full']({ most: TALKERS_MAX })
  const destination = reachableBy(draft, talk, to)
  if (destination.type === 'outside') {
    return draft.emit({
      type: 'ParticipantInvited',
      interaction: id,
      participant: outsideParty(draft, talk.interaction, destination.number),
      until: draft.now + DIRECT_RING_MS,
      ...(talk.party.user === undefined ? undefined : { by: talk.party.user }),
    })
  }
  // Who waits in a queue or hears a flow is no party yet: that takes a consultation first.
  if (destination.type !== 'user') throw CENTRE_ERRORS['centre.no-such-number']({ number: to })
  const { user } = destination
  endOwnWrapUp(draft, id, user)
  draft.emit({
    type: 'ParticipantInvited',
    interaction: id,
    participant: partyOfUser(draft, id, user, 'agent'),
    user,
    until: draft.now + DIRECT_RING_MS,
    ...(talk.party.user === undefined ? undefined : { by: talk.party.user }),
  })
}

/** A colleague is asked into a conversation in writing: offered on the page like any other work, and taken or refused there (DIG-01). */
function inviteToWrite(draft: Draft, interaction: Interaction, { participant, to }: CommandOf<'Invite'>): void {
  const { id, medium, phase, participants } = interaction
  const asks = participants.find((one) => one.id === participant && one.connection === 'connected')
  if (phase.state !== 'connected' || asks?.user === undefined) return
  if (talkersOf(interaction).length >= TALKERS_MAX) throw CENTRE_ERRORS['centre.talk-full']({ most: TALKERS_MAX })
  const destination = resolveNumber(draft.configuration, to)
  if (destination?.type !== 'user') throw CENTRE_ERRORS['centre.no-such-number']({ number: to })
  const { user } = destination
  if (talkersOf(interaction).some((one) => one.user === user)) {
    throw CENTRE_ERRORS['centre.is-party']({ user, interaction: id })
  }
  demandTaker(draft, user, interaction)
  endOwnWrapUp(draft, id, user)
  const share = shareOf(draft.configuration.users.get(user), medium)
  draft.emit({
    type: 'ParticipantInvited',
    interaction: id,
    participant: partyOfUser(draft, id, user, 'agent'),
    user,
    until: draft.now + DIRECT_RING_MS,
    medium,
    ...(share === 1 ? undefined : { share }),
    by: asks.user,
  })
}

/** One party is let go, whatever it does there. */
export function release(draft: Draft, { interaction: id, participant }: CommandOf<'Release'>): void {
  const interaction = draft.interaction(id)
  const party = interaction?.participants.find((one) => one.id === participant)
  if (!interaction || !party || !isLive(party)) return
  if (party.ringUntil !== undefined) return endInvitation(draft, id, party, 'withdrawn')
  if (!isByPhone(interaction.medium)) return void leaveToOthers(draft, interaction, participant, 'released')
  if (interaction.phase.state === 'offered' && isOffered(interaction.phase, party)) {
    return endOffer(draft, id, { participant, reason: 'declined' })
  }
  partyLeft(draft, interaction, participant, 'released')
}

function isOffered(
  { participant, others = [] }: { readonly participant: string; readonly others?: readonly { participant: string }[] },
  { id }: Participant,
): boolean {
  return participant === id || others.some((one) => one.participant === id)
}

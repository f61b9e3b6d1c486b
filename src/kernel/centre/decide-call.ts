import { assertNever, type Millis } from '#base'
import { isDiallable } from '#kernel/agent'
import { type Dialled, isShortAbandon, resolveNumber, trunksFor } from '#kernel/config'
import {
  type Interaction,
  isByPhone,
  isConnected,
  isLive,
  isOfferedTo,
  isTalker,
  otherParticipant,
  type Participant,
  type ParticipantId,
  participantOf,
  talkersOf,
} from '#kernel/interaction'
import type { CommandOf } from './command.ts'
import { endOffersTo } from './decide-agent.ts'
import { calledCustomer, missCustomer, noteReached } from './decide-callback.ts'
import { demandForm, itemOverdue } from './decide-item.ts'
import { endOffer } from './decide-offer.ts'
import { takeOver } from './decide-supervise.ts'
import { join, twinOf } from './decide-talk.ts'
import type { Draft } from './draft.ts'
import { createQueued, turnAway } from './enter.ts'
import { CENTRE_ERRORS } from './errors.ts'
import { clearParty, closeTurnedAway, endInvitation, finish, withdrawOthers } from './finish.ts'
import { DIRECT_RING_MS, INTERACTIONS_MAX } from './limits.ts'
import { offerDirect } from './offer.ts'
import { calledBy, demandCalled, enterDialled, isCalledOutside, outsideFailed } from './outside.ts'
import { parkedUnder } from './parked.ts'
import { startRecording } from './record-talk.ts'
import { rescue } from './rescue.ts'
import { withdrawDuplicates } from './withdraw.ts'

/** A call came in. */
export function arrive(draft: Draft, command: CommandOf<'Arrive'>): void {
  const { interaction, from, fromName, to } = command
  const user = command.user !== undefined && draft.agent(command.user) ? command.user : undefined
  const destination = calledBy(draft.configuration, user, to)
  const parked = destination || user === undefined ? undefined : parkedUnder(draft.store, to)
  if (draft.interaction(interaction) || (!destination && !parked)) return
  refuseWhenFull(draft)
  draft.emit({
    type: 'InteractionCreated',
    interaction,
    medium: 'voice',
    direction: directionOf(user, parked ? 'user' : destination?.type),
    from,
    to,
    ...(destination?.type === 'outside' && { customer: to }),
    participants: [
      {
        id: `${interaction}.p1`,
        kind: 'customer',
        ...(user === undefined ? undefined : { user }),
        address: from,
        ...(fromName === undefined ? undefined : { displayName: fromName }),
        connection: 'initiated',
        since: draft.now,
      },
    ],
  })
  if (destination) enterDialled(draft, interaction, destination)
  else if (parked) takeParked(draft, parked, interaction)
}

function directionOf(user: string | undefined, type: Dialled['type'] | undefined): Interaction['direction'] {
  if (user === undefined) return 'inbound'
  if (type === 'outside') return 'outbound'
  return type === 'user' ? 'internal' : 'inbound'
}

/** Who dials the number where a call is parked has it. */
function takeParked(draft: Draft, parked: Interaction, arrived: string): void {
  const party = draft.interaction(arrived)?.participants[0]
  if (!party) return
  if (party.user !== undefined) {
    // Whoever takes it by phone has decided what to do: what rings meanwhile goes to others. Who talks already has no room for it.
    endOffersTo(draft, party.user, 'declined')
    const work = draft.agent(party.user)?.work ?? []
    if (work.some((one) => one.interaction !== arrived && one.state !== 'wrapping-up'))
      return turnAway(draft, arrived, 'busy')
  }
  // Whose phone rang for it has come too late.
  for (const one of parked.participants) {
    if (one.ringUntil !== undefined) endInvitation(draft, parked.id, one, 'withdrawn')
  }
  draft.emit({
    type: 'Joined',
    interaction: parked.id,
    consulted: arrived,
    participant: { ...party, kind: 'agent' },
  })
  draft.emit({ type: 'InteractionClosed', interaction: arrived, reason: 'joined' })
}

export function refuseWhenFull(draft: Draft): void {
  const interactions = draft.store.interactions.size
  if (interactions >= INTERACTIONS_MAX) throw CENTRE_ERRORS['centre.full']({ interactions })
}

/** A person calls from its page: first its own phone rings, then the other side is called. */
export function placeCall(draft: Draft, { interaction, user, to }: CommandOf<'PlaceCall'>): void {
  if (draft.interaction(interaction)) return
  refuseWhenFull(draft)
  const agent = draft.agent(user)
  const extension = draft.configuration.users.get(user)?.extension
  if (!agent || extension === undefined) throw CENTRE_ERRORS['centre.no-such-user']({ user })
  const destination = demandCalled(draft, user, to)
  if (to === extension) throw CENTRE_ERRORS['centre.no-such-number']({ number: to })
  if (!agent.reachable) throw CENTRE_ERRORS['centre.user-unreachable']({ user })
  if (!isDiallable(agent)) throw CENTRE_ERRORS['centre.user-busy']({ user })
  draft.emit({
    type: 'InteractionCreated',
    interaction,
    medium: 'voice',
    direction: destination.type === 'user' ? 'internal' : 'outbound',
    from: extension,
    to,
    ...(destination.type === 'outside' && { customer: to }),
    participants: [],
  })
  offerDirect(draft, interaction, { user, ringMs: DIRECT_RING_MS })
}

/** A callback, a work item or something written is put into a queue. */
export function createWork(
  draft: Draft,
  command: CommandOf<'CreateCallback' | 'CreateWorkItem' | 'CreateContact'>,
): void {
  const { interaction, queue } = command
  if (draft.interaction(interaction)) return
  refuseWhenFull(draft)
  if (!draft.configuration.queues.has(queue)) throw CENTRE_ERRORS['centre.no-such-queue']({ queue })
  const { priority, wants, customer } = command
  const place = { interaction, queue, priority, wants, customer }
  switch (command.type) {
    case 'CreateCallback':
      return createQueued(draft, {
        ...{ ...place, medium: 'callback', from: command.number, at: command.at },
        ...{ subject: command.subject, consent: command.consent },
      })
    case 'CreateWorkItem':
      demandForm(draft, command.item)
      createQueued(draft, {
        ...{ ...place, medium: 'work-item', from: command.by ?? '' },
        ...{ subject: command.subject, item: command.item },
      })
      return itemOverdue(draft, interaction)
    case 'CreateContact':
      return createQueued(draft, { ...place, medium: command.medium, from: command.from, subject: command.subject })
    default:
      return assertNever(command)
  }
}

export function reportAlerting(draft: Draft, command: CommandOf<'ReportAlerting'>): void {
  const { interaction, participant } = command
  const party = partyOf(draft.interaction(interaction), participant)
  if (party?.connection === 'initiated') draft.emit({ type: 'ParticipantAlerting', interaction, participant })
}

/** A party is connected; if it is the one who was rung, the two talk, or the person who placed the call now reaches out. */
export function reportConnected(draft: Draft, command: CommandOf<'ReportConnected'>): void {
  const { interaction: id, participant } = command
  const interaction = draft.interaction(id)
  const party = partyOf(interaction, participant)
  if (!interaction || !party || isConnected(party)) return
  const offered = isOfferedTo(interaction, participant)
  if (offered) withdrawOthers(draft, id, participant)
  draft.emit({ type: 'ParticipantConnected', interaction: id, participant })
  if (party.ringUntil !== undefined) return cameIn(draft, interaction, party)
  const other = otherParticipant(draft.interaction(id) ?? interaction, participant)
  if (!offered) {
    // The customer of a callback, or somebody outside, has answered: only now do two talk.
    if ((interaction.medium === 'callback' || isCalledOutside(party)) && other) {
      startRecording(draft, id, [participant, other.id])
      if (interaction.medium === 'callback' && party.kind === 'customer') noteReached(draft, interaction)
      withdrawDuplicates(draft, id)
    }
    return
  }
  if (interaction.medium !== 'callback') withdrawDuplicates(draft, id)
  if (!isByPhone(interaction.medium)) return
  if (other) return startRecording(draft, id, [other.id, participant])
  if (interaction.medium === 'callback') return dialCustomer(draft, interaction)
  const destination = calledBy(draft.configuration, party.user, interaction.to)
  if (destination) enterDialled(draft, id, destination)
  else finish(draft, id, { closed: 'failed', told: 'no-such-number' })
}

/** Who was called into a conversation is there: as a party, or in the agent's place. */
function cameIn(draft: Draft, { id, phase }: Interaction, { id: participant, supervises }: Participant): void {
  if (supervises) return takeOver(draft, id, participant)
  const waiting = phase.state === 'held' && phase.parked ? waitingOf(draft, id, participant) : undefined
  if (waiting !== undefined) startRecording(draft, id, [waiting, participant])
}

function waitingOf(draft: Draft, id: string, participant: ParticipantId): ParticipantId | undefined {
  const interaction = draft.interaction(id)
  return interaction && otherParticipant(interaction, participant)?.id
}

/** The agent of a callback has answered its own phone: now the customer is called. */
function dialCustomer(draft: Draft, { id, from, counters }: Interaction): void {
  const { configuration } = draft
  const isOutside = !resolveNumber(configuration, from) && trunksFor(configuration, from).length > 0
  const participant: Participant = {
    id: `${id}.p${counters.participants + 1}`,
    kind: 'customer',
    address: from,
    ...(isOutside && { outside: from }),
    connection: 'initiated',
    since: draft.now,
  }
  draft.emit({ type: 'CustomerDialled', interaction: id, participant })
}

/** A party that was dialled did not come. */
export function reportFailed(draft: Draft, command: CommandOf<'ReportFailed'>): void {
  const { interaction: id, participant, reason } = command
  const interaction = draft.interaction(id)
  const party = partyOf(interaction, participant)
  if (!interaction || !party) return
  if (party.ringUntil !== undefined) return endInvitation(draft, id, party, reason)
  if (isCalledOutside(party) && !isCalledBack(interaction, party)) return outsideFailed(draft, id, party, reason)
  if (isOfferedTo(interaction, participant)) endOffer(draft, id, { participant, reason })
  else if (!isConnected(party)) partyLeft(draft, interaction, participant, reason)
}

/** Whether the party is the customer of a callback: what becomes of one who was not reached is a matter of its own. */
function isCalledBack({ medium }: Interaction, { kind }: Participant): boolean {
  return medium === 'callback' && kind === 'customer'
}

/** A party hung up, or its leg is lost. */
export function reportCleared(draft: Draft, command: CommandOf<'ReportCleared'>): void {
  const { interaction: id, participant, reason } = command
  const interaction = draft.interaction(id)
  const party = interaction && participantOf(interaction, participant)
  if (!interaction || !party) return
  if (party.connection === 'failed') return closeTurnedAway(draft, interaction)
  if (!isLive(party)) return
  if (party.ringUntil !== undefined) {
    return endInvitation(draft, id, party, reason === 'lost' ? 'error' : 'declined')
  }
  if (isOfferedTo(interaction, participant)) {
    return endOffer(draft, id, { participant, reason: reason === 'lost' ? 'error' : 'declined' })
  }
  if (isCalledOutside(party) && !isCalledBack(interaction, party)) return outsideFailed(draft, id, party, 'error')
  if (reason === 'hung-up' && handsOver(draft, interaction, party)) return
  if (reason === 'lost' && rescue(draft, interaction, participant)) return
  partyLeft(draft, interaction, participant, reason)
}

/**
 * Who puts the phone down while it consults hands the held call over to whom it talks to; when nobody has answered yet, the call goes back
 * to its queue. Nobody loses a customer by a receiver.
 */
function handsOver(draft: Draft, interaction: Interaction, party: Participant): boolean {
  const twin = party.connection === 'held' ? twinOf(draft, interaction, party) : undefined
  if (!twin || interaction.consults === twin.interaction.id) return false
  const pair = { interaction: interaction.id, participant: party.id, consulted: twin.interaction.id }
  join(draft, { type: 'Join', ...pair, consultedParticipant: twin.party.id })
  return draft.interaction(twin.interaction.id) === undefined || rescue(draft, interaction, party.id)
}

/** Who is left alone is finished too: a customer whose agent hung up, an agent whose customer did. Others in a conference talk on. */
export function partyLeft(draft: Draft, interaction: Interaction, participant: ParticipantId, reason: string): void {
  const { id, phase } = interaction
  if (isLeftToOthers(interaction, participant)) return leaveTalk(draft, id, participant, reason)
  const left = { participant, reason }
  switch (phase.state) {
    case 'connected':
    case 'held': {
      if (interaction.medium === 'callback' && calledCustomer(interaction))
        return missCustomer(draft, interaction, left)
      // A call to somebody outside who was never reached has answered nobody.
      const called = interaction.participants.filter(
        ({ kind, outside }) => kind === 'customer' && outside !== undefined,
      )
      const reached = called.every(isConnected)
      return finish(draft, id, { closed: reached ? 'answered' : 'failed', told: 'finished', left })
    }
    case 'queued':
    case 'offered':
      return finish(draft, id, {
        closed: isShortWait(draft, phase) ? 'short-abandoned' : 'abandoned',
        told: 'finished',
        left,
      })
    default:
      return finish(draft, id, { closed: 'self-served', told: 'finished', left })
  }
}

/** Whether a conversation goes on without the party: two are left, or it only supervised. */
function isLeftToOthers({ phase, participants }: Interaction, participant: ParticipantId): boolean {
  if (phase.state !== 'connected' && phase.state !== 'held') return false
  const leaves = participants.find((one) => one.id === participant)
  if (leaves?.supervises) return true
  return participants.filter((one) => one.id !== participant && isTalker(one) && isConnected(one)).length >= 2
}

/** One leaves, the others go on: what was recorded of it is over, and those who are left are recorded on. */
function leaveTalk(draft: Draft, id: string, participant: ParticipantId, reason: string): void {
  const recorded = draft
    .interaction(id)
    ?.recordings.some((one) => one.endedAt === undefined && one.channels.includes(participant))
  clearParty(draft, id, participant, reason)
  const left = draft.interaction(id)
  const [first, second] = left ? talkersOf(left) : []
  if (recorded && first && second) startRecording(draft, id, [first.id, second.id])
}

function isShortWait(
  { configuration, now }: Draft,
  phase: { readonly queue?: string; readonly enteredAt: Millis },
): boolean {
  const queue = phase.queue === undefined ? undefined : configuration.queues.get(phase.queue)
  return isShortAbandon(queue, now - phase.enteredAt)
}

function partyOf(interaction: Interaction | undefined, participant: ParticipantId): Participant | undefined {
  const party = interaction && participantOf(interaction, participant)
  return party && isLive(party) ? party : undefined
}

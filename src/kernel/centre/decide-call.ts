import { assertNever, type Millis } from '#base'
import { isDiallable } from '#kernel/agent'
import { isShortAbandon, resolveNumber } from '#kernel/config'
import {
  type Interaction,
  isByPhone,
  isConnected,
  isLive,
  isOfferedTo,
  otherParticipant,
  type Participant,
  type ParticipantId,
  participantOf,
} from '#kernel/interaction'
import type { CentreCommand } from './command.ts'
import { endOffer } from './decide-offer.ts'
import type { Draft } from './draft.ts'
import { createQueued, enterDestination } from './enter.ts'
import { CENTRE_ERRORS } from './errors.ts'
import { closeTurnedAway, finish, withdrawOthers } from './finish.ts'
import { DIRECT_RING_MS, INTERACTIONS_MAX, RECORDING_MS_MAX } from './limits.ts'
import { offerDirect } from './offer.ts'
import { rescue } from './rescue.ts'
import { withdrawDuplicates } from './withdraw.ts'

type CommandOf<Type extends CentreCommand['type']> = Extract<CentreCommand, { type: Type }>

/** A call came in. */
export function arrive(draft: Draft, command: CommandOf<'Arrive'>): void {
  const { interaction, from, fromName, to } = command
  const destination = resolveNumber(draft.configuration, to)
  if (draft.interaction(interaction) || !destination) return
  refuseWhenFull(draft)
  const user = command.user !== undefined && draft.agent(command.user) ? command.user : undefined
  draft.emit({
    type: 'InteractionCreated',
    interaction,
    medium: 'voice',
    direction: user !== undefined && destination.type === 'user' ? 'internal' : 'inbound',
    from,
    to,
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
  enterDestination(draft, interaction, destination)
}

function refuseWhenFull(draft: Draft): void {
  const interactions = draft.store.interactions.size
  if (interactions >= INTERACTIONS_MAX) throw CENTRE_ERRORS['centre.full']({ interactions })
}

/** A person calls from its page: first its own phone rings, then the other side is called. */
export function placeCall(draft: Draft, { interaction, user, to }: CommandOf<'PlaceCall'>): void {
  if (draft.interaction(interaction)) return
  refuseWhenFull(draft)
  const agent = draft.agent(user)
  const extension = draft.configuration.users.get(user)?.extension
  const destination = resolveNumber(draft.configuration, to)
  if (!agent || extension === undefined) throw CENTRE_ERRORS['centre.no-such-user']({ user })
  if (!destination || to === extension) throw CENTRE_ERRORS['centre.no-such-number']({ number: to })
  if (!agent.reachable) throw CENTRE_ERRORS['centre.user-unreachable']({ user })
  if (!isDiallable(agent)) throw CENTRE_ERRORS['centre.user-busy']({ user })
  draft.emit({
    type: 'InteractionCreated',
    interaction,
    medium: 'voice',
    direction: destination.type === 'user' ? 'internal' : 'outbound',
    from: extension,
    to,
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
      return createQueued(draft, { ...place, medium: 'callback', from: command.number })
    case 'CreateWorkItem':
      return createQueued(draft, { ...place, medium: 'work-item', from: command.by ?? '', subject: command.subject })
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
  const other = otherParticipant(draft.interaction(id) ?? interaction, participant)
  if (!offered) {
    // The customer of a callback has answered: only now do two talk.
    if (interaction.medium === 'callback' && other) {
      startRecording(draft, id, [participant, other.id])
      withdrawDuplicates(draft, id)
    }
    return
  }
  if (interaction.medium !== 'callback') withdrawDuplicates(draft, id)
  if (!isByPhone(interaction.medium)) return
  if (other) return startRecording(draft, id, [other.id, participant])
  if (interaction.medium === 'callback') return dialCustomer(draft, interaction)
  const destination = resolveNumber(draft.configuration, interaction.to)
  if (destination) enterDestination(draft, id, destination)
  else finish(draft, id, { closed: 'failed', told: 'no-such-number' })
}

/** The agent of a callback has answered its own phone: now the customer is called. */
function dialCustomer(draft: Draft, { id, from, counters }: Interaction): void {
  const participant: Participant = {
    id: `${id}.p${counters.participants + 1}`,
    kind: 'customer',
    address: from,
    connection: 'initiated',
    since: draft.now,
  }
  draft.emit({ type: 'CustomerDialled', interaction: id, participant })
}

/** Records a conversation if its queue is recorded; the customer's side is the left channel. */
export function startRecording(draft: Draft, id: string, channels: readonly ParticipantId[]): void {
  const interaction = draft.interaction(id)
  if (interaction?.phase.state !== 'connected' || interaction.phase.queue === undefined) return
  if (!draft.configuration.queues.get(interaction.phase.queue)?.recorded) return
  draft.emit({
    type: 'RecordingStarted',
    interaction: id,
    recording: `${id}.r${interaction.counters.recordings + 1}`,
    channels,
    durationMsMax: RECORDING_MS_MAX,
  })
}

/** A party that was dialled did not come. */
export function reportFailed(draft: Draft, command: CommandOf<'ReportFailed'>): void {
  const { interaction: id, participant, reason } = command
  const interaction = draft.interaction(id)
  const party = partyOf(interaction, participant)
  if (!interaction || !party) return
  if (isOfferedTo(interaction, participant)) endOffer(draft, id, { participant, reason })
  else if (!isConnected(party)) partyLeft(draft, interaction, participant, reason)
}

/** A party hung up, or its leg is lost. */
export function reportCleared(draft: Draft, command: CommandOf<'ReportCleared'>): void {
  const { interaction: id, participant, reason } = command
  const interaction = draft.interaction(id)
  const party = interaction && participantOf(interaction, participant)
  if (!interaction || !party) return
  if (party.connection === 'failed') return closeTurnedAway(draft, interaction)
  if (!isLive(party)) return
  if (isOfferedTo(interaction, participant)) {
    return endOffer(draft, id, { participant, reason: reason === 'lost' ? 'error' : 'declined' })
  }
  if (reason === 'lost' && rescue(draft, interaction, participant)) return
  partyLeft(draft, interaction, participant, reason)
}

/** Who is left alone is finished too: a customer whose agent hung up, an agent whose customer did. */
function partyLeft(draft: Draft, interaction: Interaction, participant: ParticipantId, reason: string): void {
  const { id, phase } = interaction
  const left = { participant, reason }
  switch (phase.state) {
    case 'connected':
    case 'held': {
      // A callback whose customer was never reached has answered nobody.
      const called = interaction.medium === 'callback' ? interaction.participants : []
      const reached = called.every((one) => one.kind !== 'customer' || isConnected(one))
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

import type { Millis } from '#base'
import { isDiallable } from '#kernel/agent'
import { isShortAbandon, resolveNumber } from '#kernel/config'
import {
  type Interaction,
  isConnected,
  isLive,
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
import { closeTurnedAway, finish } from './finish.ts'
import { DIRECT_RING_MS, INTERACTIONS_MAX, RECORDING_MS_MAX } from './limits.ts'
import { offerDirect } from './offer.ts'

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

/** A callback or a work item is put into a queue. */
export function createWork(draft: Draft, command: CommandOf<'CreateCallback' | 'CreateWorkItem'>): void {
  const { interaction, queue } = command
  if (draft.interaction(interaction)) return
  refuseWhenFull(draft)
  if (!draft.configuration.queues.has(queue)) throw CENTRE_ERRORS['centre.no-such-queue']({ queue })
  if (command.type === 'CreateCallback') {
    return createQueued(draft, { interaction, medium: 'callback', from: command.number, queue })
  }
  const { by, subject } = command
  createQueued(draft, { interaction, medium: 'work-item', from: by ?? '', queue, subject })
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
  draft.emit({ type: 'ParticipantConnected', interaction: id, participant })
  if (interaction.phase.state !== 'offered' || interaction.phase.participant !== participant) return
  const other = otherParticipant(interaction, participant)
  if (other) return startRecording(draft, id, [other.id, participant])
  const destination = resolveNumber(draft.configuration, interaction.to)
  if (destination) enterDestination(draft, id, destination)
  else finish(draft, id, { closed: 'failed', told: 'no-such-number' })
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
  if (isOffered(interaction, participant)) endOffer(draft, id, reason)
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
  if (isOffered(interaction, participant)) return endOffer(draft, id, reason === 'lost' ? 'error' : 'declined')
  partyLeft(draft, interaction, participant, reason)
}

function isOffered({ phase }: Interaction, participant: ParticipantId): boolean {
  return phase.state === 'offered' && phase.participant === participant
}

/** Who is left alone is finished too: a customer whose agent hung up, an agent whose customer did. */
function partyLeft(draft: Draft, { id, phase }: Interaction, participant: ParticipantId, reason: string): void {
  const left = { participant, reason }
  switch (phase.state) {
    case 'connected':
    case 'held':
      return finish(draft, id, { closed: 'answered', told: 'finished', left })
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

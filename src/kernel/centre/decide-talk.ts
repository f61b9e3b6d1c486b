import { hasCapacity, isDiallable } from '#kernel/agent'
import { type Destination, resolveNumber } from '#kernel/config'
import {
  type Interaction,
  isByPhone,
  isConnected,
  isLive,
  otherParticipant,
  type Participant,
  participantOf,
  queueOf,
} from '#kernel/interaction'
import type { CentreCommand } from './command.ts'
import { startRecording } from './decide-call.ts'
import type { Draft } from './draft.ts'
import { enterDestination } from './enter.ts'
import { clearParty } from './finish.ts'

type CommandOf<Type extends CentreCommand['type']> = Extract<CentreCommand, { type: Type }>

/** A conversation and the two who lead it, seen from one of them. */
interface Talk {
  readonly interaction: Interaction
  readonly party: Participant
  readonly other: Participant
}

function talkOf(draft: Draft, id: string, participant: string): Talk | undefined {
  const interaction = draft.interaction(id)
  if (interaction?.phase.state !== 'connected' && interaction?.phase.state !== 'held') return undefined
  const party = participantOf(interaction, participant)
  const other = otherParticipant(interaction, participant)
  if (!party || !isLive(party) || !isConnected(party) || !other || !isConnected(other)) return undefined
  return { interaction, party, other }
}

export function hold(draft: Draft, { interaction, participant }: CommandOf<'Hold'>): void {
  if (talkOf(draft, interaction, participant)?.interaction.phase.state !== 'connected') return
  draft.emit({ type: 'Held', interaction, by: participant })
}

/** Only who holds can take back. */
export function retrieve(draft: Draft, { interaction, participant }: CommandOf<'Retrieve'>): void {
  const phase = talkOf(draft, interaction, participant)?.interaction.phase
  if (phase?.state !== 'held' || phase.by !== participant) return
  draft.emit({ type: 'Retrieved', interaction, by: participant })
}

/**
 * Blind transfer: the party leaves, the other goes where the number leads; what needs no phone goes there by itself (ACD-15). A number
 * that leads nowhere, or to a person who could not take it now, decides nothing: all stays, and the adapter tells the phone so.
 */
export function transfer(draft: Draft, { interaction: id, participant, to }: CommandOf<'Transfer'>): void {
  const held = handOf(draft, id, participant)
  const destination = resolveNumber(draft.configuration, to)
  if (!held || !destination || !canTake(draft, held, destination)) return
  const back = queueOf(held.interaction)
  draft.emit({ type: 'Transferred', interaction: id, by: participant, to })
  clearParty(draft, id, participant, 'transferred')
  enterDestination(draft, id, destination, back)
}

type Hand = Pick<Talk, 'interaction' | 'party'> & Partial<Pick<Talk, 'other'>>

/** What a party can hand over: a conversation that it leads, or work that needs no phone. */
function handOf(draft: Draft, id: string, participant: string): Hand | undefined {
  const interaction = draft.interaction(id)
  if (!interaction || isByPhone(interaction.medium)) return talkOf(draft, id, participant)
  const party = participantOf(interaction, participant)
  return interaction.phase.state === 'connected' && party && isLive(party) ? { interaction, party } : undefined
}

function canTake(draft: Draft, { party, other, interaction }: Hand, destination: Destination): boolean {
  if (destination.type === 'flow') return isByPhone(interaction.medium)
  if (destination.type === 'queue') return true
  if (destination.user === party.user || destination.user === other?.user) return false
  const agent = draft.agent(destination.user)
  if (!agent || isByPhone(interaction.medium)) return agent !== undefined && isDiallable(agent)
  return hasCapacity(agent, draft.configuration.users.get(destination.user), interaction.medium)
}

/** Attended transfer: who led both conversations leaves them, and those who remain talk to each other. */
export function join(draft: Draft, command: CommandOf<'Join'>): void {
  const { interaction: id, participant, consulted: consultedId, consultedParticipant } = command
  const first = talkOf(draft, id, participant)
  const consulted = talkOf(draft, consultedId, consultedParticipant)
  if (!first || !consulted || id === consultedId || first.party.user !== consulted.party.user) return
  if (first.other.user !== undefined && first.other.user === consulted.other.user) return
  draft.emit({ type: 'Transferred', interaction: id, by: participant, to: consulted.other.address })
  for (const recording of consulted.interaction.recordings) {
    if (recording.endedAt === undefined) {
      draft.emit({ type: 'RecordingEnded', interaction: consultedId, recording: recording.id })
    }
  }
  clearParty(draft, id, participant, 'transferred')
  clearParty(draft, consultedId, consultedParticipant, 'transferred')
  // On hold in the consultation is on hold no more.
  const joined: Participant = { ...consulted.other, connection: 'connected' }
  draft.emit({ type: 'Joined', interaction: id, consulted: consultedId, participant: joined })
  draft.emit({ type: 'InteractionClosed', interaction: consultedId, reason: 'joined' })
  startRecording(draft, id, [first.other.id, joined.id])
}

import type { CentreState } from '#kernel/centre'
import {
  type DesiredParticipant,
  desiredParticipant,
  type Interaction,
  type InteractionId,
  type Participant,
  type ParticipantId,
} from '#kernel/interaction'
import type { CommittedEvent, VoiceSequencer } from './context.ts'
import type { Leg, LegId } from './leg/leg.ts'

/** A party that is in no interaction any more. */
const GONE: DesiredParticipant = { connection: 'cleared', hears: { type: 'silence' }, clearReason: 'finished' }

/** Where a leg belongs. */
export interface Party {
  readonly interaction?: Interaction
  readonly participant?: Participant
  readonly desired: DesiredParticipant
}

/**
 * Finds the interaction of a leg and the legs of an interaction. A party keeps its id when it is joined into another
 * interaction, so only those few are remembered; all else follows from the states.
 */
export class PartyIndex {
  readonly #sequencer: VoiceSequencer
  readonly #moved = new Map<ParticipantId, InteractionId>()
  /** The same the other way round. */
  readonly #joined = new Map<InteractionId, Set<ParticipantId>>()

  constructor(sequencer: VoiceSequencer) {
    this.#sequencer = sequencer
    for (const interaction of this.#centre.interactions.values()) this.#noteMoved(interaction)
  }

  get #centre(): CentreState {
    return this.#sequencer.committed.states.centre
  }

  /** To be called with every committed event, before anything is looked up. */
  note({ machine, event }: CommittedEvent): void {
    if (machine !== 'centre' || event.type !== 'Joined') return
    this.#move(event.participant.id, event.interaction)
    this.#forgetEnded()
  }

  /** The interaction that the leg's party is in, or was in last. */
  homeOf(leg: Pick<Leg, 'participant' | 'interaction'>): InteractionId {
    return this.#moved.get(leg.participant) ?? leg.interaction
  }

  partyOf(leg: Leg): Party {
    const { interactions, configuration } = this.#centre
    const interaction = interactions.get(this.homeOf(leg))
    const participant = interaction?.participants.find((one) => one.id === leg.participant)
    if (!interaction || !participant) return { desired: GONE }
    return { interaction, participant, desired: desiredParticipant(interaction, participant, configuration) }
  }

  legOf(participant: ParticipantId): Leg | undefined {
    const { participants, legs } = this.#sequencer.committed.states.voice
    const id = participants.get(participant)
    return id === undefined ? undefined : legs.get(id)
  }

  /** Every leg that has to do with the interaction: made for it, or joined into it. */
  legsOf(id: InteractionId): ReadonlySet<LegId> {
    const { interactions, participants } = this.#sequencer.committed.states.voice
    const legs = new Set(interactions.get(id) ?? [])
    for (const { id: participant } of this.#centre.interactions.get(id)?.participants ?? []) {
      const leg = participants.get(participant)
      if (leg !== undefined) legs.add(leg)
    }
    for (const participant of this.#joined.get(id) ?? []) {
      const leg = participants.get(participant)
      if (leg !== undefined) legs.add(leg)
    }
    return legs
  }

  #noteMoved(interaction: Interaction): void {
    for (const { id } of interaction.participants) {
      if (!id.startsWith(`${interaction.id}.`)) this.#move(id, interaction.id)
    }
  }

  #move(participant: ParticipantId, to: InteractionId): void {
    const before = this.#moved.get(participant)
    if (before !== undefined) this.#joined.get(before)?.delete(participant)
    this.#moved.set(participant, to)
    const joined = this.#joined.get(to) ?? new Set()
    this.#joined.set(to, joined.add(participant))
  }

  /** A join is remembered as long as its party has a leg; joins are rare, and so is this. */
  #forgetEnded(): void {
    const { participants } = this.#sequencer.committed.states.voice
    for (const [participant, interaction] of this.#moved) {
      if (participants.has(participant)) continue
      this.#moved.delete(participant)
      const joined = this.#joined.get(interaction)
      joined?.delete(participant)
      if (joined?.size === 0) this.#joined.delete(interaction)
    }
  }
}

import type { CentreState } from '#kernel/centre'
import {
  type DesiredParticipant,
  desiredParticipant,
  type Interaction,
  type InteractionId,
  isLive,
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
  /** Parties that speak by the leg of another: a consultation beside a held call. */
  readonly #via = new Map<ParticipantId, { readonly owner: ParticipantId; readonly interaction: InteractionId }>()
  /** The same the other way round. */
  readonly #aliases = new Map<ParticipantId, Set<ParticipantId>>()
  /** As `#moved`, the other way round. */
  readonly #joined = new Map<InteractionId, Set<ParticipantId>>()

  constructor(sequencer: VoiceSequencer) {
    this.#sequencer = sequencer
    for (const interaction of this.#centre.interactions.values()) {
      this.#noteMoved(interaction)
      this.#noteVia(interaction.id, interaction.participants)
    }
  }

  get #centre(): CentreState {
    return this.#sequencer.committed.states.centre
  }

  /** To be called with every committed event, before anything is looked up. */
  note({ machine, event }: CommittedEvent): void {
    if (machine !== 'centre') return
    if (event.type === 'InteractionCreated') this.#noteVia(event.interaction, event.participants)
    if (event.type !== 'Joined') return
    this.#move(event.participant.id, event.interaction)
    this.#forgetEnded()
  }

  /** The interaction that the leg's party is in, or was in last. */
  homeOf(leg: Pick<Leg, 'participant' | 'interaction'>): InteractionId {
    return this.#moved.get(leg.participant) ?? leg.interaction
  }

  /**
   * The party of the leg. Where the leg also leads a consultation, it shall be and hear as in the one of the two that is not on hold, and
   * it stays for the one when the other is over.
   */
  partyOf(leg: Leg): Party {
    const own = this.#faceOf(this.homeOf(leg), leg.participant)
    const active = this.activeOf(leg)
    if (!active) return own ?? { desired: GONE }
    return own?.participant && isLive(own.participant) ? { ...own, desired: active.desired } : active
  }

  /** The part of the leg's person that its phone serves now: of those that live the one that is not held, or was last. */
  activeOf(leg: Pick<Leg, 'participant' | 'interaction'>): Required<Party> | undefined {
    let active: Required<Party> | undefined
    for (const face of this.#facesOf(leg)) {
      if (!isLive(face.participant)) continue
      if (face.participant.connection !== 'held') return face
      if (!active || face.participant.since > active.participant.since) active = face
    }
    return active
  }

  /** The same, named: whom what the phone says concerns. */
  placeOf(leg: Pick<Leg, 'participant' | 'interaction'>): {
    readonly interaction: InteractionId
    readonly participant: ParticipantId
  } {
    const active = this.activeOf(leg)
    if (active) return { interaction: active.interaction.id, participant: active.participant.id }
    return { interaction: this.homeOf(leg), participant: leg.participant }
  }

  #facesOf(leg: Pick<Leg, 'participant' | 'interaction'>): readonly Required<Party>[] {
    const faces = [this.#faceOf(this.homeOf(leg), leg.participant)]
    for (const alias of this.#aliases.get(leg.participant) ?? []) {
      faces.push(this.#faceOf(this.#via.get(alias)!.interaction, alias))
    }
    return faces.filter((face) => face !== undefined)
  }

  #faceOf(id: InteractionId, participantId: ParticipantId): Required<Party> | undefined {
    const { interactions, configuration } = this.#centre
    const interaction = interactions.get(id)
    const participant = interaction?.participants.find((one) => one.id === participantId)
    if (!interaction || !participant) return undefined
    return { interaction, participant, desired: desiredParticipant(interaction, participant, configuration) }
  }

  /** The leg by which a party speaks, its own or that of the call beside which it consults. */
  legOf(participant: ParticipantId): Leg | undefined {
    const { participants, legs } = this.#sequencer.committed.states.voice
    const id = participants.get(this.#via.get(participant)?.owner ?? participant)
    return id === undefined ? undefined : legs.get(id)
  }

  /** Every leg that has to do with the interaction: made for it, or joined into it. */
  legsOf(id: InteractionId): ReadonlySet<LegId> {
    const { interactions, participants } = this.#sequencer.committed.states.voice
    const legs = new Set(interactions.get(id) ?? [])
    for (const { id: participant, via } of this.#centre.interactions.get(id)?.participants ?? []) {
      const leg = participants.get(via ?? participant)
      if (leg !== undefined) legs.add(leg)
    }
    // The consultation may be over: the leg that led it looks where it belongs now.
    const owner = this.#via.get(`${id}.p1`)?.owner
    const leg = owner === undefined ? undefined : participants.get(owner)
    if (leg !== undefined) legs.add(leg)
    for (const participant of this.#joined.get(id) ?? []) {
      const leg = participants.get(participant)
      if (leg !== undefined) legs.add(leg)
    }
    return legs
  }

  /** A consultation is remembered as long as the leg that leads it; they are rare, and so is this. */
  #noteVia(interaction: InteractionId, participants: readonly Participant[]): void {
    for (const { id, via } of participants) {
      if (via === undefined) continue
      for (const [alias, { owner }] of this.#via) if (!this.#hasLeg(owner)) this.#forgetVia(alias, owner)
      this.#via.set(id, { owner: via, interaction })
      this.#aliases.set(via, (this.#aliases.get(via) ?? new Set()).add(id))
    }
  }

  #forgetVia(alias: ParticipantId, owner: ParticipantId): void {
    this.#via.delete(alias)
    const aliases = this.#aliases.get(owner)
    aliases?.delete(alias)
    if (aliases?.size === 0) this.#aliases.delete(owner)
  }

  #hasLeg(participant: ParticipantId): boolean {
    return this.#sequencer.committed.states.voice.participants.has(participant)
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

import type { Interaction } from '#kernel/interaction'
import type { RecordingSpec } from '#protocols/control'
import type { VoiceContext } from './context.ts'
import { isOver } from './leg/leg.ts'
import type { MediaPool } from './media-pool.ts'
import type { PartyIndex } from './party-index.ts'

/** Makes the media processes record what the interactions say, and seal what has ended. */
export class Recordings {
  readonly #context: VoiceContext
  readonly #media: MediaPool
  readonly #parties: PartyIndex

  constructor(context: VoiceContext, media: MediaPool, parties: PartyIndex) {
    this.#context = context
    this.#media = media
    this.#parties = parties
  }

  reconcileAll(): void {
    const { interactions, unsealed } = this.#context.sequencer.committed.states.centre
    for (const interaction of interactions.values()) this.reconcile(interaction)
    for (const recording of unsealed.keys()) this.#media.seal(recording)
  }

  reconcile(interaction: Interaction): void {
    for (const recording of interaction.recordings) {
      if (recording.sealed) this.#media.forgetRecording(recording.id)
      else if (recording.endedAt !== undefined) this.#media.seal(recording.id)
      else this.#record(interaction, recording)
    }
  }

  /** Recordings that shall exist: those that run, and those that are not sealed yet. */
  claims(): readonly string[] {
    const { interactions, unsealed } = this.#context.sequencer.committed.states.centre
    const running = [...interactions.values()].flatMap((one) => one.recordings.filter((recording) => !recording.sealed))
    return [...new Set([...running.map((recording) => recording.id), ...unsealed.keys()])]
  }

  #record(interaction: Interaction, { id, channels, durationMsMax }: Interaction['recordings'][number]): void {
    const legs = channels.map((participant) => this.#parties.legOf(participant)).filter((leg) => leg && !isOver(leg))
    const [left, right] = legs
    if (!left || legs.length < channels.length) return
    const process = left.media.process
    const sessions: RecordingSpec['sessions'] = right ? [left.id, right.id] : [left.id]
    this.#media.record(process, id, { sessions, interaction: interaction.id, durationMsMax })
  }
}

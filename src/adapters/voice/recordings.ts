import { type Interaction, type ParticipantId, partId, readPartId } from '#kernel/interaction'
import type { MediaLocal, RecordingSpec } from '#protocols/control'
import type { VoiceContext } from './context.ts'
import { isOver, type Leg } from './leg/leg.ts'
import type { MediaPool } from './media-pool.ts'
import type { PartyIndex } from './party-index.ts'
import { type AdapterCommand, centre } from './repair.ts'

type Recording = Interaction['recordings'][number]

/** A part is recorded for this long at the least: what a media process takes. */
const PART_MS_MIN = 1000

/** Makes the media processes record what the interactions say, and seal what has ended: each part where its sessions were. */
export class Recordings {
  readonly #context: VoiceContext
  readonly #media: MediaPool
  readonly #parties: PartyIndex

  constructor(context: VoiceContext, media: MediaPool, parties: PartyIndex) {
    this.#context = context
    this.#media = media
    this.#parties = parties
  }

  /** What ended and is not sealed yet, whether its interaction is over or not. */
  sealAll(): void {
    for (const id of this.#context.sequencer.committed.states.centre.unsealed.keys()) this.seal(id)
  }

  reconcile(interaction: Interaction): void {
    for (const recording of interaction.recordings) {
      if (recording.sealed) this.forget(recording.id, recording.parts)
      else if (recording.endedAt !== undefined) this.#sealParts(recording.id, recording)
      else {
        const parts = recording.parts ?? 1
        this.#sealParts(recording.id, { ...recording, parts: parts - 1 })
        this.#record(interaction, recording, parts)
      }
    }
  }

  /** Has what there is of a recording that has ended finished, wherever it is. */
  seal(recording: string): void {
    this.#sealParts(recording, this.#context.sequencer.committed.states.centre.unsealed.get(recording) ?? {})
  }

  forget(recording: string, parts = 1): void {
    for (let part = 1; part <= parts; part++) this.#media.forgetRecording(partId(recording, part))
  }

  forgetPart(recording: string, part: number): void {
    this.#media.forgetRecording(partId(recording, part))
  }

  /** Parts that shall exist: those that run, and those that are not sealed yet. */
  claims(): readonly string[] {
    const { interactions, unsealed } = this.#context.sequencer.committed.states.centre
    const running = [...interactions.values()].flatMap((one) => one.recordings.filter((recording) => !recording.sealed))
    const ids = [
      ...running.flatMap(({ id, parts }) => partIds(id, parts)),
      ...[...unsealed].flatMap(([id, { parts }]) => partIds(id, parts)),
    ]
    return [...new Set(ids)]
  }

  #sealParts(recording: string, { parts = 1, finished = [] }: Pick<Recording, 'parts' | 'finished'>): void {
    for (let part = 1; part <= parts; part++)
      if (!finished.some((one) => one.part === part)) this.#media.seal(partId(recording, part))
  }

  #record(interaction: Interaction, recording: Recording, part: number): void {
    const { id, channels, durationMsMax, startedAt, partSince = startedAt } = recording
    const legs = channels.map((participant) => this.#parties.legOf(participant)).filter((leg) => leg && !isOver(leg))
    const [left, right] = legs
    if (!left || legs.length < channels.length) return
    const { process } = left.media
    // On their way to another process they are on two for a moment, and until they have a port there nothing can be recorded.
    if (legs.some((leg) => leg?.media.process !== process || !this.#portOf(leg))) return
    const sessions: RecordingSpec['sessions'] = right ? [left.id, right.id] : [left.id]
    const leftMs = Math.max(PART_MS_MIN, durationMsMax - (partSince - startedAt))
    this.#media.record(process, partId(id, part), { sessions, interaction: interaction.id, durationMsMax: leftMs })
  }

  #portOf({ id, media }: Leg): MediaLocal | undefined {
    return this.#media.localOf(media.process, id)
  }
}

/** A party leaves the media process that records it: what it says from now on is another part. Its first channel tells for all. */
export function continueRecordings(interaction: Interaction | undefined, moving: ParticipantId): AdapterCommand[] {
  return (interaction?.recordings ?? [])
    .filter((one) => one.endedAt === undefined && one.channels[0] === moving)
    .map(({ id: recording, parts = 1 }) =>
      centre({ type: 'ContinueRecording', interaction: interaction!.id, recording, after: parts }),
    )
}

/** Where a file belongs: `<interaction>.r<n>`, or a later part of it. A recording outlives its interaction, so its id alone says whose it was. */
export function recordingAt(
  id: string,
  unsealed: ReadonlyMap<string, { readonly interaction: string }>,
): { readonly interaction: string; readonly recording: string; readonly part?: number } {
  const { recording, part } = readPartId(id)
  const interaction = unsealed.get(recording)?.interaction ?? recording.slice(0, recording.lastIndexOf('.'))
  return { interaction, recording, ...(part > 1 && { part }) }
}

function partIds(recording: string, parts = 1): readonly string[] {
  return Array.from({ length: parts }, (_, index) => partId(recording, index + 1))
}

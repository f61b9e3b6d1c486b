import { mkdir, readdir, readFile, stat } from 'node:fs/promises'
import { type Clock, isTandemError, type Logger } from '#base'
import {
  parseRecordingSidecar,
  type RecordingId,
  type RecordingSidecar,
  type RecordingSpec,
  type SealedRecording,
} from '#protocols/control'
import type { NewMediaEvent } from './event-keeper.ts'
import { MEDIA_ERRORS } from './media-errors.ts'
import type { TapStarted } from './plane-port.ts'
import { RecordingFile, sealPart, sidecarPath, wavPath } from './recording-file.ts'

/** A full process records every call of its 600, and as many again that wait for their sealing. */
const RECORDINGS_MAX = 2000

export interface SpoolOptions {
  readonly folder: string
  readonly media: string
  /** Other media processes that write to the folder. */
  readonly siblings?: readonly string[]
  readonly clock: Clock
  readonly logger: Logger
  event(event: NewMediaEvent): void
}

interface Recording {
  readonly sidecar: RecordingSidecar
  readonly file: Promise<RecordingFile>
  /** Sound that came before the file was there. */
  readonly early: Uint8Array[]
  opened?: RecordingFile
  failed: boolean
  sealing?: Promise<SealedRecording>
}

/** The recordings of one media process on its disk: written as they go, sealed, and finished after a crash. */
export class RecordingSpool {
  readonly #options: SpoolOptions
  readonly #recordings = new Map<RecordingId, Recording>()

  constructor(options: SpoolOptions) {
    this.#options = options
  }

  /** Recordings that are not sealed. */
  ids(): readonly RecordingId[] {
    return [...this.#recordings.keys()]
  }

  has(id: RecordingId): boolean {
    return this.#recordings.has(id)
  }

  /** Makes the folder, and finishes what a process that died has left there: this one, or one that there is no more. */
  async recover(): Promise<void> {
    const { folder, logger } = this.#options
    await mkdir(folder, { recursive: true })
    for (const name of await readdir(folder)) {
      if (!name.endsWith('.part')) continue
      const recording = name.slice(0, -'.part'.length)
      try {
        const sidecar = await this.#sidecar(recording)
        if (!sidecar) throw MEDIA_ERRORS['media.recording-unreadable']({ recording, reason: 'it has no sidecar' })
        if (this.#options.siblings?.includes(sidecar.media)) continue
        const sealed = await sealPart(folder, sidecar, { now: this.#options.clock.now(), recovered: true })
        logger.warn(
          { recording, interaction: sidecar.interaction, durationMs: sealed.durationMs },
          'recording recovered',
        )
        this.#options.event({ type: 'recording-sealed', recovered: true, ...sealed })
      } catch (error) {
        logger.error({ recording, error: String(error) }, 'recording cannot be recovered')
        this.#options.event({ type: 'recording-failed', recording, reason: reasonOf(error) })
      }
    }
  }

  /** Rejects with `media.recording-sealed` if there is a finished one of this name, here or where the archive has moved it: its sidecar stays. */
  async refuseSealed(id: RecordingId): Promise<void> {
    const sealed = (await exists(wavPath(this.#options.folder, id))) || (await this.#sidecar(id))?.sealed !== undefined
    if (sealed || this.#recordings.get(id)?.sealing) throw MEDIA_ERRORS['media.recording-sealed']({ recording: id })
    if (!this.#recordings.has(id) && this.#recordings.size >= RECORDINGS_MAX) {
      throw MEDIA_ERRORS['media.recordings-full']({ recordingsMax: RECORDINGS_MAX })
    }
  }

  /** Begins a file, or finds the one that is under way. Rejects with `media.recording-failed`. */
  async begin(id: RecordingId, spec: RecordingSpec, started: TapStarted): Promise<void> {
    const recording = this.#recordings.get(id) ?? this.#create(id, spec, started)
    if (recording.failed) throw MEDIA_ERRORS['media.recording-failed']({ recording: id, reason: 'its disk has failed' })
    try {
      await recording.file
    } catch (error) {
      this.#recordings.delete(id)
      throw MEDIA_ERRORS['media.recording-failed']({ recording: id, reason: reasonOf(error) }, error)
    }
  }

  /** Takes sound of a recording, in order. */
  append(id: RecordingId, octets: Uint8Array): void {
    const recording = this.#recordings.get(id)
    if (!recording || recording.failed) return
    if (!recording.opened) recording.early.push(octets)
    else this.#write(id, recording, octets)
  }

  /** Seals what is under way or tells of what is sealed. Rejects with `media.recording-unknown` or `media.recording-failed`. */
  async seal(id: RecordingId): Promise<SealedRecording> {
    const recording = this.#recordings.get(id)
    if (!recording) return this.#sealed(id)
    recording.sealing ??= this.#finish(id, recording)
    return recording.sealing
  }

  /** Waits until a recording that is being sealed can be played. */
  async settled(id: RecordingId): Promise<void> {
    await this.#recordings.get(id)?.sealing?.catch(() => undefined)
  }

  #create(id: RecordingId, spec: RecordingSpec, started: TapStarted): Recording {
    const sidecar: RecordingSidecar = {
      recording: id,
      interaction: spec.interaction,
      sessions: spec.sessions,
      codec: started.law,
      startedAt: this.#options.clock.now(),
      media: this.#options.media,
    }
    const file = RecordingFile.create(this.#options.folder, sidecar)
    const recording: Recording = { sidecar, file, early: [], failed: false }
    this.#recordings.set(id, recording)
    file.then(
      (opened) => {
        recording.opened = opened
        for (const octets of recording.early.splice(0)) this.#write(id, recording, octets)
      },
      () => {},
    )
    return recording
  }

  #write(id: RecordingId, recording: Recording, octets: Uint8Array): void {
    this.#note(id, recording, recording.opened?.append(octets))
  }

  /** Tells once that the disk has failed. */
  #note(id: RecordingId, recording: Recording, reason: string | undefined): void {
    if (reason === undefined || recording.failed) return
    recording.failed = true
    this.#options.logger.error(
      { recording: id, interaction: recording.sidecar.interaction, reason },
      'recording failed',
    )
    this.#options.event({ type: 'recording-failed', recording: id, reason })
  }

  async #finish(id: RecordingId, recording: Recording): Promise<SealedRecording> {
    const { folder, clock } = this.#options
    try {
      const file = await recording.file
      await file.close()
      this.#note(id, recording, file.failure)
      const sealed = await sealPart(folder, recording.sidecar, { now: clock.now(), recovered: recording.failed })
      this.#options.event({ type: 'recording-sealed', ...sealed })
      return sealed
    } catch (error) {
      const reason = reasonOf(error)
      if (!recording.failed) this.#options.event({ type: 'recording-failed', recording: id, reason })
      throw MEDIA_ERRORS['media.recording-failed']({ recording: id, reason }, error)
    } finally {
      this.#recordings.delete(id)
    }
  }

  async #sealed(recording: RecordingId): Promise<SealedRecording> {
    const sealed = (await this.#sidecar(recording))?.sealed
    if (!sealed) throw MEDIA_ERRORS['media.recording-unknown']({ recording })
    const { durationMs, bytes, sha256 } = sealed
    return { recording, durationMs, bytes, sha256 }
  }

  async #sidecar(recording: RecordingId): Promise<RecordingSidecar | undefined> {
    const text = await readFile(sidecarPath(this.#options.folder, recording), 'utf8').catch(() => '')
    return parseRecordingSidecar(text)
  }
}

/** Whether a path that we made is there; one for a part tells that a recording is under way. */
async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined
}

function reasonOf(error: unknown): string {
  if (isTandemError(error)) return String(error.fields['reason'] ?? error.message)
  return error instanceof Error ? error.message : String(error)
}

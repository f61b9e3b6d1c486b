import { createReadStream } from 'node:fs'
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock, Logger, Timer } from '#base'
import { parseRecordingSidecar, type RecordingSidecar } from '#protocols/control'
import type { Blobs } from '#seams/blobs'
import type { RecordingEntry, Recordings } from '#seams/store'
import { ARCHIVE_ERRORS } from './archive-errors.ts'

/** How soon after its end a recording is in the archive, at the most, while nothing is wrong. */
const SCAN_MS = 1_000
/** While storage or catalogue are away the spool is tried at this pace: a long outage costs nothing, its end is seen soon. */
const RETRY_MS = 5_000
/** The small note beside a moved recording answers late questions of a core; after a day nobody asks. */
const SIDECAR_LIFE_MS = 24 * 3_600_000
/** Recordings moved in one pass, so that one pass ends and others' turn comes. */
const PASS_MAX = 200

/** What an archive is made of. */
export interface ArchiveMoverOptions {
  /** Where the media processes of this machine leave finished recordings. */
  readonly spool: string
  readonly blobs: Blobs
  readonly catalogue: Recordings
  /** Writes down that this machine has it. */
  readonly held: (recording: string) => Promise<void>
  readonly clock: Clock
  readonly logger: Logger
}

/**
 * Moves finished recordings to storage and catalogues them (REC-03 phases 2 and 3, REC-05 to REC-07): stored and verified first, then
 * catalogued, only then removed from the spool. Each step may be done twice, so a death anywhere delays and never loses one (REC-16, REC-17).
 */
export class ArchiveMover {
  readonly #options: ArchiveMoverOptions
  #timer: Timer | undefined
  #running: Promise<void> | undefined
  #closed = false
  /** Moved since the start. */
  moved = 0
  /** How many of the last pass could not be moved. */
  failing = 0

  constructor(options: ArchiveMoverOptions) {
    this.#options = options
  }

  start(): void {
    this.#schedule(0)
  }

  /** Ends after the recording that is under way. */
  async close(): Promise<void> {
    this.#closed = true
    this.#timer?.stop()
    await this.#running
  }

  /** One pass over the spool: moves what is finished. */
  async pass(): Promise<void> {
    const { spool, clock, logger } = this.#options
    this.failing = 0
    const names = (await readdir(spool)).filter((name) => name.endsWith('.json')).slice(0, PASS_MAX * 10)
    let tried = 0
    for (const name of names) {
      if (this.#closed || tried >= PASS_MAX) return
      const sidecar = parseRecordingSidecar(await readFile(join(spool, name), 'utf8').catch(() => ''))
      if (!sidecar?.sealed) continue
      const sound = join(spool, `${sidecar.recording}.wav`)
      if (!(await exists(sound))) {
        if (clock.now() - sidecar.sealed.at > SIDECAR_LIFE_MS) await rm(join(spool, name), { force: true })
        continue
      }
      tried++
      try {
        await this.#move(sidecar, sidecar.sealed, sound)
        this.moved++
      } catch (cause) {
        this.failing++
        logger.error(
          { recording: sidecar.recording, interaction: sidecar.interaction, problem: String(cause) },
          'recording not archived yet',
        )
      }
    }
  }

  async #move(
    sidecar: RecordingSidecar,
    sealed: NonNullable<RecordingSidecar['sealed']>,
    sound: string,
  ): Promise<void> {
    const { blobs, catalogue, held } = this.#options
    const blobKey = `recordings/${sidecar.recording}.wav`
    const { sha256, sizeBytes } = await blobs.put(blobKey, createReadStream(sound))
    if (sha256 !== sealed.sha256) {
      throw ARCHIVE_ERRORS['archive.damaged']({ recording: sidecar.recording, found: sha256, expected: sealed.sha256 })
    }
    const entry: RecordingEntry = {
      id: sidecar.recording,
      interaction: sidecar.interaction,
      startedAt: sidecar.startedAt,
      durationMs: sealed.durationMs,
      channels: sidecar.sessions.length,
      codec: sidecar.codec,
      state: 'stored',
      blobKey,
      sizeBytes,
      sha256,
      attributes: { media: sidecar.media, ...(sealed.recovered ? { recovered: 'true' } : {}) },
    }
    await catalogue.upsert(entry)
    await held(entry.id)
    await rm(sound, { force: true })
  }

  #schedule(delayMs: number): void {
    if (this.#closed) return
    this.#timer = this.#options.clock.after(delayMs, () => {
      this.#running = this.pass()
        .catch((cause: unknown) => {
          this.failing++
          this.#options.logger.error({ problem: String(cause) }, 'the spool cannot be read')
        })
        .finally(() => this.#schedule(this.failing > 0 ? RETRY_MS : SCAN_MS))
    })
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined
}

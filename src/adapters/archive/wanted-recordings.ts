import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock, Logger, Millis } from '#base'
import type { Blobs } from '#seams/blobs'
import type { HeldRecording, RecordingEntry, Recordings } from '#seams/store'
import type { OtherMachines } from './other-machines.ts'
import { RecordingReader } from './recording-reader.ts'
import { Repeat } from './repeat.ts'

/** A caller hears nothing until it is seen that something is wanted. */
const LOOK_MS: Millis = 100
/** Brought at the same time: each is some megabytes, and they share the line. */
const UNDER_WAY_MAX = 8
/** A media process asks again while it waits; what is older than this is of one that died. */
const WISH_MS_MAX: Millis = 10_000
/** A day's voice messages of a large centre: eighteen hours of one channel. Older ones are brought again when somebody wants to hear them. */
const KEPT_BYTES_MAX = 512 * 1024 * 1024
/** And none for longer than this: what was removed elsewhere is not heard here for ever. */
const KEPT_MS_MAX: Millis = 24 * 3_600_000
const TIDY_MS: Millis = 3_600_000

/** What bringing recordings to this machine's media processes is made of. */
export interface WantedRecordingsOptions {
  /** Where media processes leave a file by the name of each recording that they want. */
  readonly wishes: string
  /** Where they then find it, as `<recording>.wav`. */
  readonly brought: Blobs
  readonly catalogue: Pick<Recordings, 'get'>
  readonly machines: OtherMachines
  readonly clock: Clock
  readonly logger: Logger
}

/** Brings this machine's media processes the recordings of other machines that somebody is to hear, and keeps some of them for the next time. */
export class WantedRecordings {
  readonly #options: WantedRecordingsOptions
  readonly #reader: RecordingReader
  readonly #repeat: Repeat
  readonly #underWay = new Map<string, Promise<void>>()
  #tidyAt: Millis = 0
  #away = false

  constructor(options: WantedRecordingsOptions) {
    this.#options = options
    this.#reader = new RecordingReader(options)
    this.#repeat = new Repeat(options.clock, () => this.#look())
  }

  async start(): Promise<void> {
    await mkdir(this.#options.wishes, { recursive: true })
    this.#repeat.start()
  }

  async close(): Promise<void> {
    this.#reader.close()
    await this.#repeat.close()
    await Promise.all(this.#underWay.values())
  }

  async #look(): Promise<Millis> {
    const { logger } = this.#options
    try {
      await this.look()
      this.#away = false
    } catch (cause) {
      if (!this.#away) logger.error({ problem: String(cause) }, 'which recordings are wanted cannot be seen')
      this.#away = true
    }
    return LOOK_MS
  }

  /** Begins to bring what is wanted and not on its way. */
  async look(): Promise<void> {
    const { wishes, clock } = this.#options
    for (const recording of await readdir(wishes)) {
      if (this.#underWay.size >= UNDER_WAY_MAX) break
      if (this.#underWay.has(recording) || (await this.#isOver(recording))) continue
      const bringing = this.#bring(recording).finally(() => this.#underWay.delete(recording))
      this.#underWay.set(recording, bringing)
    }
    if (clock.monotonic() < this.#tidyAt) return
    this.#tidyAt = clock.monotonic() + TIDY_MS
    await this.#tidy()
  }

  /** Everything that is being brought is there, or cannot be had at this moment. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay.values())
  }

  async #bring(recording: string): Promise<void> {
    const { brought, catalogue, machines, logger } = this.#options
    try {
      const key = `${recording}.wav`
      if (await brought.stat(key)) return
      // It may not be in the catalogue yet: the wish is looked at again while it stands.
      const wanted = heldOf(await catalogue.get(recording))
      if (
        !wanted ||
        !(await this.#reader.bring(wanted, machines.inOrder(wanted.blobKey, [...machines.live()]), {
          storage: brought,
          key,
        }))
      )
        return
      logger.info({ recording }, 'a recording was brought from another machine to be heard')
      await this.#tidy()
    } catch (cause) {
      logger.warn({ recording, problem: String(cause) }, 'a recording that is wanted cannot be brought')
    }
  }

  async #isOver(recording: string): Promise<boolean> {
    const { wishes, clock } = this.#options
    const wish = join(wishes, recording)
    const askedAt = (await stat(wish).catch(() => undefined))?.mtimeMs
    if (askedAt !== undefined && clock.now() - askedAt < WISH_MS_MAX) return false
    await rm(wish, { force: true })
    return true
  }

  /** The newest stay. */
  async #tidy(): Promise<void> {
    const { brought, clock } = this.#options
    const kept = [...(await brought.list(''))].sort((a, b) => b.modifiedAt - a.modifiedAt)
    let bytes = 0
    for (const { key, sizeBytes, modifiedAt } of kept) {
      bytes += sizeBytes
      if (bytes > KEPT_BYTES_MAX || clock.now() - modifiedAt > KEPT_MS_MAX) await brought.remove(key)
    }
  }
}

/** Where it is said to lie does not matter here: every machine is asked. */
function heldOf(entry: RecordingEntry | undefined): HeldRecording | undefined {
  if (entry?.state !== 'stored') return undefined
  const { id, blobKey, sizeBytes, sha256, startedAt, durationMs } = entry
  if (blobKey === undefined || sizeBytes === undefined || sha256 === undefined) return undefined
  return { id, blobKey, sizeBytes, sha256, startedAt, endedAt: startedAt + durationMs, heldBy: [] }
}

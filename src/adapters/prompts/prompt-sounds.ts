import { createHash } from 'node:crypto'
import type { Clock, Logger, Millis, Timer } from '#base'
import type { Configuration } from '#kernel/config'
import type { Blobs } from '#seams/blobs'
import type { Sounds } from '#seams/store'
import { convert } from './convert.ts'
import { SOUND_ERRORS } from './errors.ts'

/** Days of speech at 16 KB a second; the media processes hold a quarter of it in memory at most. */
const STORED_BYTES_MAX = 1024 * 1024 * 1024

/** A sound that nobody uses may be in a draft, or be what an administrator goes back to tomorrow. */
const UNUSED_LIFE_MS = 24 * 3_600_000

/** Files of this machine that no prompt has used for so long are removed: they are a copy, and the database may still have them. */
const COPY_LIFE_MS = 30 * 24 * 3_600_000

/** While a sound that is used cannot be had, the database is asked at this pace. */
const RETRY_MS = 2_000

/** Each holds a file of tens of megabytes in memory meanwhile. */
const CONVERTING_MAX = 2

/** Where the files of this machine lie, and the media processes look. */
const PREFIX = 'prompts/'

/** Under which key the file of a sound lies. */
export function soundBlobKey(id: string): string {
  return `${PREFIX}${id}.wav`
}

/** What the sounds of prompts are made of. */
export interface PromptSoundsOptions {
  readonly sounds: Sounds
  /** The files of this machine. */
  readonly blobs: Blobs
  readonly configuration: () => Configuration
  readonly clock: Clock
  readonly logger: Logger
}

/** A sound that was taken. */
export interface TakenSound {
  readonly sound: string
  readonly durationMs: number
}

/**
 * The sounds of prompts: taken into the database, and from there brought to this machine as soon as a prompt uses them, for its media
 * processes. Level-triggered: what the configuration names is compared with the files that are there, after each change, at
 * the start of each core, and again while something is missing.
 */
export class PromptSounds {
  readonly #options: PromptSoundsOptions
  #bringing: Promise<void> | undefined
  #again = false
  #timer: Timer | undefined
  #converting = 0
  #closed = false

  constructor(options: PromptSoundsOptions) {
    this.#options = options
  }

  /** Compares, at the start and whenever prompts may have changed. */
  look(): void {
    if (this.#closed) return
    this.#again = true
    this.#bringing ??= this.#bringAll().finally(() => {
      this.#bringing = undefined
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#timer?.stop()
    await this.#bringing
  }

  /** Converts a WAV file and keeps it, on this machine too; fails with what to do (`sound.…`), or with `store.unreachable`. */
  async take(given: Buffer, how: { readonly trims?: boolean } = {}): Promise<TakenSound> {
    if (this.#converting >= CONVERTING_MAX) throw SOUND_ERRORS['sound.busy']({ seconds: 5 })
    this.#converting++
    try {
      const { file, durationMs } = await convert(given, how)
      const id = createHash('sha256').update(file).digest('hex')
      await this.#makeRoom(file.length)
      await this.#options.sounds.put({ id, content: file }, this.#options.clock.now())
      await this.#options.blobs.put(soundBlobKey(id), file)
      return { sound: id, durationMs }
    } finally {
      this.#converting--
    }
  }

  /** The WAV file of a sound; undefined when there is none. */
  async file(id: string): Promise<Uint8Array | undefined> {
    const own = await this.#options.blobs.get(soundBlobKey(id))
    if (!own) return this.#options.sounds.get(id)
    const chunks: Buffer[] = []
    for await (const chunk of own.body) chunks.push(chunk as Buffer)
    return Buffer.concat(chunks)
  }

  /** Which of these the pool does not have. */
  async missing(ids: readonly string[]): Promise<readonly string[]> {
    if (ids.length === 0) return []
    const known = new Set((await this.#options.sounds.list()).map(({ id }) => id))
    const absent = ids.filter((id) => !known.has(id))
    const here = await Promise.all(absent.map((id) => this.#options.blobs.stat(soundBlobKey(id))))
    return absent.filter((_, index) => here[index] === undefined)
  }

  #used(): ReadonlySet<string> {
    return new Set([...this.#options.configuration().prompts.values()].map(({ sound }) => sound))
  }

  /** What nobody uses goes when there is no room, the oldest first. */
  async #makeRoom(bytes: number): Promise<void> {
    const { sounds, clock } = this.#options
    const stored = await sounds.list()
    const used = this.#used()
    let left = stored.reduce((sum, { sizeBytes }) => sum + sizeBytes, bytes) - STORED_BYTES_MAX
    for (const { id, sizeBytes, storedAt } of stored) {
      if (left <= 0) return
      if (used.has(id) || storedAt > clock.now() - UNUSED_LIFE_MS) continue
      await sounds.remove(id)
      left -= sizeBytes
    }
    if (left > 0) throw SOUND_ERRORS['sound.full']({ megabytes: Math.round(STORED_BYTES_MAX / 1024 / 1024) })
  }

  async #bringAll(): Promise<void> {
    while (this.#again && !this.#closed) {
      this.#again = false
      this.#timer?.stop()
      const waits = await this.#bringMissing()
      if (waits) this.#timer = this.#options.clock.after(RETRY_MS, () => this.look())
      else await this.#sweep().catch(() => undefined)
    }
  }

  /** Whether something is still missing. */
  async #bringMissing(): Promise<boolean> {
    const { sounds, blobs, logger } = this.#options
    let waits = false
    for (const id of this.#used()) {
      try {
        if (await blobs.stat(soundBlobKey(id))) continue
        const content = await sounds.get(id)
        if (content) await blobs.put(soundBlobKey(id), content)
        waits ||= content === undefined
      } catch (cause) {
        waits = true
        logger.debug({ sound: id, problem: String(cause) }, 'a sound could not be brought to this machine yet')
      }
    }
    return waits
  }

  async #sweep(): Promise<void> {
    const { blobs, clock } = this.#options
    const used = new Set([...this.#used()].map(soundBlobKey))
    const before: Millis = clock.now() - COPY_LIFE_MS
    for (const { key, modifiedAt } of await blobs.list(PREFIX))
      if (!used.has(key) && modifiedAt < before) await blobs.remove(key)
  }
}

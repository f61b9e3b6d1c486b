import type { Clock, Logger, Millis } from '#base'
import type { Blobs } from '#seams/blobs'
import { HELD_PAGE, type HeldRecording, type RecordingHolders } from '#seams/store'
import { Repeat } from './repeat.ts'

/** An archive that starts has other things to do first. */
const SETTLED_MS: Millis = 5_000
/** Disks are replaced, and folders emptied, without anybody saying so. */
const LOOK_MS: Millis = 24 * 3_600_000
/** While the catalogue or the disk is away. */
const RETRY_MS: Millis = 60_000
/** Between two pages: two thousand files a second at the most, which are asked for their size alone. */
const PAUSE_MS: Millis = 100

/** What looking at the own recordings is made of. */
export interface RecordingInventoryOptions {
  readonly node: string
  readonly own: Blobs
  readonly holders: RecordingHolders
  readonly clock: Clock
  readonly logger: Logger
}

/**
 * Compares what the catalogue says of this machine's recordings with its disk, and mends what it says: a machine that came back with an empty disk has none of
 * them any more; what was stored before anybody wrote down where, or was restored here, is claimed by who has it.
 */
export class RecordingInventory {
  readonly #options: RecordingInventoryOptions
  readonly #repeat: Repeat
  #closed = false

  constructor(options: RecordingInventoryOptions) {
    this.#options = options
    this.#repeat = new Repeat(options.clock, () => this.#goThrough())
  }

  start(): void {
    this.#repeat.start(SETTLED_MS)
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#repeat.close()
  }

  async #goThrough(): Promise<Millis> {
    try {
      await this.look()
      return LOOK_MS
    } catch (cause) {
      this.#options.logger.warn({ problem: String(cause) }, 'which recordings are here cannot be looked at for now')
      return RETRY_MS
    }
  }

  /** One look at all. Fails when the catalogue or the disk does: then nothing is said of what was not seen. */
  async look(): Promise<void> {
    const { node, holders, clock, logger } = this.#options
    await holders.join(node)
    let lost = 0
    let after = ''
    for (;;) {
      const page = await holders.stored(after)
      const { held, missing } = await this.#sort(page)
      if (held.length > 0) await holders.hold(node, held)
      if (missing.length > 0) await holders.miss(node, missing)
      lost += missing.length
      if (page.length < HELD_PAGE || this.#closed) break
      after = page.at(-1)!.id
      await new Promise<void>((resolve) => clock.after(PAUSE_MS, resolve))
    }
    if (lost > 0) logger.error({ recordings: lost }, 'recordings that lay on this machine are not here any more')
  }

  async #sort(page: readonly HeldRecording[]): Promise<{ held: string[]; missing: string[] }> {
    const { node, own } = this.#options
    const held: string[] = []
    const missing: string[] = []
    for (const { id, blobKey, sizeBytes, heldBy } of page) {
      const isHere = (await own.stat(blobKey))?.sizeBytes === sizeBytes
      if (isHere === heldBy.includes(node)) continue
      if (isHere) held.push(id)
      else missing.push(id)
    }
    return { held, missing }
  }
}

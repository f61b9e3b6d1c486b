import type { Logger } from '#base'
import { LOG_ERRORS } from './errors.ts'
import type { LogRecord } from './port.ts'
import type { SpoolFolder } from './spool-disk.ts'
import { SpoolFile } from './spool-file.ts'
import { spoolName, spoolNamed } from './spool-tails.ts'

/** What the primary gives to a core of another machine while the store is away. */
export interface Feed {
  readonly term: number
  /** All up to here is in the store. */
  readonly from: number
  /** The oldest place that the primary can still feed from; at most `from`. */
  readonly oldest: number
  /** All up to here was let out: the core may fold it. */
  readonly durable: number
  /** The place before the first record. */
  readonly after: number
  readonly records: readonly { readonly at: number; readonly body: string }[]
}

/** What a held spool is made of. */
export interface HeldSpoolOptions {
  readonly folder: SpoolFolder
  /** The process's name on its machine: two cores of one machine keep files of their own. */
  readonly process: string
  readonly logger: Logger
  /** How far this core has folded: it is fed from there, if that is older than what it must keep. */
  position(): number
  readonly bytesMax?: number
}

/**
 * What a backup keeps on its own disk for the primary while the store is away. Of one term only, the newest that this machine's disk
 * knows of; whoever takes the lease on this machine writes it to the log first.
 */
export class HeldSpool {
  readonly #options: HeldSpoolOptions
  readonly #listeners = new Set<() => void>()
  #file: SpoolFile | undefined
  #term = 0
  #durable = 0
  #left = false
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: HeldSpoolOptions) {
    this.#options = options
  }

  /** Finds what an earlier life has kept. */
  async open(): Promise<void> {
    for (const { term, name } of await this.#files()) {
      if (name !== spoolName(term, this.#options.process) || term < this.#term) continue
      await this.#file?.close()
      this.#file = await SpoolFile.open(this.#options.folder, name, this.#options.bytesMax)
      this.#term = term
    }
    this.#left = await this.#leftBehind()
  }

  /** Whether an earlier life of a core of this machine kept something, and so may have promised something for all of them. */
  get left(): boolean {
    return this.#left
  }

  get term(): number {
    return this.#term
  }

  /** Events on this disk that may not be in the store yet. */
  get events(): number {
    return (this.#file?.end ?? 0) - (this.#file?.from ?? 0)
  }

  /** The newest term that took the lease on this machine, or was heard of here, in earlier lives even. */
  async seen(): Promise<number> {
    return Math.max(this.#term, ...(await this.#files()).map(({ term }) => term))
  }

  /**
   * Keeps what follows on what is kept. Returns, once that is on the disk, up to where all is kept; less than was given when something
   * before it is missing. Fails with `log.fenced` when a newer term is known here, with `log.spool-full`.
   */
  hold(feed: Feed): Promise<number> {
    const held = this.#turn.then(() => this.#hold(feed))
    this.#turn = held.catch(() => {})
    return held
  }

  /** The primary has written all of it to the store. */
  clear(term: number): Promise<void> {
    const cleared = this.#turn.then(async () => {
      if (term !== this.#term) return
      this.#durable = 0
      await this.#file?.clear()
    })
    this.#turn = cleared.catch(() => {})
    return cleared
  }

  /** Whether the record after that sequence is here and was let out. */
  covers(after: number): boolean {
    const from = this.#file?.from
    return from !== undefined && from <= after && after < this.#durable
  }

  /** Records after a sequence that were let out. */
  async read(after: number, limit: number): Promise<readonly LogRecord[]> {
    const found = (await this.#file?.read(after, limit)) ?? []
    return found.filter(({ sequence }) => sequence <= this.#durable).slice(0, limit)
  }

  /** Calls when there is more to read. */
  follow(wake: () => void): () => void {
    const entry = (): void => wake()
    this.#listeners.add(entry)
    return () => this.#listeners.delete(entry)
  }

  async close(): Promise<void> {
    this.#listeners.clear()
    await this.#turn
    await this.#file?.close()
  }

  async #hold({ term, from, oldest, durable, after, records }: Feed): Promise<number> {
    if ((await this.seen()) > term) throw LOG_ERRORS['log.fenced']({ term })
    const file = await this.#fileOf(term)
    // Left from an earlier outage: the store has all of it.
    if (file.end !== undefined && from >= file.end && after > file.end) await file.clear()
    const end = file.end ?? Math.max(oldest, Math.min(from, this.#options.position()))
    if (after > end) return end
    const known = file.end === undefined ? 0 : end - after
    const fresh = records.slice(known)
    if (fresh.length > 0) await file.append({ term, after: after + known, records: fresh })
    this.#let(Math.min(durable, file.end ?? 0))
    return file.end ?? end
  }

  #let(durable: number): void {
    if (durable <= this.#durable) return
    this.#durable = durable
    for (const listener of [...this.#listeners]) listener()
  }

  async #fileOf(term: number): Promise<SpoolFile> {
    const { folder, process, bytesMax } = this.#options
    if (this.#file && this.#term === term) return this.#file
    const name = spoolName(term, process)
    // The name stands on the disk before anything is kept: from then on nothing of an older term is.
    const file = await SpoolFile.open(folder, name, bytesMax)
    await this.#file?.close()
    this.#file = file
    this.#term = term
    this.#durable = 0
    for (const older of await this.#files()) {
      if (older.name === spoolName(older.term, process) && older.term < term) await folder.remove(older.name)
    }
    return file
  }

  async #leftBehind(): Promise<boolean> {
    for (const { name } of await this.#files()) {
      const file = await this.#options.folder.open(name)
      const { size } = await file.stat().finally(() => file.close())
      if (size > 0) return true
    }
    return false
  }

  async #files(): Promise<readonly { readonly term: number; readonly name: string }[]> {
    return spoolNamed(await this.#options.folder.list())
  }
}

import { type Clock, isTandemError, type Logger, type Millis, type Timer } from '#base'
import type { MemberRow, Members } from './port.ts'

/** How often the list is read without being woken: a pulse that stops is seen this much later. */
const READ_MS = 2_000

/** Reads in which a member's pulse stands still until it counts as silent: three beats lost, and some. */
const STILL_READS_MAX = 4

/** A member as this process knows it. */
export interface KnownMember extends MemberRow {
  /** Its pulse has not moved for some seconds in which the list could be read. A store that is away makes nobody silent. */
  readonly silent: boolean
}

/** What the list is made of. */
export interface MemberListOptions {
  readonly members: Members
  readonly clock: Clock
  readonly logger: Logger
}

/**
 * This process's own copy of the members, kept up to date. While the store is away it stays as it is. A member that falls
 * silent stays in it: only a withdrawal removes one.
 */
export class MemberList {
  readonly #options: MemberListOptions
  readonly #listeners = new Set<() => void>()
  #known: readonly KnownMember[] = []
  /** Reads since the pulse of a name last moved. */
  #still = new Map<string, { beat: number; reads: number }>()
  #unwatch: () => void = () => {}
  #timer: Timer | undefined
  #reading: Promise<void> | undefined
  #again = false
  #away = false
  #closed = false

  constructor(options: MemberListOptions) {
    this.#options = options
  }

  /** Reads the list for the first time and goes on; a store that is away is tried again. */
  async open(): Promise<void> {
    this.#unwatch = this.#options.members.watch(() => this.#wake())
    await this.#read(false)
    this.#rest()
  }

  all(): readonly KnownMember[] {
    return this.#known
  }

  /** Calls after a member came, changed, went, fell silent or spoke again. */
  onChanged(listener: () => void): () => void {
    const entry = (): void => listener()
    this.#listeners.add(entry)
    return () => this.#listeners.delete(entry)
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#unwatch()
    this.#timer?.stop()
    this.#listeners.clear()
    await this.#reading
  }

  #wake(): void {
    if (this.#closed) return
    this.#again = true
    this.#reading ??= this.#readOut().finally(() => {
      this.#reading = undefined
      this.#rest()
    })
  }

  async #readOut(): Promise<void> {
    this.#timer?.stop()
    while (this.#again && !this.#closed) {
      this.#again = false
      // Woken by a change, which says nothing of the others' pulses.
      await this.#read(false)
    }
  }

  #rest(): void {
    if (this.#closed || this.#reading) return
    this.#timer?.stop()
    this.#timer = this.#options.clock.after(READ_MS, () => {
      this.#reading ??= this.#read(true).finally(() => {
        this.#reading = undefined
        if (this.#again) this.#wake()
        else this.#rest()
      })
    })
  }

  async #read(counts: boolean): Promise<void> {
    const { members, logger } = this.#options
    try {
      this.#take(await members.list(), counts)
      if (this.#away) logger.info({}, 'the list of members can be read again')
      this.#away = false
    } catch (error) {
      if (!isTandemError(error)) throw error
      if (!this.#away) logger.warn({ problem: error.message }, 'the list of members stays as it was')
      this.#away = true
      // Beats were lost while the store was away: whoever speaks now has all of the time again.
      this.#still = new Map()
    }
  }

  #take(rows: readonly MemberRow[], counts: boolean): void {
    const still = new Map<string, { beat: number; reads: number }>()
    const known = rows.map((row) => {
      const before = this.#still.get(row.name)
      const reads = before?.beat === row.beat ? before.reads + (counts ? 1 : 0) : 0
      still.set(row.name, { beat: row.beat, reads })
      return { ...row, silent: reads >= STILL_READS_MAX }
    })
    this.#still = still
    const changed = describe(known) !== describe(this.#known)
    this.#known = known
    if (changed && !this.#closed) for (const listener of [...this.#listeners]) listener()
  }
}

/** All that a listener is told of: everything but the pulse itself. */
function describe(members: readonly KnownMember[]): string {
  return JSON.stringify(members.map(({ beat: _, ...rest }) => rest))
}

/** How long a member must have been silent until its row may be removed: a machine that is repaired over night finds itself again. */
export const SILENT_MS_MAX: Millis = 24 * 3600 * 1000

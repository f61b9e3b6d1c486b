import type { Clock, Millis } from '#base'
import type { Lease, LeaseState } from './port.ts'

/** The lease in memory: for tests and simulation. It is the memory log's guard of terms too. */
export class MemoryLease implements Lease {
  readonly #clock: Clock
  #holder: string | undefined
  #term = 0
  #expiresAt: Millis = 0
  #opened = 0
  #known: readonly string[] | undefined
  #knownVersion = 0
  readonly #watchers = new Set<() => void>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Whether the term may write: it is the newest and was not given up. */
  holds(term: number): boolean {
    return this.#holder !== undefined && term === this.#term
  }

  async acquire(holder: string, ttlMs: Millis, core?: string): Promise<{ readonly term: number } | undefined> {
    const held = this.#holder !== undefined && this.#holder !== holder && this.#expiresAt > this.#clock.now()
    if (held || (core !== undefined && this.#known && !this.#known.includes(core))) return undefined
    this.#holder = holder
    this.#term++
    this.#expiresAt = this.#clock.now() + ttlMs
    this.#wake()
    return { term: this.#term }
  }

  async opened(): Promise<number> {
    return this.#opened
  }

  async open(term: number, core?: string): Promise<readonly string[] | undefined> {
    if (!this.holds(term)) return undefined
    this.#opened = term
    this.#knownVersion = 0
    this.#known = core === undefined ? undefined : [...new Set([...(this.#known ?? []), core])]
    return this.#known ?? []
  }

  async know(term: number, version: number, cores: readonly string[] | undefined): Promise<boolean> {
    if (!this.holds(term) || this.#opened !== term || version <= this.#knownVersion) return false
    this.#known = cores
    this.#knownVersion = version
    return true
  }

  async renew(term: number, ttlMs: Millis): Promise<boolean> {
    if (!this.holds(term)) return false
    this.#expiresAt = this.#clock.now() + ttlMs
    return true
  }

  async release(term: number): Promise<boolean> {
    if (!this.holds(term)) return false
    this.#holder = undefined
    this.#wake()
    return true
  }

  async handBack(holder: string): Promise<boolean> {
    return this.#holder === holder ? this.release(this.#term) : false
  }

  async handOver(term: number, to: string, ttlMs: Millis): Promise<boolean> {
    if (!this.holds(term)) return false
    this.#holder = to
    // Nobody has this term: the new holder's begins with its own acquisition.
    this.#term++
    this.#expiresAt = this.#clock.now() + ttlMs
    this.#wake()
    return true
  }

  async current(): Promise<LeaseState | undefined> {
    if (this.#holder === undefined) return undefined
    const msLeft = this.#expiresAt - this.#clock.now()
    return { holder: this.#holder, term: this.#term, msLeft, ...(this.#known && { known: this.#known }) }
  }

  watch(wake: () => void): () => void {
    const entry = (): void => wake()
    this.#watchers.add(entry)
    return () => this.#watchers.delete(entry)
  }

  async close(): Promise<void> {
    this.#watchers.clear()
  }

  #wake(): void {
    for (const wake of this.#watchers) queueMicrotask(wake)
  }
}

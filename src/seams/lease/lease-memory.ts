import type { Clock, Millis } from '#base'
import type { Lease, LeaseState } from './port.ts'

/** The lease in memory: for tests and simulation. It is the memory log's guard of terms too. */
export class MemoryLease implements Lease {
  readonly #clock: Clock
  #holder: string | undefined
  #term = 0
  #expiresAt: Millis = 0
  readonly #watchers = new Set<() => void>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Whether the term may write: it is the newest and was not given up. */
  holds(term: number): boolean {
    return this.#holder !== undefined && term === this.#term
  }

  async acquire(holder: string, ttlMs: Millis): Promise<{ readonly term: number } | undefined> {
    const held = this.#holder !== undefined && this.#holder !== holder && this.#expiresAt > this.#clock.now()
    if (held) return undefined
    this.#holder = holder
    this.#term++
    this.#expiresAt = this.#clock.now() + ttlMs
    this.#wake()
    return { term: this.#term }
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
    return { holder: this.#holder, term: this.#term, msLeft: this.#expiresAt - this.#clock.now() }
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

import { createHash } from 'node:crypto'
import { type Clock, type Logger, type Millis, setNewest } from '#base'
import type { Registers } from '#seams/registers'

/** How often a core that could not read what failed elsewhere asks again. */
const RETRY_MS = 5_000

/** A few megabytes; when it is full, what failed longest ago is forgotten. */
const ENTRIES_MAX = 20_000

/** Of so many keys each core tells the others: whoever guesses by the hundred thousand shall not fill the registers, which others need as well. */
const TOLD_MAX = 5_000

/** What failed: how often in a row, over all cores, and when last. */
export interface Failures {
  readonly failures: number
  readonly lastAt: Millis
}

export interface PoolFailuresOptions {
  readonly clock: Clock
  /** What tells the other cores; without it each core counts for itself. */
  readonly shared?: { readonly registers: Registers; readonly logger: Logger; readonly core: string } | undefined
  /** What the registers begin with. */
  readonly prefix: string
}

/**
 * Counts what failed, by key, over all cores of the pool. Each core writes a register of its own, so that none overwrites what another one
 * counts at the same moment; the sum is what counts. While the registers are away each core knows its own and what it had heard.
 */
export class PoolFailures {
  readonly #options: PoolFailuresOptions
  /** By key, what each core has counted; the key that failed last is the last. */
  readonly #counts = new Map<string, Map<string, Failures>>()
  readonly #own: string
  /** The keys of our registers, the oldest first. */
  readonly #told = new Set<string>()
  readonly #stop: () => void
  #said = false
  #closed = false

  constructor(options: PoolFailuresOptions) {
    this.#options = options
    this.#own = options.shared?.core ?? ''
    const { shared, prefix } = options
    this.#stop = shared?.registers.watch(prefix, ({ key, value }) => this.#note(key, value)) ?? (() => {})
    if (shared) void this.#read(shared.registers)
  }

  /** What failed under this key within that time. */
  of(name: string, withinMs: Millis): Failures | undefined {
    const key = keyOf(name)
    const counts = this.#counts.get(key)
    if (!counts) return undefined
    const lastAt = Math.max(...[...counts.values()].map((one) => one.lastAt))
    if (lastAt + withinMs <= this.#options.clock.now()) {
      this.#counts.delete(key)
      return undefined
    }
    return { failures: [...counts.values()].reduce((sum, one) => sum + one.failures, 0), lastAt }
  }

  /** One more; it counts for that time. Returns all of them. */
  add(name: string, withinMs: Millis): Failures {
    const key = keyOf(name)
    const before = this.of(name, withinMs) && this.#counts.get(key)?.get(this.#own)
    const own = { failures: (before?.failures ?? 0) + 1, lastAt: this.#options.clock.now() }
    this.#put(key, this.#own, own)
    this.#tell((registers) => registers.set(this.#register(key, this.#own), JSON.stringify(own), withinMs))
    this.#told.delete(key)
    this.#told.add(key)
    if (this.#told.size > TOLD_MAX) this.#untell(this.#told.keys().next().value!, this.#own)
    return this.of(name, withinMs) ?? own
  }

  /** It went well: nothing counts any more, on any core. */
  forget(name: string): void {
    const key = keyOf(name)
    const cores = this.#counts.get(key)?.keys() ?? []
    this.#counts.delete(key)
    for (const core of cores) this.#untell(key, core)
  }

  /** How many keys are kept; never more than the limit. */
  get size(): number {
    return this.#counts.size
  }

  close(): void {
    this.#closed = true
    this.#stop()
  }

  #put(key: string, core: string, counted: Failures): void {
    const counts = this.#counts.get(key) ?? new Map<string, Failures>()
    counts.set(core, counted)
    setNewest(this.#counts, key, counts, ENTRIES_MAX)
  }

  #untell(key: string, core: string): void {
    if (core === this.#own) this.#told.delete(key)
    this.#tell((registers) => registers.remove(this.#register(key, core)))
  }

  #register(key: string, core: string): string {
    return `${this.#options.prefix}${key}/${core}`
  }

  #tell(tell: (registers: Registers) => Promise<unknown>): void {
    const { shared } = this.#options
    if (!shared) return
    tell(shared.registers).then(
      () => {
        this.#said = false
      },
      (cause: unknown) => {
        // Once is enough: whoever guesses does it by the thousand.
        if (!this.#said)
          shared.logger.warn({ problem: String(cause) }, 'wrong passwords are counted by each core alone')
        this.#said = true
      },
    )
  }

  async #read(registers: Registers): Promise<void> {
    const { prefix, clock } = this.#options
    try {
      for (const [key, value] of await registers.list(prefix)) this.#note(key, value)
    } catch {
      clock.after(RETRY_MS, () => {
        if (!this.#closed) void this.#read(registers)
      })
    }
  }

  #note(register: string, value: string | undefined): void {
    const [key = '', core = ''] = register.slice(this.#options.prefix.length).split('/', 2)
    if (value !== undefined) return this.#put(key, core, JSON.parse(value) as Failures)
    // What we no longer tell of ourselves we still know; what another core took away is forgiven.
    if (core === this.#own && !this.#told.delete(key)) return
    const counts = this.#counts.get(key)
    if (counts?.delete(core) && counts.size === 0) this.#counts.delete(key)
  }
}

/** Names come from outside, of any length and with any letters. */
function keyOf(name: string): string {
  return createHash('sha256').update(name).digest('base64url')
}

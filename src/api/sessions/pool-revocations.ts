import type { Clock, Logger, Millis } from '#base'
import type { Registers } from '#seams/registers'
import { MemoryRevocations, type Revocations } from './tokens.ts'

/** Registers of ended sessions begin so. */
const PREFIX = 'session-over/'

/** How soon a core that could not read who has logged out asks again. */
const RETRY_MS = 5_000

/** Ended sessions of the whole pool: what one core ends, every core refuses. While the registers are away each knows its own. */
export class PoolRevocations implements Revocations {
  readonly #registers: Registers
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #known = new MemoryRevocations()
  readonly #stop: () => void
  #closed = false

  constructor({ registers, clock, logger }: { registers: Registers; clock: Clock; logger: Logger }) {
    this.#registers = registers
    this.#clock = clock
    this.#logger = logger
    this.#stop = registers.watch(PREFIX, ({ key, value }) => this.#note(key, value))
    void this.#read()
  }

  has(id: string): boolean {
    return this.#known.has(id)
  }

  add(id: string, expiresAt: Millis): void {
    this.#known.add(id, expiresAt)
    this.#registers
      .set(PREFIX + id, String(expiresAt), expiresAt - this.#clock.now())
      .catch((cause: unknown) => this.#logger.warn({ problem: String(cause) }, 'a log-out is known to this core alone'))
  }

  close(): void {
    this.#closed = true
    this.#stop()
  }

  /** Those that were ended before this core came. */
  async #read(): Promise<void> {
    try {
      for (const [key, value] of await this.#registers.list(PREFIX)) this.#note(key, value)
    } catch {
      this.#clock.after(RETRY_MS, () => {
        if (!this.#closed) void this.#read()
      })
    }
  }

  /** A register that expires takes nothing back: its token has ended by then. */
  #note(key: string, value: string | undefined): void {
    if (value !== undefined) this.#known.add(key.slice(PREFIX.length), Number(value))
  }
}

import type { Front } from '#api/http'
import type { Clock, Logger, Millis, Timer } from '#base'
import { listenWhenFree } from './listening.ts'

/** How often it is looked whether the address is in the right hands; the other core takes it within a tenth of that. */
const LOOK_MS: Millis = 500

/** What a core's claim to the address of its machine is made of. */
export interface PagesAddressOptions {
  readonly at: { readonly host: string; readonly port: number }
  readonly clock: Clock
  readonly logger: Logger
  /** A door to this core's API; asked for again after one was closed. */
  door(): Front
  /** Whether the other core of this machine would serve better at this moment. */
  isBetterServed(): boolean
}

/**
 * The address of a machine that browsers know. One of its cores has it at a time, whichever comes first; one that is out of touch leaves it to
 * the other while that is the primary.
 */
export class PagesAddress {
  readonly #options: PagesAddressOptions
  readonly #closed = new AbortController()
  #door: Front | undefined
  #held = false
  #looking: Timer | undefined

  constructor(options: PagesAddressOptions) {
    this.#options = options
    this.#look()
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#closed.abort()
    this.#looking?.stop()
    await this.#leave()
  }

  #look(): void {
    const { clock, isBetterServed } = this.#options
    if (isBetterServed()) {
      if (this.#held) void this.#leave()
    } else if (!this.#door) void this.#take()
    this.#looking = clock.after(LOOK_MS, () => this.#look())
  }

  async #take(): Promise<void> {
    const { at, logger, door } = this.#options
    const taken = door()
    this.#door = taken
    await listenWhenFree(taken, at, this.#closed.signal, logger)
    if (this.#closed.signal.aborted) return taken.close()
    this.#held = true
    logger.info({}, 'this core serves the address of this machine')
  }

  async #leave(): Promise<void> {
    const door = this.#door
    if (this.#held) this.#options.logger.warn({}, 'this core leaves the address of this machine')
    this.#door = undefined
    this.#held = false
    await door?.close()
  }
}

import type { Touch } from '#api/realtime'
import type { Clock, Millis } from '#base'

/** A backup looks at the log every second, and is fed twice in one while the database is away: after so long what it knows is old, and no slow answer. */
const OUT_MS: Millis = 6_000

/** What a core's touch with the pool is made of. */
export interface CoreTouchOptions {
  readonly clock: Pick<Clock, 'monotonic'>
  /** When this core, as a backup, last had all that was durable. */
  heardAt(): Millis
}

/**
 * Whether a core knows what is so: a backup while it reads the log or is fed by the primary, the primary while what it decides becomes durable.
 * A primary is never out of touch: what it cannot write it does not do, and an agent in a call needs the page that shows it.
 */
export class CoreTouch implements Touch {
  readonly #options: CoreTouchOptions
  #canWrite: (() => boolean) | undefined
  #wroteAt: Millis = Number.NEGATIVE_INFINITY

  constructor(options: CoreTouchOptions) {
    this.#options = options
  }

  /** From now on this core is primary. */
  lead(canWrite: () => boolean): void {
    this.#canWrite = canWrite
  }

  heardAt(): Millis {
    if (!this.#canWrite) return this.#options.heardAt()
    if (this.#canWrite()) this.#wroteAt = this.#options.clock.monotonic()
    return this.#wroteAt
  }

  isOut(): boolean {
    return !this.#canWrite && this.#options.clock.monotonic() - this.#options.heardAt() > OUT_MS
  }
}

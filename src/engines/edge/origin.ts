import type { SipSource } from '#protocols/control'
import type { AnySipMessage } from '#protocols/sip'

/** Where a message for the core came from: the "address" of the transaction layer that faces the core. */
export interface Origin {
  readonly source: SipSource
  /** Who sent it, when that is proved by a registration over the same flow. */
  readonly user?: string
}

/**
 * Remembers where single messages came from, when that differs from their transaction's address: the answer to a request of
 * the core comes from a phone, the request did not.
 */
export class Origins {
  readonly #own: Origin
  readonly #origins = new WeakMap<AnySipMessage, Origin>()

  /** `own` stands for this edge, the origin of what it says itself. */
  constructor(own: SipSource) {
    this.#own = { source: own }
  }

  get own(): Origin {
    return this.#own
  }

  set(message: AnySipMessage, origin: Origin): void {
    this.#origins.set(message, origin)
  }

  of(message: AnySipMessage, otherwise: Origin): Origin {
    return this.#origins.get(message) ?? otherwise
  }
}

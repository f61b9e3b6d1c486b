import { type Clock, type Millis, setNewest } from '#base'

/** Addresses or chats that are counted at once; when it is full the oldest is forgotten. */
const ENTRIES_MAX = 20_000

/** Lets so many through in a time, each key for itself; a bucket that fills up again steadily. */
export class Rate {
  readonly #clock: Clock
  readonly #max: number
  readonly #perMs: number
  readonly #buckets = new Map<string, { tokens: number; at: Millis }>()

  /** At most `max` at once, and as many again in `withinMs`. */
  constructor(clock: Clock, max: number, withinMs: Millis) {
    this.#clock = clock
    this.#max = max
    this.#perMs = max / withinMs
  }

  /** Takes one; otherwise says how many milliseconds to wait. */
  take(key: string): Millis {
    const now = this.#clock.monotonic()
    const before = this.#buckets.get(key)
    const tokens = before ? Math.min(this.#max, before.tokens + (now - before.at) * this.#perMs) : this.#max
    const waitMs = tokens >= 1 ? 0 : Math.ceil((1 - tokens) / this.#perMs)
    setNewest(this.#buckets, key, { tokens: waitMs > 0 ? tokens : tokens - 1, at: now }, ENTRIES_MAX)
    return waitMs
  }
}

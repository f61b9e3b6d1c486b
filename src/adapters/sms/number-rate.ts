import { type Clock, setNewest } from '#base'
import { FLOOD_MAX, FLOOD_WITHIN_MS, NUMBERS_MAX } from './limits.ts'

/** How many texts a number may send: a bucket that fills up again steadily, for each number of its own. */
export class NumberRate {
  readonly #clock: Clock
  readonly #buckets = new Map<string, { tokens: number; at: number }>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Whether one more may come now. */
  takes(number: string): boolean {
    const now = this.#clock.monotonic()
    const before = this.#buckets.get(number)
    const filled = before ? before.tokens + ((now - before.at) * FLOOD_MAX) / FLOOD_WITHIN_MS : FLOOD_MAX
    const tokens = Math.min(FLOOD_MAX, filled)
    const takes = tokens >= 1
    setNewest(this.#buckets, number, { tokens: takes ? tokens - 1 : tokens, at: now }, NUMBERS_MAX)
    return takes
  }
}

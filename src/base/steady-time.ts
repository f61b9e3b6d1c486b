import type { Clock, Millis } from './clock.ts'

/** How much faster or slower than the monotonic clock time may run while it closes in on the wall clock: durations stay right to 1 %. */
const SLEW = 0.01

/**
 * The time that events carry. It starts at the wall clock, never goes back, and runs with the monotonic clock: when somebody
 * sets the machine's clock by an hour, no queue wait and no timer jumps with it. It also never starts before the newest
 * event of the log, so a takeover by a machine whose clock is behind gives no negative duration.
 */
export class SteadyTime {
  readonly #clock: Clock
  #time: number
  #readAt: Millis

  constructor(clock: Clock, notBefore: Millis) {
    this.#clock = clock
    this.#time = Math.max(clock.now(), notBefore)
    this.#readAt = clock.monotonic()
  }

  /** Whole milliseconds since 1970. */
  now(): Millis {
    const readAt = this.#clock.monotonic()
    const passedMs = Math.max(0, readAt - this.#readAt)
    this.#readAt = readAt
    const aheadMs = this.#clock.now() - (this.#time + passedMs)
    const slewMs = Math.min(Math.max(aheadMs, -passedMs * SLEW), passedMs * SLEW)
    this.#time += passedMs + slewMs
    return Math.floor(this.#time)
  }
}

/** A clock whose moments run with monotonic time, for whoever compares moments of this process: nothing expires because somebody set the machine's clock. */
export function steadyClock(clock: Clock): Clock {
  const time = new SteadyTime(clock, 0)
  return {
    now: () => time.now(),
    monotonic: () => clock.monotonic(),
    after: (delayMs, call) => clock.after(delayMs, call),
  }
}

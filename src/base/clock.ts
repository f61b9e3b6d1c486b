import { assert } from './assert.ts'

/** Milliseconds since 1970-01-01 UTC when a moment is meant, or a plain number of milliseconds when a duration is. */
export type Millis = number

/** A timer that was set; stopping it twice, or after it fired, does nothing. */
export interface Timer {
  stop(): void
}

/** The only source of time: passed in, so that tests and simulations move it by hand. */
export interface Clock {
  /** Wall time, for moments that are kept or shown. */
  now(): Millis
  /** A time that never goes back, for durations inside one process. */
  monotonic(): Millis
  /** Calls once after the delay. Delays below zero count as zero; over 24 days they are cut to 24 days. */
  after(delayMs: Millis, call: () => void): Timer
}

/** Node's timers hold a delay in 31 bits; a longer one would fire at once. */
const DELAY_MS_MAX = 2 ** 31 - 1

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delayMs, call) {
    const timer = setTimeout(call, Math.min(Math.max(0, delayMs), DELAY_MS_MAX))
    return { stop: () => clearTimeout(timer) }
  },
}

/** A clock that stands still until it is moved; timers fire in order of their time, then of their setting. */
export class VirtualClock implements Clock {
  #now: Millis
  readonly #start: Millis
  #count = 0
  #timers: { at: Millis; order: number; call: () => void }[] = []

  constructor(start: Millis = Date.UTC(2026, 0, 1)) {
    this.#now = start
    this.#start = start
  }

  now(): Millis {
    return this.#now
  }

  monotonic(): Millis {
    return this.#now - this.#start
  }

  after(delayMs: Millis, call: () => void): Timer {
    const entry = { at: this.#now + Math.max(0, delayMs), order: this.#count++, call }
    this.#timers.push(entry)
    return {
      stop: () => {
        this.#timers = this.#timers.filter((other) => other !== entry)
      },
    }
  }

  /** Moves time forward, firing what falls due on the way, at its own moment. */
  advance(durationMs: Millis): void {
    assert(durationMs >= 0, 'time moves forward only')
    const end = this.#now + durationMs
    for (;;) {
      const next = this.#timers
        .filter((entry) => entry.at <= end)
        .sort((a, b) => a.at - b.at || a.order - b.order)
        .at(0)
      if (!next) break
      this.#timers = this.#timers.filter((other) => other !== next)
      this.#now = next.at
      next.call()
    }
    this.#now = end
  }

  /** How many timers are set: a test that leaves some has left work undone. */
  get pending(): number {
    return this.#timers.length
  }
}

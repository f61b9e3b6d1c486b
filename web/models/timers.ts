import type { Clock } from './clock.ts'

/** The timers of one owner: once it has closed them none calls any more, and none is set. */
export class Timers {
  readonly #clock: Clock
  readonly #stops = new Set<() => void>()
  #closed = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get isClosed(): boolean {
    return this.#closed
  }

  now(): number {
    return this.#clock.now()
  }

  /** Calls once after the delay; returns what stops it. A delay below nothing is none. */
  after(delayMs: number, call: () => void): () => void {
    if (this.#closed) return () => {}
    const stopTimer = this.#clock.after(Math.max(0, delayMs), () => {
      this.#stops.delete(stop)
      call()
    })
    const stop = (): void => {
      this.#stops.delete(stop)
      stopTimer()
    }
    this.#stops.add(stop)
    return stop
  }

  close(): void {
    this.#closed = true
    for (const stop of [...this.#stops]) stop()
  }
}

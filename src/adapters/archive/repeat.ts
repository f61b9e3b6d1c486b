import type { Clock, Millis, Timer } from '#base'

/** Does something again and again, never twice at once, until it is closed. */
export class Repeat {
  readonly #clock: Clock
  readonly #work: () => Promise<Millis>
  #timer: Timer | undefined
  #running: Promise<void> | undefined
  #closed = false

  /** `work` gives the pause until the next time, and never fails. */
  constructor(clock: Clock, work: () => Promise<Millis>) {
    this.#clock = clock
    this.#work = work
  }

  start(delayMs: Millis = 0): void {
    if (this.#closed) return
    this.#timer = this.#clock.after(delayMs, () => {
      this.#running = this.#work().then((pauseMs) => this.start(pauseMs))
    })
  }

  /** Ends after what is under way. */
  async close(): Promise<void> {
    this.#closed = true
    this.#timer?.stop()
    await this.#running
  }
}

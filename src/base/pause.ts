import type { Clock, Millis } from './clock.ts'

/** The waits of one loop, one at a time: each can be cut short, and once it is closed there is none any more. */
export class Pause {
  readonly #clock: Clock
  #end: () => void = () => {}
  #closed = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Returns after this time, or when it is cut short. */
  wait(ms: Millis): Promise<void> {
    if (this.#closed) return Promise.resolve()
    return new Promise((resolve) => {
      this.#end = () => {
        timer.stop()
        this.#end = () => {}
        resolve()
      }
      const timer = this.#clock.after(ms, this.#end)
    })
  }

  /** Ends the wait that is under way; a later one lasts as long as it shall. */
  cut(): void {
    this.#end()
  }

  close(): void {
    this.#closed = true
    this.#end()
  }
}

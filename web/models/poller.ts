import type { Clock } from './clock.ts'
import { Store } from './store.ts'

/** What was read last, and whether reading it again fails at this moment: what was known stays on the page meanwhile. */
export interface Polled<T> {
  readonly value: T | undefined
  readonly failed: boolean
}

/** How a poller reads. */
export interface PollerOptions<T> {
  readonly read: () => Promise<T>
  readonly clock: Clock
  /** From one answer to the next question: a slow server is asked less. */
  readonly everyMs: number
}

/** Reads something again and again, one question at a time, for as long as a page shows it. */
export class Poller<T> extends Store<Polled<T>> {
  readonly #options: PollerOptions<T>
  #stop: () => void = () => {}
  #round = 0
  #closed = false

  constructor(options: PollerOptions<T>) {
    super({ value: undefined, failed: false })
    this.#options = options
    void this.#ask()
  }

  /** Reads at once, as after a change that the reader made; an answer that is under way is thrown away, for it may be older. */
  readonly now = (): void => {
    this.#stop()
    void this.#ask()
  }

  close(): void {
    this.#closed = true
    this.#stop()
  }

  async #ask(): Promise<void> {
    if (this.#closed) return
    const round = ++this.#round
    const polled = await this.#options.read().then(
      (value) => ({ value, failed: false }),
      () => ({ value: this.get().value, failed: true }),
    )
    if (this.#closed || round !== this.#round) return
    this.set(polled)
    this.#stop = this.#options.clock.after(this.#options.everyMs, () => void this.#ask())
  }
}

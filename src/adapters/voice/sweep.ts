import type { Clock, Millis, Timer } from '#base'

/** So long one slice of the work may last: a new call that comes meanwhile waits no longer, and a larger one saves nothing. */
const SLICE_MS: Millis = 4

/** What a sweep is made of. */
export interface SweepOptions {
  readonly clock: Clock
  /** Everything there is to look at, what cannot wait first. */
  all(): Iterable<string>
  visit(id: string): void
}

/**
 * Looks at everything, a slice at a time, so that whoever comes meanwhile is served in between. Begun again while it is under way, it looks
 * at everything once more, and what still waits keeps its place: many reasons at once cost little more than one, and none starves.
 */
export class Sweep {
  readonly #options: SweepOptions
  readonly #waiting = new Set<string>()
  #timer: Timer | undefined
  #closed = false

  constructor(options: SweepOptions) {
    this.#options = options
  }

  /** Whether something still waits to be looked at. */
  get running(): boolean {
    return this.#waiting.size > 0
  }

  /** The first slice is done at once. */
  begin(): void {
    if (this.#closed) return
    for (const id of this.#options.all()) this.#waiting.add(id)
    if (!this.#timer) this.#slice()
  }

  close(): void {
    this.#closed = true
    this.#timer?.stop()
    this.#waiting.clear()
  }

  #slice(): void {
    const { clock, visit } = this.#options
    const until = clock.monotonic() + SLICE_MS
    for (const id of this.#waiting) {
      this.#waiting.delete(id)
      visit(id)
      if (clock.monotonic() >= until) break
    }
    this.#timer = undefined
    if (this.#waiting.size === 0) return
    this.#timer = clock.after(0, () => {
      this.#timer = undefined
      this.#slice()
    })
  }
}

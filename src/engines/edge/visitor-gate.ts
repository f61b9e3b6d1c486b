import type { Clock } from '#base'

const MINUTE_MS = 60_000

/** Lets so many calls of visitors begin in a minute; what is saved up of a quiet minute may come at once. */
export class VisitorGate {
  readonly #clock: Clock
  readonly #perMinute: number
  #left: number
  #at: number

  /** With 0 no visitor may call. */
  constructor(clock: Clock, perMinute: number) {
    this.#clock = clock
    this.#perMinute = perMinute
    this.#left = perMinute
    this.#at = clock.monotonic()
  }

  /** Whether visitors may call at all. */
  get isOpen(): boolean {
    return this.#perMinute > 0
  }

  /** Whether one more may begin now. */
  admits(): boolean {
    const now = this.#clock.monotonic()
    this.#left = Math.min(this.#perMinute, this.#left + ((now - this.#at) / MINUTE_MS) * this.#perMinute)
    this.#at = now
    if (this.#left < 1) return false
    this.#left--
    return true
  }
}

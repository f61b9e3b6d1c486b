import type { Clock } from '#base'

interface Entry<V> {
  readonly value: V
  readonly until: number
}

/** A table that forgets: each entry after its time, and the oldest one when it is full. */
export class ExpiringMap<V> {
  readonly #clock: Clock
  readonly #entriesMax: number
  readonly #entries = new Map<string, Entry<V>>()

  constructor(clock: Clock, entriesMax: number) {
    this.#clock = clock
    this.#entriesMax = entriesMax
  }

  get size(): number {
    return this.#entries.size
  }

  get(key: string): V | undefined {
    const entry = this.#entries.get(key)
    if (!entry) return undefined
    if (entry.until > this.#clock.monotonic()) return entry.value
    this.#entries.delete(key)
    return undefined
  }

  set(key: string, value: V, durationMs: number): void {
    this.#entries.delete(key)
    if (this.#entries.size >= this.#entriesMax) {
      const oldest = this.#entries.keys().next()
      if (!oldest.done) this.#entries.delete(oldest.value)
    }
    this.#entries.set(key, { value, until: this.#clock.monotonic() + durationMs })
  }

  delete(key: string): void {
    this.#entries.delete(key)
  }

  /** All that is not over yet, oldest first. */
  values(): V[] {
    const now = this.#clock.monotonic()
    return [...this.#entries.values()].filter((entry) => entry.until > now).map((entry) => entry.value)
  }
}

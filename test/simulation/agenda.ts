import { OrderedSet } from '#kernel/queue'

interface Entry {
  readonly at: number
  readonly number: number
  readonly act: () => void
}

/** What will happen outside of the centre, in order of time, then of planning. */
export class Agenda {
  now: number
  #count = 0
  readonly #entries = new OrderedSet<Entry>((a, b) => a.at - b.at || a.number - b.number)

  constructor(now: number) {
    this.now = now
  }

  after(delayMs: number, act: () => void): void {
    // The log's moments are whole milliseconds.
    this.#entries.add({ at: this.now + Math.round(delayMs), number: this.#count++, act })
  }

  /** When something happens next. */
  get next(): number | undefined {
    return this.#entries.first()?.at
  }

  /** Lets the first thing happen. */
  step(): void {
    const first = this.#entries.first()
    if (!first) return
    this.#entries.delete(first)
    this.now = Math.max(this.now, first.at)
    first.act()
  }

  get size(): number {
    return this.#entries.size
  }
}

import type { Millis } from '#base'

/** What falls due: something of an interaction, of an agent (by user) or of a recording that is not sealed. */
export interface Deadline {
  readonly at: Millis
  readonly kind: 'interaction' | 'agent' | 'recording'
  readonly key: string
}

/** Stale entries kept beyond twice the live ones before the heap is made anew. */
const SPARE = 1_024

/**
 * What falls due when, soonest first: a heap whose stale entries are dropped when they come to the top. An entry is live while
 * `current` still names its moment.
 */
export class Deadlines {
  readonly #current: (deadline: Deadline) => Millis | undefined
  #heap: Deadline[] = []
  #live = 0

  constructor(current: (deadline: Deadline) => Millis | undefined) {
    this.#current = current
  }

  /** Notes that the moment of something changed. */
  change(kind: Deadline['kind'], key: string, before: Millis | undefined, after: Millis | undefined): void {
    if (before === after) return
    this.#live += (after === undefined ? 0 : 1) - (before === undefined ? 0 : 1)
    if (after === undefined) return
    this.#push({ at: after, kind, key })
    if (this.#heap.length > this.#live * 2 + SPARE) this.#rebuild()
  }

  /** The soonest moment; undefined while nothing will fall due. */
  next(): Millis | undefined {
    for (let top = this.#heap[0]; top; top = this.#heap[0]) {
      if (this.#isLive(top)) return top.at
      this.#pop()
    }
    return undefined
  }

  /** What is due at the moment, soonest first, at most so many. Changes nothing. */
  due(now: Millis, most: number): readonly Deadline[] {
    const found: Deadline[] = []
    const seen = new Set<string>()
    const open = [0]
    for (let index = open.pop(); index !== undefined; index = open.pop()) {
      const entry = this.#heap[index]
      if (!entry || entry.at > now) continue
      open.push(index * 2 + 1, index * 2 + 2)
      if (this.#isLive(entry) && !seen.has(entry.kind + entry.key)) {
        seen.add(entry.kind + entry.key)
        found.push(entry)
      }
    }
    return found.sort((a, b) => a.at - b.at || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).slice(0, most)
  }

  #isLive(entry: Deadline): boolean {
    return this.#current(entry) === entry.at
  }

  #push(entry: Deadline): void {
    const heap = this.#heap
    let index = heap.length
    heap.push(entry)
    while (index > 0) {
      const parent = (index - 1) >>> 1
      if (heap[parent]!.at <= entry.at) break
      heap[index] = heap[parent]!
      index = parent
    }
    heap[index] = entry
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (!last || heap.length === 0) return
    let index = 0
    for (;;) {
      let child = index * 2 + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && heap[child + 1]!.at < heap[child]!.at) child++
      if (heap[child]!.at >= last.at) break
      heap[index] = heap[child]!
      index = child
    }
    heap[index] = last
  }

  #rebuild(): void {
    const seen = new Set<string>()
    const entries = this.#heap.filter((entry) => {
      const name = entry.kind + entry.key
      if (!this.#isLive(entry) || seen.has(name)) return false
      seen.add(name)
      return true
    })
    // Sorted by time is a heap.
    this.#heap = entries.sort((a, b) => a.at - b.at)
  }
}

import type { Millis } from '#base'

interface Entry {
  readonly at: Millis
  readonly number: number
  readonly act: () => void
}

/** What people outside will do, in order of time, then of planning: a heap. */
export class Agenda {
  readonly #heap: Entry[] = []
  #count = 0

  /** When something happens next. */
  next(): Millis | undefined {
    return this.#heap[0]?.at
  }

  plan(at: Millis, act: () => void): void {
    const heap = this.#heap
    const entry = { at, number: this.#count++, act }
    let index = heap.length
    heap.push(entry)
    while (index > 0) {
      const parent = (index - 1) >>> 1
      if (!isBefore(entry, heap[parent]!)) break
      heap[index] = heap[parent]!
      index = parent
    }
    heap[index] = entry
  }

  /** Takes the first entry out. */
  take(): Entry | undefined {
    const heap = this.#heap
    const first = heap[0]
    const last = heap.pop()
    if (!first || !last || heap.length === 0) return first
    let index = 0
    for (;;) {
      let child = index * 2 + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++
      if (!isBefore(heap[child]!, last)) break
      heap[index] = heap[child]!
      index = child
    }
    heap[index] = last
    return first
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.number < b.number)
}

import type { Millis } from '#base'
import { INTERVAL_MS, intervalStart } from './interval.ts'
import { addSum, addSums, type Sum, type Sums } from './sums.ts'

/** A day of 25 hours, and one hour for whoever looks at it after midnight: older intervals are the journal's rows alone. */
const KEPT_MS = 26 * 3_600_000

/** Reasons that people type could be without end; from then on the measure counts on without parts. */
const KEYS_MAX = 200

/** Figures of one kind of object by interval, in memory and bounded: beyond `entriesMax` objects × intervals the oldest intervals go. */
export class KeptOfKind {
  readonly #entriesMax: number
  /** By the interval's beginning, oldest first; then by the object's name. */
  #intervals = new Map<Millis, Map<string, Map<string, Sum>>>()
  /** Intervals as a snapshot has them, as long as nothing is added: all but the running one, as a rule, are written once. */
  readonly #texts = new Map<Millis, string>()
  #entries = 0
  #newest = Number.NEGATIVE_INFINITY
  /** Nothing that began earlier is kept. */
  #from = Number.NEGATIVE_INFINITY

  constructor(entriesMax: number) {
    this.#entriesMax = entriesMax
  }

  /** From which moment on everything is there. */
  get from(): Millis {
    return this.#from
  }

  /** How many objects × intervals there are. */
  get size(): number {
    return this.#entries
  }

  /** Adds to one object's measure in an interval; what belongs to one that is kept no more is not added. */
  add(name: string, startAt: Millis, measure: string, sum: Sum): void {
    const sums = this.#sumsOf(startAt, name)
    if (!sums) return
    this.#texts.delete(startAt)
    const known = sums.get(measure)
    if (known || sums.size < KEYS_MAX) sums.set(measure, addSum(known, sum))
  }

  /** The sums of one object over the intervals that begin from `from` (included) to `to` (not included). */
  sum(name: string, from: Millis, to: Millis): Sums {
    const sums = new Map<string, Sum>()
    for (const [startAt, objects] of this.#intervals) {
      const own = startAt >= from && startAt < to ? objects.get(name) : undefined
      if (own) addSums(sums, own)
    }
    return sums
  }

  /** Everything that is kept. */
  *entries(): Iterable<{ readonly startAt: Millis; readonly name: string; readonly sums: Sums }> {
    for (const [startAt, objects] of this.#intervals) for (const [name, sums] of objects) yield { startAt, name, sums }
  }

  dump(): KeptDump {
    const intervals = [...this.#intervals].map(
      ([startAt, objects]) => [startAt, this.#textOf(startAt, objects)] as const,
    )
    return { from: Number.isFinite(this.#from) ? this.#from : null, intervals }
  }

  #textOf(startAt: Millis, objects: ReadonlyMap<string, Sums>): string {
    let text = this.#texts.get(startAt)
    if (text === undefined) {
      text = JSON.stringify([...objects].map(([name, sums]) => [name, dumpSums(sums)]))
      this.#texts.set(startAt, text)
    }
    return text
  }

  /** Puts what a dump holds in the place of what is there. */
  restore({ from, intervals }: KeptDump): void {
    this.#intervals = new Map()
    this.#entries = 0
    this.#from = from ?? Number.NEGATIVE_INFINITY
    this.#texts.clear()
    for (const [startAt, text] of intervals) {
      const objects = JSON.parse(text) as readonly (readonly [string, DumpedSums])[]
      this.#intervals.set(startAt, new Map(objects.map(([name, sums]) => [name, restoreSums(sums)])))
      this.#texts.set(startAt, text)
      this.#entries += objects.length
      this.#newest = Math.max(this.#newest, startAt)
    }
  }

  #sumsOf(startAt: Millis, name: string): Map<string, Sum> | undefined {
    const objects = this.#intervals.get(startAt) ?? this.#begin(startAt)
    let sums = objects?.get(name)
    if (objects && !sums) {
      objects.set(name, (sums = new Map()))
      this.#entries++
      if (this.#entries > this.#entriesMax) this.#forget(startAt)
    }
    return sums
  }

  #begin(startAt: Millis): Map<string, Map<string, Sum>> | undefined {
    if (startAt < this.#from) return undefined
    const objects = new Map<string, Map<string, Sum>>()
    this.#intervals.set(startAt, objects)
    if (startAt < this.#newest) this.#intervals = new Map([...this.#intervals].sort(([a], [b]) => a - b))
    else {
      this.#newest = startAt
      this.#forgetBefore(intervalStart(startAt - KEPT_MS))
    }
    return objects
  }

  /** Makes room by the oldest interval; the one that is being written stays. */
  #forget(writing: Millis): void {
    const oldest = this.#intervals.keys().next().value
    if (oldest !== undefined && oldest !== writing) this.#forgetBefore(oldest + INTERVAL_MS)
  }

  #forgetBefore(from: Millis): void {
    if (from <= this.#from) return
    this.#from = from
    for (const [startAt, objects] of this.#intervals) {
      if (startAt >= from) break
      this.#entries -= objects.size
      this.#intervals.delete(startAt)
      this.#texts.delete(startAt)
    }
  }
}

/** Kept intervals as a snapshot has them: each is a text of its own, `[[name, {measure: [count, ms, longest]}]]`. */
export interface KeptDump {
  readonly from: Millis | null
  readonly intervals: readonly (readonly [startAt: Millis, text: string])[]
}

type DumpedSums = Readonly<Record<string, readonly [number, Millis, Millis]>>

function dumpSums(sums: Sums): DumpedSums {
  return Object.fromEntries([...sums].map(([key, { count, ms, longestMs }]) => [key, [count, ms, longestMs] as const]))
}

function restoreSums(dumped: DumpedSums): Map<string, Sum> {
  return new Map(Object.entries(dumped).map(([key, [count, ms, longestMs]]) => [key, { count, ms, longestMs }]))
}

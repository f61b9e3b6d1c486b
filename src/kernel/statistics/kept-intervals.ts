import type { Millis } from '#base'
import { type Fact, objectsOf } from './fact.ts'
import { INTERVAL_MS, intervalStart } from './interval.ts'
import type { ObjectKind } from './measure.ts'
import { addSum, addSums, partsOf, type Sum, type Sums, sumKey } from './sums.ts'

/** A day of 25 hours, and one hour for whoever looks at it after midnight: older intervals are the journal's rows alone. */
const KEPT_MS = 26 * 3_600_000

/**
 * Objects times intervals kept in memory; beyond it the oldest intervals go. 200 agents and 40 queues, skills and lines fill a
 * day with 24,960; 5,000 agents at work fill some five hours. Each takes about a kilobyte, and 150 characters of a snapshot.
 */
const ENTRIES_MAX = 25_000

/** Reasons that people type could be without end; from then on the measure counts on without parts. */
const KEYS_MAX = 200

/** Figures by interval and object, in memory and bounded: the live side of the fold. */
export class KeptIntervals {
  readonly #entriesMax: number
  /** By the interval's beginning, oldest first; then by `<kind> <name>`. */
  #intervals = new Map<Millis, Map<string, Map<string, Sum>>>()
  #entries = 0
  #newest = Number.NEGATIVE_INFINITY
  /** Nothing that began earlier is kept. */
  #from = Number.NEGATIVE_INFINITY

  constructor(entriesMax = ENTRIES_MAX) {
    this.#entriesMax = entriesMax
  }

  /** From which moment on everything is there. */
  get from(): Millis {
    return this.#from
  }

  /** How many objects times intervals there are. */
  get size(): number {
    return this.#entries
  }

  /** Adds a fact to every object that it counts for. */
  add(fact: Fact): void {
    const objects = objectsOf(fact)
    if (objects.length === 0) return
    for (const { startAt, sum } of partsOf(fact, this.#from)) {
      for (const [kind, name] of objects) {
        const sums = this.#sumsOf(startAt, `${kind} ${name}`)
        if (!sums) continue
        put(sums, fact.measure, sum)
        if (fact.detail !== undefined) put(sums, sumKey(fact.measure, fact.detail), sum)
      }
    }
  }

  /** The sums of one object over the intervals that begin from `from` (included) to `to` (not included). */
  sum(kind: ObjectKind, name: string, from: Millis, to = Number.POSITIVE_INFINITY): Sums {
    const sums = new Map<string, Sum>()
    const key = `${kind} ${name}`
    for (const [startAt, objects] of this.#intervals) {
      const own = startAt >= from && startAt < to ? objects.get(key) : undefined
      if (own) addSums(sums, own)
    }
    return sums
  }

  /** Everything that is kept, for tests and tools. */
  *entries(): Iterable<{
    readonly startAt: Millis
    readonly kind: ObjectKind
    readonly name: string
    readonly sums: Sums
  }> {
    for (const [startAt, objects] of this.#intervals) {
      for (const [key, sums] of objects) {
        const at = key.indexOf(' ')
        yield { startAt, kind: key.slice(0, at) as ObjectKind, name: key.slice(at + 1), sums }
      }
    }
  }

  dump(): KeptDump {
    const intervals = [...this.#intervals].map(
      ([startAt, objects]) => [startAt, [...objects].map(([key, sums]) => [key, dumpSums(sums)] as const)] as const,
    )
    return { from: Number.isFinite(this.#from) ? this.#from : null, intervals }
  }

  /** Puts what a dump holds in the place of what is there. */
  restore({ from, intervals }: KeptDump): void {
    this.#intervals = new Map()
    this.#entries = 0
    this.#from = from ?? Number.NEGATIVE_INFINITY
    for (const [startAt, objects] of intervals) {
      this.#intervals.set(startAt, new Map(objects.map(([key, sums]) => [key, restoreSums(sums)])))
      this.#entries += objects.length
      this.#newest = Math.max(this.#newest, startAt)
    }
  }

  #sumsOf(startAt: Millis, key: string): Map<string, Sum> | undefined {
    const objects = this.#intervals.get(startAt) ?? this.#begin(startAt)
    let sums = objects?.get(key)
    if (objects && !sums) {
      objects.set(key, (sums = new Map()))
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
    }
  }
}

/** Kept intervals as a snapshot has them: `[start, [[object, {measure: [count, ms, longest]}]]]`. */
export interface KeptDump {
  readonly from: Millis | null
  readonly intervals: readonly (readonly [Millis, readonly (readonly [string, DumpedSums])[]])[]
}

type DumpedSums = Readonly<Record<string, readonly [number, Millis, Millis]>>

function dumpSums(sums: Sums): DumpedSums {
  return Object.fromEntries([...sums].map(([key, { count, ms, longestMs }]) => [key, [count, ms, longestMs] as const]))
}

function restoreSums(dumped: DumpedSums): Map<string, Sum> {
  return new Map(Object.entries(dumped).map(([key, [count, ms, longestMs]]) => [key, { count, ms, longestMs }]))
}

function put(sums: Map<string, Sum>, key: string, sum: Sum): void {
  const known = sums.get(key)
  if (known || sums.size < KEYS_MAX) sums.set(key, addSum(known, sum))
}

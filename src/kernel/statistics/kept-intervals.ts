import type { Millis } from '#base'
import { type Fact, objectsOf } from './fact.ts'
import { type KeptDump, KeptOfKind } from './kept-of-kind.ts'
import { OBJECT_KINDS, type ObjectKind } from './measure.ts'
import { partsOf, type Sums, sumKey } from './sums.ts'

/**
 * Objects × intervals kept in memory, by kind, so that many agents never push a queue's day out. 96 queues have a whole day and
 * more; 5,000 agents at work have half an hour. Each entry takes about a kilobyte, and 100 characters of a snapshot.
 */
const ENTRIES_MAX: Readonly<Record<ObjectKind, number>> = { queue: 10_000, skill: 5_000, line: 5_000, agent: 10_000 }

/** What a snapshot has of all kinds. */
export type KeptDumps = Readonly<Record<ObjectKind, KeptDump>>

/** Figures by interval and object, in memory and bounded: the live side of the fold. */
export class KeptIntervals {
  readonly #kinds: Readonly<Record<ObjectKind, KeptOfKind>>

  constructor(entriesMax = ENTRIES_MAX) {
    this.#kinds = byKind((kind) => new KeptOfKind(entriesMax[kind]))
  }

  /** From which moment on everything of the kind is there. */
  from(kind: ObjectKind): Millis {
    return this.#kinds[kind].from
  }

  /** How many objects × intervals there are. */
  get size(): number {
    return OBJECT_KINDS.reduce((sum, kind) => sum + this.#kinds[kind].size, 0)
  }

  /** Adds a fact to every object that it counts for. */
  add(fact: Fact): void {
    for (const [kind, name] of objectsOf(fact)) {
      const kept = this.#kinds[kind]
      for (const { startAt, sum } of partsOf(fact, kept.from)) {
        kept.add(name, startAt, fact.measure, sum)
        if (fact.detail !== undefined) kept.add(name, startAt, sumKey(fact.measure, fact.detail), sum)
      }
    }
  }

  /** The sums of one object over the intervals that begin from `from` (included) to `to` (not included). */
  sum(kind: ObjectKind, name: string, from: Millis, to = Number.POSITIVE_INFINITY): Sums {
    return this.#kinds[kind].sum(name, from, to)
  }

  /** Everything that is kept, for tests and tools. */
  *entries(): Iterable<{
    readonly kind: ObjectKind
    readonly startAt: Millis
    readonly name: string
    readonly sums: Sums
  }> {
    for (const kind of OBJECT_KINDS) for (const entry of this.#kinds[kind].entries()) yield { kind, ...entry }
  }

  dump(): KeptDumps {
    return byKind((kind) => this.#kinds[kind].dump())
  }

  /** Puts what a dump holds in the place of what is there. */
  restore(dumps: KeptDumps | undefined): void {
    for (const kind of OBJECT_KINDS) this.#kinds[kind].restore(dumps?.[kind] ?? { from: null, intervals: [] })
  }
}

function byKind<T>(make: (kind: ObjectKind) => T): Record<ObjectKind, T> {
  return { queue: make('queue'), skill: make('skill'), line: make('line'), agent: make('agent') }
}

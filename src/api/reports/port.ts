import type { Millis } from '#base'
import type { Fact, ObjectKind, Sums, Term } from '#kernel/statistics'

/** Sums of one object from one bound to the next. */
export interface ObjectSums {
  readonly name: string
  readonly startAt: Millis
  readonly sums: Sums
}

/** A fact with its place in history; null for one that still goes on. */
export interface PlacedFact {
  readonly place: { readonly sequence: number; readonly ordinal: number } | null
  readonly fact: Fact
}

/** What a queue aimed at from a moment on. */
export interface QueueAim {
  readonly queue: string
  readonly since: Millis
  readonly definition: string
  readonly percent: number
  readonly withinMs: Millis
  readonly shortAbandonMs: Millis
}

/** What reports read of history; the journal's readers serve it. */
export interface FigureHistory {
  /** Sums of the objects of a kind, or of one, from each bound to the next; what runs now is in them. */
  figureIntervals(span: {
    readonly kind: ObjectKind
    readonly name?: string | undefined
    readonly bounds: readonly Millis[]
  }): Promise<readonly ObjectSums[]>
  /** A page of the facts of one object that have one of the terms, in the order of the log. */
  figureFacts(query: {
    readonly kind: ObjectKind
    readonly name: string
    readonly terms: readonly Term[]
    readonly from: Millis
    readonly to: Millis
    readonly limit: number
    readonly after?: { readonly sequence: number; readonly ordinal: number } | undefined
  }): Promise<readonly PlacedFact[]>
  /** What queues have aimed at, each queue's in the order of time. */
  queueAims(): Promise<readonly QueueAim[]>
}

import type { Millis } from '#base'
import type { Fact } from './fact.ts'
import { intervalStart, splitByInterval } from './interval.ts'
import { MEASURES } from './measure.ts'

/** What facts of one measure add up to. A stretch has only time: how often it was cut says nothing. */
export interface Sum {
  readonly count: number
  readonly ms: Millis
  /** The longest single time. */
  readonly longestMs: Millis
}

/** By measure (`answered`), and by measure and detail (`answered:in-time`). */
export type Sums = ReadonlyMap<string, Sum>

/** The name under which a measure, or a part of it, is summed up. */
export function sumKey(measure: string, detail?: string): string {
  return detail === undefined ? measure : `${measure}:${detail}`
}

/** Adds two sums up. */
export function addSum(a: Sum | undefined, b: Sum): Sum {
  if (!a) return b
  return { count: a.count + b.count, ms: a.ms + b.ms, longestMs: Math.max(a.longestMs, b.longestMs) }
}

/** Adds every sum of one object and interval to another's. */
export function addSums(to: Map<string, Sum>, from: Sums): void {
  for (const [key, sum] of from) to.set(key, addSum(to.get(key), sum))
}

/** What a fact adds to which intervals. */
export function partsOf(
  fact: Fact,
  notBefore = Number.NEGATIVE_INFINITY,
): readonly { readonly startAt: Millis; readonly sum: Sum }[] {
  const { at, ms } = fact
  if (MEASURES[fact.measure].form === 'time') {
    return splitByInterval(at - ms, at, notBefore).map((part) => ({
      startAt: part.startAt,
      sum: { count: 0, ms: part.ms, longestMs: 0 },
    }))
  }
  const startAt = intervalStart(at)
  return startAt >= notBefore ? [{ startAt, sum: { count: 1, ms, longestMs: ms } }] : []
}

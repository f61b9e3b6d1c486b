import type { Millis } from '#base'
import type { WaitResult } from './recorded-day.ts'

/** A wait as figures count it. */
export interface CountedWait {
  readonly queue: string
  readonly waitedMs: Millis
  readonly result: WaitResult
}

/** What a queue did; definitions as in reports: service-level@1, wait-average@1. */
export interface QueueFigures {
  readonly offered: number
  readonly answered: number
  readonly abandoned: number
  readonly shortAbandoned: number
  readonly left: number
  /** Percent answered in time of the answered and abandoned, short ones not counted; null when there were none. */
  readonly serviceLevel: number | null
  /** Waits of the answered: mean, median and the 95th of a hundred; null when there were none. */
  readonly waitMeanMs: number | null
  readonly waitP50Ms: number | null
  readonly waitP95Ms: number | null
  readonly waitMaxMs: number
}

/** What an agent did. */
export interface AgentFigures {
  readonly answered: number
  /** On calls of queues and on the work after them. */
  readonly busyMs: Millis
  /** There to be given calls. */
  readonly presentMs: Millis
  /** Percent of the time there; null for somebody who was not. */
  readonly occupancy: number | null
}

/** Figures of queues, from their waits; `withinMs` is each queue's service-level time. */
export function queueFiguresOf(
  waits: readonly CountedWait[],
  withinMs: ReadonlyMap<string, Millis>,
): Readonly<Record<string, QueueFigures>> {
  const byQueue = new Map<string, CountedWait[]>([...withinMs.keys()].map((queue) => [queue, []]))
  for (const wait of waits) byQueue.get(wait.queue)?.push(wait)
  return Object.fromEntries([...byQueue].map(([queue, all]) => [queue, figuresOf(all, withinMs.get(queue) ?? 0)]))
}

function figuresOf(waits: readonly CountedWait[], withinMs: Millis): QueueFigures {
  const counts = { answered: 0, abandoned: 0, 'short-abandoned': 0, left: 0 }
  for (const { result } of waits) counts[result]++
  const answered = waits.filter(({ result }) => result === 'answered').map(({ waitedMs }) => waitedMs)
  answered.sort((a, b) => a - b)
  const inTime = answered.filter((ms) => ms <= withinMs).length
  const counted = counts.answered + counts.abandoned
  return {
    offered: waits.length,
    answered: counts.answered,
    abandoned: counts.abandoned,
    shortAbandoned: counts['short-abandoned'],
    left: counts.left,
    serviceLevel: counted === 0 ? null : (inTime / counted) * 100,
    waitMeanMs: answered.length === 0 ? null : answered.reduce((sum, ms) => sum + ms, 0) / answered.length,
    waitP50Ms: quantile(answered, 0.5),
    waitP95Ms: quantile(answered, 0.95),
    waitMaxMs: waits.reduce((most, { waitedMs }) => Math.max(most, waitedMs), 0),
  }
}

/** The nearest rank, of sorted numbers. */
export function quantile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null
}

/** The means of several plays, number by number; what is null in one of them does not count there. */
export function meanOf<T extends object>(figures: readonly T[]): T {
  const keys = Object.keys(figures[0] ?? {}) as (keyof T)[]
  const mean = (key: keyof T): number | null => {
    const values = figures.map((one) => one[key] as number | null).filter((value) => value !== null)
    return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length
  }
  return Object.fromEntries(keys.map((key) => [key, mean(key)])) as T
}

import type { Millis } from '#base'
import { INTERVAL_MS } from '#kernel/statistics'

/** How long the rows of a report are: seconds, or what a calendar calls so. */
export type ReportInterval = number | 'day' | 'week' | 'month'

/** What a report covers. */
export interface Covered {
  readonly from: Millis
  readonly to: Millis
  readonly interval: ReportInterval
  readonly zone: string
}

/** Whether there is such a time zone, and its days begin where kept intervals do; all of today's do. */
export function isZone(zone: string): boolean {
  try {
    return dayStart(0, zone) % INTERVAL_MS === 0
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

/** When the day began that a moment lies in. Days of 23 and 25 hours are as long as they are. */
export function dayStart(at: Millis, zone: string): Millis {
  return zoned(at, zone).startOfDay().epochMilliseconds
}

/**
 * Where the rows of a report begin, and at last where the last one ends; the rows follow on each other and cover all that was asked
 * for. Rows of seconds begin anew with each day, so that the last one of a day may be shorter where a zone's clock was changed.
 */
export function boundsOf({ from, to, interval, zone }: Covered): readonly Millis[] {
  const bounds: Millis[] = []
  let begin = first(zoned(from, zone), interval)
  for (;;) {
    const next = begin.add(stepOf(interval)).startOfDay()
    const stepMs = typeof interval === 'number' ? interval * 1000 : Number.POSITIVE_INFINITY
    for (let at = begin.epochMilliseconds; at < next.epochMilliseconds; at += stepMs) {
      const end = Math.min(at + stepMs, next.epochMilliseconds)
      if (end <= from) continue
      bounds.push(at)
      if (end >= to) return [...bounds, end]
    }
    begin = next
  }
}

function zoned(at: Millis, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone)
}

function first(at: Temporal.ZonedDateTime, interval: ReportInterval): Temporal.ZonedDateTime {
  if (interval === 'week') return at.subtract({ days: at.dayOfWeek - 1 }).startOfDay()
  return (interval === 'month' ? at.with({ day: 1 }) : at).startOfDay()
}

function stepOf(interval: ReportInterval): Temporal.DurationLike {
  if (interval === 'week') return { days: 7 }
  return interval === 'month' ? { months: 1 } : { days: 1 }
}

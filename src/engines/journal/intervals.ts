import type { Millis } from '#base'

/** The standard interval of the field: half an hour (DAT-10). */
export const INTERVAL_MS_DEFAULT = 1_800_000

/** When the interval began that a moment lies in; intervals are counted from 1970 in UTC. */
export function intervalStart(at: Millis, intervalMs: Millis): Millis {
  return Math.floor(at / intervalMs) * intervalMs
}

/** Cuts a stretch at the borders of intervals; the parts add up to the whole, to the millisecond. */
export function splitByInterval(
  from: Millis,
  to: Millis,
  intervalMs: Millis,
): readonly { readonly startAt: Millis; readonly ms: Millis }[] {
  const parts: { startAt: Millis; ms: Millis }[] = []
  for (let startAt = intervalStart(from, intervalMs); startAt < to; startAt += intervalMs) {
    const ms = Math.min(to, startAt + intervalMs) - Math.max(from, startAt)
    if (ms > 0) parts.push({ startAt, ms })
  }
  return parts
}

import type { Millis } from '#base'

/**
 * The kept interval: a quarter of an hour. Half hours, hours and days are sums of it, in every time zone of today: all of them
 * differ from UTC by whole quarters. Shorter ones would multiply the rows without being more than noise.
 */
export const INTERVAL_MS = 900_000

/** When the interval began that a moment lies in; intervals are counted from 1970 in UTC. */
export function intervalStart(at: Millis): Millis {
  return Math.floor(at / INTERVAL_MS) * INTERVAL_MS
}

/** Cuts a stretch at the borders of intervals; the parts add up to the whole, to the millisecond. Nothing before `notBefore` is told. */
export function splitByInterval(
  from: Millis,
  to: Millis,
  notBefore = Number.NEGATIVE_INFINITY,
): readonly { readonly startAt: Millis; readonly ms: Millis }[] {
  const parts: { startAt: Millis; ms: Millis }[] = []
  for (let startAt = intervalStart(Math.max(from, notBefore)); startAt < to; startAt += INTERVAL_MS) {
    const ms = Math.min(to, startAt + INTERVAL_MS) - Math.max(from, startAt)
    if (ms > 0) parts.push({ startAt, ms })
  }
  return parts
}

import { assertNever, type Millis } from '#base'
import type { Threshold } from '#kernel/config'
import {
  type AlertState,
  alertOf,
  CROSSINGS_MAX,
  type Crossing,
  crossingKey,
  SEEN_MAX,
  type WatchedValue,
} from './alert.ts'
import type { AlertEvent } from './event.ts'

/** What has changed since the last look: called once a second, and most of the time it answers nothing. */
export function lookAtThresholds(
  state: AlertState,
  thresholds: ReadonlyMap<string, Threshold>,
  values: readonly WatchedValue[],
  now: Millis,
): readonly AlertEvent[] {
  const seen = new Map(values.map((one) => [crossingKey(one.threshold, one.queue), one]))
  const events: AlertEvent[] = []
  let { raised } = state
  const raise = (threshold: Threshold, queue: string, value: number, since: Millis): void => {
    events.push({ type: 'AlertRaised', alert: `al-${++raised}`, threshold, queue, value, since })
  }
  for (const [key, crossing] of state.crossings) {
    const { threshold, queue, since, alert } = crossing
    const current = thresholds.get(threshold.name)
    const value = seen.get(key)?.value
    if (!current || !isSame(current, threshold) || value === undefined) events.push(ended(crossing, 'changed', now))
    else if (!isCrossed(threshold, value)) events.push(ended(crossing, 'restored', now))
    else if (!alert && now - since >= (threshold.forMs ?? 0)) raise(threshold, queue, value, since)
  }
  let room = CROSSINGS_MAX - state.crossings.size
  for (const [key, { threshold: name, queue, value }] of seen) {
    const threshold = thresholds.get(name)
    if (!threshold || room <= 0 || state.crossings.has(key) || !isCrossed(threshold, value)) continue
    room--
    if ((threshold.forMs ?? 0) === 0) raise(threshold, queue, value, now)
    else events.push({ type: 'ThresholdCrossed', threshold, queue, value })
  }
  return events
}

/** It stands on somebody's page; only the first time of each, and of so many, is kept. */
export function seeAlert(state: AlertState, id: string, user: string): readonly AlertEvent[] {
  const crossing = alertOf(state, id)
  const seen = crossing?.alert?.seen
  if (!crossing || !seen || seen.length >= SEEN_MAX || seen.some((one) => one.user === user)) return []
  return [{ type: 'AlertSeen', alert: id, threshold: crossing.threshold, queue: crossing.queue, user }]
}

/** Somebody takes care of it; whoever said so first, does. */
export function acknowledgeAlert(state: AlertState, id: string, by: string, note?: string): readonly AlertEvent[] {
  const crossing = alertOf(state, id)
  if (!crossing?.alert || crossing.alert.acknowledged) return []
  const { threshold, queue } = crossing
  return [{ type: 'AlertAcknowledged', alert: id, threshold, queue, by, ...(note !== undefined && { note }) }]
}

/** Folds an event into the state, in place. */
export function evolveAlerts(state: AlertState, event: AlertEvent, at: Millis): void {
  const { threshold, queue } = event
  const key = crossingKey(threshold.name, queue)
  const known = state.crossings.get(key)
  switch (event.type) {
    case 'ThresholdCrossed':
      state.crossings.set(key, { threshold, queue, since: at })
      return
    case 'AlertRaised': {
      const { alert: id, value, since } = event
      state.raised++
      state.crossings.set(key, { threshold, queue, since, alert: { id, raisedAt: at, value, seen: [] } })
      state.keys.set(id, key)
      return
    }
    case 'ThresholdRestored':
    case 'AlertEnded':
      if (known?.alert) state.keys.delete(known.alert.id)
      state.crossings.delete(key)
      return
    case 'AlertSeen':
      if (known?.alert) {
        const seen = [...known.alert.seen, { user: event.user, at }]
        state.crossings.set(key, { ...known, alert: { ...known.alert, seen } })
      }
      return
    case 'AlertAcknowledged':
      if (known?.alert) {
        const { by, note } = event
        const acknowledged = { by, at, ...(note !== undefined && { note }) }
        state.crossings.set(key, { ...known, alert: { ...known.alert, acknowledged } })
      }
      return
    default:
      assertNever(event)
  }
}

function ended({ threshold, queue, alert }: Crossing, reason: 'restored' | 'changed', now: Millis): AlertEvent {
  if (!alert) return { type: 'ThresholdRestored', threshold, queue }
  return { type: 'AlertEnded', alert: alert.id, threshold, queue, reason, lastedMs: now - alert.raisedAt }
}

function isCrossed({ comparison, value: limit }: Threshold, value: number): boolean {
  return comparison === 'above' ? value > limit : value < limit
}

function isSame(a: Threshold, b: Threshold): boolean {
  return (
    a.queue === b.queue &&
    a.figure === b.figure &&
    a.comparison === b.comparison &&
    a.value === b.value &&
    a.level === b.level &&
    a.forMs === b.forMs
  )
}

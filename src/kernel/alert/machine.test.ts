import { describe, expect, it } from 'vitest'
import type { Threshold } from '#kernel/config'
import { alertOf, CROSSINGS_MAX, newAlertState, SEEN_MAX, type WatchedValue } from './alert.ts'
import { acknowledgeAlert, evolveAlerts, lookAtThresholds, seeAlert } from './machine.ts'

const MANY: Threshold = { name: 'many', figure: 'waiting', comparison: 'above', value: 3, level: 'warning' }
const SLOW: Threshold = { ...MANY, name: 'slow', comparison: 'below', value: 2, level: 'critical', forMs: 5_000 }

/** Looks again and again, as a core does, and tells what came of it. */
class Watch {
  readonly state = newAlertState()
  readonly thresholds = new Map([MANY, SLOW].map((one) => [one.name, one]))

  look(now: number, ...values: readonly WatchedValue[]): readonly string[] {
    const events = lookAtThresholds(this.state, this.thresholds, values, now)
    for (const event of events) evolveAlerts(this.state, event, now)
    return events.map((event) => `${event.type}${'alert' in event ? ` ${event.alert}` : ''} ${event.queue}`)
  }

  get alerts() {
    return [...this.state.crossings.values()].flatMap(({ alert }) => alert ?? [])
  }
}

const many = (value: number, queue = 'support'): WatchedValue => ({ threshold: 'many', queue, value })
const slow = (value: number): WatchedValue => ({ threshold: 'slow', queue: 'support', value })

describe('an alert', () => {
  it('is raised once when a value is beyond its threshold, which the value itself is not, and ends when it is not', () => {
    const watch = new Watch()
    expect(watch.look(1_000, many(3))).toEqual([])
    expect(watch.look(2_000, many(4))).toEqual(['AlertRaised al-1 support'])
    expect(watch.look(3_000, many(9))).toEqual([])
    expect(watch.alerts).toEqual([{ id: 'al-1', raisedAt: 2_000, value: 4, seen: [] }])
    expect(watch.look(4_000, many(3))).toEqual(['AlertEnded al-1 support'])
    expect(alertOf(watch.state, 'al-1')).toBe(undefined)
    // The next is another one.
    expect(watch.look(5_000, many(4), many(5, 'sales'))).toEqual(['AlertRaised al-2 support', 'AlertRaised al-3 sales'])
  })

  it('waits until it has been so for as long as was said, from the moment when it began', () => {
    const watch = new Watch()
    expect(watch.look(1_000, slow(1))).toEqual(['ThresholdCrossed support'])
    expect(watch.look(5_999, slow(0))).toEqual([])
    expect(watch.look(6_000, slow(0))).toEqual(['AlertRaised al-1 support'])
    const brief = new Watch()
    brief.look(1_000, slow(1))
    expect(brief.look(3_000, slow(2))).toEqual(['ThresholdRestored support'])
    expect(brief.look(4_000, slow(1))).toEqual(['ThresholdCrossed support'])
    expect(brief.look(8_999, slow(1))).toEqual([])
  })

  it('ends when its threshold is changed, gone, or has nothing to go by, and begins anew by the new one', () => {
    const watch = new Watch()
    watch.look(1_000, many(9))
    watch.thresholds.set('many', { ...MANY, level: 'critical' })
    expect(watch.look(2_000, many(9))).toEqual(['AlertEnded al-1 support'])
    expect(watch.look(3_000, many(9))).toEqual(['AlertRaised al-2 support'])
    expect(watch.look(4_000)).toEqual(['AlertEnded al-2 support'])
    watch.look(5_000, many(9))
    watch.thresholds.delete('many')
    expect(watch.look(6_000, many(9))).toEqual(['AlertEnded al-3 support'])
  })

  it('keeps who saw it first and who takes care of it, each once', () => {
    const { state } = alerting()
    const does = (events: ReturnType<typeof seeAlert>): number => {
      for (const event of events) evolveAlerts(state, event, 2_000)
      return events.length
    }
    expect(does(seeAlert(state, 'al-1', 'anna'))).toBe(1)
    expect(does(seeAlert(state, 'al-1', 'anna'))).toBe(0)
    expect(does(acknowledgeAlert(state, 'al-1', 'anna', 'I call two more in'))).toBe(1)
    expect(does(acknowledgeAlert(state, 'al-1', 'bert'))).toBe(0)
    expect(does(acknowledgeAlert(state, 'al-9', 'bert'))).toBe(0)
    expect(alertOf(state, 'al-1')?.alert).toMatchObject({
      seen: [{ user: 'anna', at: 2_000 }],
      acknowledged: { by: 'anna', at: 2_000, note: 'I call two more in' },
    })
    for (let n = 0; n < 2 * SEEN_MAX; n++) does(seeAlert(state, 'al-1', `user${n}`))
    expect(alertOf(state, 'al-1')?.alert?.seen).toHaveLength(SEEN_MAX)
  })

  it('is one whose level and value stand in every event of it, for whoever knows nothing else', () => {
    const { state } = alerting()
    const [seen] = seeAlert(state, 'al-1', 'anna')
    const [acknowledged] = acknowledgeAlert(state, 'al-1', 'anna')
    const [ended] = lookAtThresholds(state, new Map([['many', MANY]]), [many(0)], 9_000)
    for (const event of [seen, acknowledged, ended]) {
      expect(event).toMatchObject({ alert: 'al-1', threshold: MANY, queue: 'support' })
    }
    expect(ended).toMatchObject({ reason: 'restored', lastedMs: 8_000 })
  })

  it('that is not there is changed by nothing that comes late', () => {
    const state = newAlertState()
    const late = { alert: 'al-1', threshold: MANY, queue: 'support' } as const
    evolveAlerts(state, { type: 'AlertSeen', user: 'anna', ...late }, 1_000)
    evolveAlerts(state, { type: 'AlertAcknowledged', by: 'anna', ...late }, 1_000)
    evolveAlerts(state, { type: 'AlertEnded', reason: 'restored', lastedMs: 1, ...late }, 1_000)
    expect(state).toEqual(newAlertState())
  })

  it('is bounded: what is crossed beyond the limit waits until others have ended', () => {
    const watch = new Watch()
    const values = Array.from({ length: CROSSINGS_MAX + 5 }, (_, n) => many(9, `queue${n}`))
    expect(watch.look(1_000, ...values)).toHaveLength(CROSSINGS_MAX)
    expect(watch.look(2_000, ...values)).toEqual([])
    expect(watch.look(3_000, many(0, 'queue0'), ...values.slice(1)).length).toBe(1)
    expect(watch.look(4_000, ...values.slice(1))).toEqual([`AlertRaised al-501 queue${CROSSINGS_MAX}`])
  })
})

function alerting(): Watch {
  const watch = new Watch()
  watch.look(1_000, many(9))
  return watch
}

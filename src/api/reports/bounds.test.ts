import { describe, expect, it } from 'vitest'
import { boundsOf, dayStart, isZone } from './bounds.ts'

const at = (text: string): number => Date.parse(text)
const HOUR_MS = 3_600_000

/** Lengths of the rows in hours. */
function lengths(
  from: string,
  to: string,
  interval: Parameters<typeof boundsOf>[0]['interval'],
  zone: string,
): number[] {
  const bounds = boundsOf({ from: at(from), to: at(to), interval, zone })
  return bounds.slice(1).map((bound, index) => (bound - bounds[index]!) / HOUR_MS)
}

describe('rows of a report', () => {
  it('RPT-05 begin where the zone’s days and intervals do, and cover all that was asked for', () => {
    const span = { from: at('2026-06-10T07:50:00Z'), to: at('2026-06-10T09:10:00Z') }
    expect(boundsOf({ ...span, interval: 1800, zone: 'UTC' }).map((bound) => new Date(bound).toISOString())).toEqual([
      '2026-06-10T07:30:00.000Z',
      '2026-06-10T08:00:00.000Z',
      '2026-06-10T08:30:00.000Z',
      '2026-06-10T09:00:00.000Z',
      '2026-06-10T09:30:00.000Z',
    ])
    const nepal = boundsOf({ ...span, interval: 'day', zone: 'Asia/Kathmandu' })
    expect(nepal).toEqual([at('2026-06-09T18:15:00Z'), at('2026-06-10T18:15:00Z')])
  })

  it('DAT-10 follow a clock that is changed: days of 23 and 25 hours are as long as they are, and add up', () => {
    expect(lengths('2026-03-28T12:00Z', '2026-03-30T12:00Z', 'day', 'Europe/Berlin')).toEqual([24, 23, 24])
    expect(lengths('2026-10-24T12:00Z', '2026-10-26T12:00Z', 'day', 'Europe/Berlin')).toEqual([24, 25, 24])
    expect(lengths('2026-03-28T23:00Z', '2026-03-29T22:00Z', 1800, 'Europe/Berlin')).toHaveLength(46)
    expect(lengths('2026-10-24T22:00Z', '2026-10-25T23:00Z', 1800, 'Europe/Berlin')).toHaveLength(50)
    // Half an hour of daylight saving: the last row of the day is what is left of it.
    const howe = lengths('2026-04-04T13:00Z', '2026-04-05T13:30Z', 3600, 'Australia/Lord_Howe')
    expect(howe.at(-1)).toBe(0.5)
    expect(howe.reduce((sum, hours) => sum + hours, 0)).toBe(24.5)
  })

  it('are whole weeks from Monday, and whole months', () => {
    expect(lengths('2026-10-22T12:00Z', '2026-10-27T12:00Z', 'week', 'Europe/Berlin')).toEqual([169, 168])
    expect(
      boundsOf({ from: at('2026-02-14T12:00Z'), to: at('2026-02-15T00:00Z'), interval: 'month', zone: 'UTC' }),
    ).toEqual([at('2026-02-01T00:00Z'), at('2026-03-01T00:00Z')])
  })

  it('have no gap, no overlap and no end before its time, in any zone', () => {
    for (const zone of [
      'UTC',
      'Europe/Berlin',
      'America/New_York',
      'Asia/Kathmandu',
      'Australia/Lord_Howe',
      'Pacific/Apia',
    ]) {
      for (const interval of [900, 1800, 3600, 43_200, 'day', 'week', 'month'] as const) {
        const [from, to] = [at('2026-02-25T03:07:11Z'), at('2026-05-01T00:00:00Z')]
        const bounds = boundsOf({ from, to, interval, zone })
        expect(bounds[0]).toBeLessThanOrEqual(from)
        expect(bounds[1]).toBeGreaterThan(from)
        expect(bounds.at(-1)).toBeGreaterThanOrEqual(to)
        expect(bounds.at(-2)).toBeLessThan(to)
        expect([...bounds].sort((a, b) => a - b)).toEqual(bounds)
        expect(bounds.filter((bound) => bound % 900_000 !== 0)).toEqual([])
      }
    }
  })

  it('know a zone from what is none', () => {
    expect(['UTC', 'Europe/Berlin', 'Asia/Kathmandu', '+05:45'].map(isZone)).toEqual([true, true, true, true])
    expect(['Mars/Olympus', '', '+00:07', 'Europe/Berlin;'].map(isZone)).toEqual([false, false, false, false])
    expect(dayStart(at('2026-07-01T12:00Z'), 'Pacific/Auckland')).toBe(at('2026-07-01T12:00Z'))
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isOpen, isTimeZone, momentAt, nextChange, type Schedule } from './schedule.ts'

const OFFICE: Schedule = {
  name: 'office',
  timeZone: 'Europe/Berlin',
  weekly: [
    {
      days: [1, 2, 3, 4, 5],
      spans: [
        { from: '09:00', to: '12:00' },
        { from: '13:00', to: '17:30' },
      ],
    },
    { days: [6], spans: [{ from: '10:00', to: '14:00' }] },
  ],
  exceptions: [
    { date: '2026-12-24', spans: [{ from: '09:00', to: '12:00' }] },
    { date: '2026-12-25', spans: [] },
  ],
}

const at = (text: string): number => Date.parse(text)
const iso = (moment: number): string => new Date(moment).toISOString().slice(0, 19)

describe('a schedule', () => {
  it.each([
    ['2026-11-26T07:59:59Z', false, '2026-11-26T08:00:00'],
    ['2026-11-26T08:00:00Z', true, '2026-11-26T11:00:00'],
    ['2026-11-26T11:00:00Z', false, '2026-11-26T12:00:00'],
    ['2026-11-26T16:29:59Z', true, '2026-11-26T16:30:00'],
    ['2026-11-27T20:00:00Z', false, '2026-11-28T09:00:00'],
    ['2026-11-29T12:00:00Z', false, '2026-11-30T08:00:00'],
    // An hour earlier by UTC in summer.
    ['2026-07-01T07:00:00Z', true, '2026-07-01T10:00:00'],
    // Christmas: a short day, then a closed one, then a Saturday as usual.
    ['2026-12-24T11:00:00Z', false, '2026-12-26T09:00:00'],
  ])('at %s is open: %s, until %s', (moment, open, until) => {
    expect(isOpen(OFFICE, at(moment))).toBe(open)
    expect(iso(nextChange(OFFICE, at(moment)))).toBe(until)
  })

  const night = (from: string, to: string, timeZone = 'Europe/Berlin'): Schedule => ({
    name: 'night',
    timeZone,
    weekly: [{ days: [1, 2, 3, 4, 5, 6, 7], spans: [{ from, to }] }],
  })

  it('that begins in the hour which is left out in spring begins when that hour would have been', () => {
    // On 2026-03-29 the clocks of Berlin go from 02:00 to 03:00, at 01:00 UTC.
    const schedule = night('02:30', '06:00')
    expect(iso(nextChange(schedule, at('2026-03-28T23:00:00Z')))).toBe('2026-03-29T01:00:00')
    expect(isOpen(schedule, at('2026-03-29T01:00:00Z'))).toBe(true)
    expect(iso(nextChange(schedule, at('2026-03-29T01:00:00Z')))).toBe('2026-03-29T04:00:00')
  })

  it('that lies in the hour which comes twice in autumn is open twice', () => {
    // On 2026-10-25 the clocks of Berlin go from 03:00 back to 02:00, at 01:00 UTC.
    const schedule = night('02:15', '02:45')
    const moments: string[] = []
    for (let moment = at('2026-10-24T22:00:00Z'); moments.length < 4; moments.push(iso(moment))) {
      moment = nextChange(schedule, moment)
    }
    expect(moments).toEqual([
      '2026-10-25T00:15:00',
      '2026-10-25T00:45:00',
      '2026-10-25T01:15:00',
      '2026-10-25T01:45:00',
    ])
  })

  it('spans the change of clocks with the length that the wall shows', () => {
    const schedule = night('00:00', '04:00')
    expect(iso(nextChange(schedule, at('2026-03-28T23:00:00Z')))).toBe('2026-03-29T02:00:00')
    expect(iso(nextChange(schedule, at('2026-10-24T22:00:00Z')))).toBe('2026-10-25T03:00:00')
  })

  it('of zones with half hours, on either side of the date line', () => {
    expect(isOpen(night('09:00', '09:01', 'Asia/Kathmandu'), at('2026-01-01T03:15:00Z'))).toBe(true)
    expect(isOpen(night('00:00', '00:01', 'Pacific/Kiritimati'), at('2025-12-31T10:00:00Z'))).toBe(true)
    expect(isOpen(night('23:59', '24:00', 'Pacific/Honolulu'), at('2026-01-01T09:59:30Z'))).toBe(true)
  })

  it('that never changes is looked at again after a week', () => {
    const always = night('00:00', '24:00')
    const moment = at('2026-11-26T00:00:00Z')
    expect(isOpen(always, moment)).toBe(true)
    expect(nextChange(always, moment) - moment).toBeGreaterThan(7 * 86_400_000)
  })

  it('changes exactly where it says, and nowhere before, in any zone, through every change of clocks', () => {
    const zone = fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', 'UTC')
    const minute = fc.nat(95).map((quarter) => quarter * 15)
    const clock = (m: number) => `${String(Math.floor(m / 60)).padStart(2, '0')}:${String(m % 60).padStart(2, '0')}`
    const start = at('2026-01-01T00:00:00Z')
    fc.assert(
      fc.property(zone, minute, minute, fc.nat(365 * 24 * 4), (timeZone, a, b, quarter) => {
        fc.pre(a !== b)
        const schedule = night(clock(Math.min(a, b)), clock(Math.max(a, b)), timeZone)
        const moment = start + quarter * 900_000
        const next = nextChange(schedule, moment)
        const open = isOpen(schedule, moment)
        expect(next).toBeGreaterThan(moment)
        expect(isOpen(schedule, next)).toBe(!open)
        for (let one = moment; one < next; one += 900_000) expect(isOpen(schedule, one)).toBe(open)
        expect(isOpen(schedule, next - 1_000)).toBe(open)
      }),
      { numRuns: 150 },
    )
  })
})

describe('a time zone', () => {
  it('is one that is known', () => {
    expect(['Europe/Berlin', 'UTC', 'Mars/Olympus', ''].map(isTimeZone)).toEqual([true, true, false, false])
  })
})

describe('a moment by the clock on the wall', () => {
  it.each([
    ['2026-01-15T09:00', '2026-01-15T08:00:00.000Z'],
    ['2026-07-15T09:00', '2026-07-15T07:00:00.000Z'],
    // Leapt over: the clocks go from 2:00 to 3:00.
    ['2026-03-29T02:30', '2026-03-29T01:00:00.000Z'],
    // Twice: the first of them.
    ['2026-10-25T02:30', '2026-10-25T00:30:00.000Z'],
  ])('%s in Berlin is %s', (local, moment) => {
    expect(new Date(momentAt('Europe/Berlin', local) ?? 0).toISOString()).toBe(moment)
  })

  it('is none where the text or the zone is none', () => {
    expect(momentAt('Europe/Berlin', '2026-13-01T09:00')).toBeUndefined()
    expect(momentAt('Europe/Berlin', 'tomorrow')).toBeUndefined()
    expect(momentAt('Europe/Nowhere', '2026-01-15T09:00')).toBeUndefined()
  })
})

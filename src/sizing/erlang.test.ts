import { describe, expect, it } from 'vitest'
import { impatientFigures } from './erlang-a.ts'
import { erlangB, offeredLoad } from './erlang-b.ts'
import { erlangC, patientFigures } from './erlang-c.ts'

/** Factorials as they stand in the textbook: right for small numbers, where they do not overflow. */
function textbookB(load: number, trunks: number): number {
  const term = (k: number): number => Array.from({ length: k }, (_, i) => load / (i + 1)).reduce((a, b) => a * b, 1)
  return term(trunks) / Array.from({ length: trunks + 1 }, (_, k) => term(k)).reduce((a, b) => a + b, 0)
}

describe('Erlang B', () => {
  // The usual table: offered erlangs for so many trunks and so much loss.
  it.each([
    [5, 1, 1.36],
    [10, 1, 4.46],
    [20, 1, 12.03],
    [30, 1, 20.34],
    [50, 1, 37.9],
    [100, 1, 84.06],
    [10, 2, 5.08],
    [20, 2, 13.18],
    [30, 2, 21.93],
  ])('with %d trunks loses %d %% of %d erlangs, as the published table says', (trunks, percent, load) => {
    expect(erlangB(load - 0.006, trunks) * 100).toBeLessThan(percent)
    expect(erlangB(load + 0.006, trunks) * 100).toBeGreaterThan(percent)
  })

  it('is the textbook formula where that can be computed', () => {
    for (const [load, trunks] of [
      [0.5, 1],
      [3, 2],
      [7, 12],
      [20, 20],
      [40, 25],
    ] as const) {
      expect(erlangB(load, trunks)).toBeCloseTo(textbookB(load, trunks), 12)
    }
  })

  it('stays a share at any size', () => {
    expect(erlangB(100_000, 100_000)).toBeCloseTo(Math.sqrt(2 / (Math.PI * 100_000)), 4)
    expect(erlangB(100_000, 1)).toBeCloseTo(1, 4)
    expect(erlangB(1, 100_000)).toBe(0)
    expect(erlangB(0, 0)).toBe(1)
  })

  it('refuses what is no load or no number of trunks', () => {
    expect(() => erlangB(-1, 1)).toThrow('the load in erlangs is -1; it must be from 0 to 100000')
    expect(() => erlangB(Number.NaN, 1)).toThrow(/NaN/)
    expect(() => erlangB(1, 1.5)).toThrow('the number of trunks is 1.5; it must be a whole number')
    expect(() => erlangB(1, 1e9)).toThrow(/from 0 to 100000/)
  })
})

describe('Erlang C', () => {
  it('gives the worked example that the trade teaches: 200 calls an hour of 180 s, 14 agents', () => {
    const load = offeredLoad({ callsPerHour: 200, handleMs: 180_000 })
    expect(load).toBe(10)
    const figures = patientFigures({ load, agents: 14, handleMs: 180_000, withinMs: 20_000 })
    expect(figures.waits).toBeCloseTo(0.174, 3)
    expect(figures.answeredInTime).toBeCloseTo(0.888, 3)
    expect(figures.asaMs).toBeCloseTo(7_836, 0)
    expect(figures.occupancy).toBeCloseTo(0.714, 3)
  })

  it('with one agent is the queue that every book begins with: waits = load', () => {
    for (const load of [0.1, 0.5, 0.9]) expect(erlangC(load, 1)).toBeCloseTo(load, 12)
  })

  it('never waits less than Erlang B loses, and with two agents is a² / (2 + a)', () => {
    for (const load of [0.2, 1, 1.8]) {
      expect(erlangC(load, 2)).toBeCloseTo((load * load) / (2 + load), 12)
      expect(erlangC(load, 2)).toBeGreaterThan(erlangB(load, 2))
    }
  })

  it('has no end of waiting when the load is not less than the agents', () => {
    const figures = patientFigures({ load: 10, agents: 10, handleMs: 1_000, withinMs: 20_000 })
    expect(figures).toEqual({ waits: 1, asaMs: Number.POSITIVE_INFINITY, answeredInTime: 0, abandons: 0, occupancy: 1 })
  })

  it('fills a service level from the share that need not wait to everybody', () => {
    const at = (withinMs: number) => patientFigures({ load: 8, agents: 10, handleMs: 60_000, withinMs }).answeredInTime
    expect(at(0)).toBeCloseTo(1 - erlangC(8, 10), 12)
    expect(at(3_600_000)).toBeCloseTo(1, 12)
  })
})

describe('Erlang A', () => {
  const published = { load: 48, agents: 50, handleMs: 60_000, withinMs: 20_000 }

  // Gans, Koole and Mandelbaum 2003, section 4.2.2: 50 agents, 48 calls a minute of a minute each, patience two minutes on average.
  it('gives the published comparison with Erlang C: 3.1 % hang up, and the wait falls from 20.8 s to 3.7 s', () => {
    const impatient = impatientFigures({ ...published, patienceMs: 120_000 })
    expect(impatient.abandons).toBeCloseTo(0.031, 3)
    expect((impatient.abandons * 120_000) / 1_000).toBeCloseTo(3.7, 1)
    expect(impatient.occupancy).toBeCloseTo(0.93, 2)
    expect(patientFigures(published).asaMs / 1_000).toBeCloseTo(20.8, 1)
    expect(patientFigures(published).occupancy).toBeCloseTo(0.96, 2)
  })

  it('is Erlang C for callers with all the patience of a day', () => {
    const small = { load: 8, agents: 10, handleMs: 1_000, withinMs: 500 }
    const impatient = impatientFigures({ ...small, patienceMs: 86_400_000 })
    const patient = patientFigures(small)
    expect(impatient.waits).toBeCloseTo(patient.waits, 4)
    expect(impatient.asaMs).toBeCloseTo(patient.asaMs, 0)
    expect(impatient.answeredInTime).toBeCloseTo(patient.answeredInTime, 4)
    expect(impatient.abandons).toBeLessThan(0.0001)
  })

  // With as much patience as a call lasts every state is left at the rate of those in it: as many as come are there, Poisson.
  it('is a Poisson number of callers when patience and handling time are alike', () => {
    const load = 12
    const figures = impatientFigures({ load, agents: 10, handleMs: 60_000, patienceMs: 60_000, withinMs: 20_000 })
    let term = Math.exp(-load)
    let below = 0
    for (let k = 0; k < 10; k++) {
      below += term
      term *= load / (k + 1)
    }
    expect(figures.waits).toBeCloseTo(1 - below, 12)
  })

  it('balances: who hangs up is the mean number waiting over patience, and agents are busy with the others', () => {
    const figures = impatientFigures({ load: 30, agents: 25, handleMs: 90_000, patienceMs: 45_000, withinMs: 10_000 })
    expect(figures.occupancy).toBeCloseTo((30 * (1 - figures.abandons)) / 25, 12)
    expect(figures.abandons).toBeGreaterThan(1 - 25 / 30)
  })

  it('has a service level from who need not wait to who does not hang up', () => {
    const at = (withinMs: number) =>
      impatientFigures({ load: 12, agents: 10, handleMs: 60_000, patienceMs: 90_000, withinMs })
    expect(at(0).answeredInTime).toBeCloseTo(1 - at(0).waits, 9)
    expect(at(86_400_000).answeredInTime).toBeCloseTo(1 - at(0).abandons, 9)
    expect(at(20_000).answeredInTime).toBeGreaterThan(at(10_000).answeredInTime)
  })

  it('holds at sizes and overloads where shares pass what a double can hold', () => {
    const crowd = impatientFigures({
      load: 90_000,
      agents: 80_000,
      handleMs: 600_000,
      patienceMs: 1_200_000,
      withinMs: 3_600_000,
    })
    expect(crowd.waits).toBeCloseTo(1, 9)
    expect(crowd.abandons).toBeCloseTo(1 / 9, 6)
    const idle = impatientFigures({ load: 1, agents: 5_000, handleMs: 1_000, patienceMs: 1_000, withinMs: 0 })
    expect(idle).toEqual({ waits: 0, asaMs: 0, answeredInTime: 1, abandons: 0, occupancy: 1 / 5_000 })
    expect(impatientFigures({ ...published, load: 0, patienceMs: 1_000 }).answeredInTime).toBe(1)
  })

  it('refuses what would take all day', () => {
    const ask = () =>
      impatientFigures({ load: 99_999, agents: 1, handleMs: 1_000, patienceMs: 86_400_000, withinMs: 0 })
    expect(ask).toThrow(/more than 5000000 steps/)
  })
})

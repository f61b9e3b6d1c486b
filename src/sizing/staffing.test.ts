import { describe, expect, it } from 'vitest'
import { erlangB } from './erlang-b.ts'
import { cobhamWaits, priorityWaits } from './priority.ts'
import { agentsNeeded, queueFigures, type StaffingQuestion, scheduledFor, trunksNeeded } from './staffing.ts'

const question: StaffingQuestion = {
  callsPerHour: 200,
  handleMs: 180_000,
  target: { serviceLevel: { percent: 80, withinMs: 20_000 } },
}

describe('agents needed', () => {
  it('for 80 % in 20 s of 200 calls an hour of 180 s are 14', () => {
    expect(agentsNeeded(question)).toMatchObject({ load: 10, agents: 14 })
  })

  it('are the least that reach the target, whatever it is', () => {
    const questions: readonly StaffingQuestion[] = [
      question,
      { ...question, patienceMs: 60_000 },
      { ...question, target: { asaMs: 5_000 } },
      { ...question, patienceMs: 120_000, target: { abandonPercent: 2 } },
      { ...question, target: { occupancyPercent: 60 } },
      { ...question, callsPerHour: 20_000, patienceMs: 90_000, target: { asaMs: 1_000, abandonPercent: 1 } },
    ]
    for (const asked of questions) {
      const { agents } = agentsNeeded(asked)
      const target = (n: number) => {
        const { answeredInTime, asaMs, abandons, occupancy } = queueFigures(asked, n)
        const { serviceLevel, asaMs: asa, abandonPercent, occupancyPercent } = asked.target
        return (
          (!serviceLevel || answeredInTime * 100 >= serviceLevel.percent) &&
          (asa === undefined || asaMs <= asa) &&
          (abandonPercent === undefined || abandons * 100 <= abandonPercent) &&
          (occupancyPercent === undefined || occupancy * 100 <= occupancyPercent)
        )
      }
      expect([target(agents), target(agents - 1)], JSON.stringify(asked)).toEqual([true, false])
    }
  })

  it('are fewer when callers hang up', () => {
    expect(agentsNeeded({ ...question, patienceMs: 60_000 }).agents).toBeLessThan(14)
  })

  it('are one for a queue that nobody calls', () => {
    expect(agentsNeeded({ ...question, callsPerHour: 0 }).agents).toBe(1)
    expect(agentsNeeded({ ...question, callsPerHour: 0, patienceMs: 1_000 }).agents).toBe(1)
  })

  it('cannot be found for what nobody can reach, and nonsense is refused', () => {
    expect(() => agentsNeeded({ ...question, callsPerHour: 1e9 })).toThrow(/the load in erlangs/)
    expect(() => agentsNeeded({ ...question, callsPerHour: 1_999_999 })).toThrow(
      'no number of agents up to 100000 reaches the target',
    )
    expect(() => agentsNeeded({ ...question, handleMs: 0 })).toThrow(/the handling time in milliseconds is 0/)
    expect(() => agentsNeeded({ ...question, target: { abandonPercent: 0 } })).toThrow(/share of abandons/)
    expect(() => agentsNeeded({ ...question, target: { serviceLevel: { percent: 100, withinMs: 1 } } })).toThrow(
      /99.999/,
    )
  })

  it('on the roster are more by what breaks and illness take', () => {
    expect(scheduledFor(14, 30)).toBe(20)
    expect(scheduledFor(10, 50)).toBe(20)
    expect(scheduledFor(7, 0)).toBe(7)
    expect(() => scheduledFor(7, 100)).toThrow(/shrinkage/)
  })
})

describe('trunks needed', () => {
  it('lose no more than allowed, and one less would', () => {
    for (const [load, percent] of [
      [37.9, 1],
      [21.93, 2],
      [500, 0.1],
      [0.01, 5],
    ] as const) {
      const { trunks, blocked } = trunksNeeded(load, percent)
      expect(blocked * 100).toBeLessThanOrEqual(percent)
      expect(blocked).toBe(erlangB(load, trunks))
      if (trunks > 0) expect(erlangB(load, trunks - 1) * 100).toBeGreaterThan(percent)
    }
    expect(trunksNeeded(37.89, 1).trunks).toBe(50)
    expect(trunksNeeded(5, 100).trunks).toBe(0)
  })
})

describe('waits by priority', () => {
  it('of one class are those of Erlang C', () => {
    const [wait] = priorityWaits({ loads: [10], agents: 14, handleMs: 180_000 })
    expect(wait).toBeCloseTo(7_835.94, 1)
  })

  // Conservation (Kleinrock 1965): orders that do not look at the length of a talk only share the same waiting out anew.
  it('share out the same waiting as first come, first served', () => {
    const loads = [3, 5, 2]
    const waits = priorityWaits({ loads, agents: 12, handleMs: 60_000 })
    const [together] = priorityWaits({ loads: [10], agents: 12, handleMs: 60_000 })
    const shared = waits.reduce((sum, wait, index) => sum + (wait * loads[index]!) / 10, 0)
    expect(shared).toBeCloseTo(together!, 6)
    expect([...waits].sort((a, b) => a - b)).toEqual(waits)
  })

  it('agree for one agent with Cobham, who allows any times', () => {
    const classes = [18, 24].map((callsPerHour) => ({ callsPerHour, handleMs: 60_000, handleSquared: 2 * 60_000 ** 2 }))
    const exponential = cobhamWaits(classes)
    const same = priorityWaits({ loads: [0.3, 0.4], agents: 1, handleMs: 60_000 })
    for (const [index, wait] of exponential.entries()) expect(wait).toBeCloseTo(same[index]!, 6)
    const constant = cobhamWaits(classes.map((one) => ({ ...one, handleSquared: 60_000 ** 2 })))
    for (const [index, wait] of constant.entries()) expect(wait * 2).toBeCloseTo(exponential[index]!, 6)
  })

  it('have no end for a class that is not all served, and an end for those before it', () => {
    const [first, second] = priorityWaits({ loads: [5, 8], agents: 10, handleMs: 60_000 })
    expect(first).toBeCloseTo(6_000 / 0.5, 6)
    expect(second).toBe(Number.POSITIVE_INFINITY)
    expect(
      cobhamWaits([
        { callsPerHour: 30, handleMs: 60_000, handleSquared: 2 * 60_000 ** 2 },
        { callsPerHour: 60, handleMs: 60_000, handleSquared: 2 * 60_000 ** 2 },
      ]),
    ).toEqual([120_000, Number.POSITIVE_INFINITY])
    expect(() => cobhamWaits([{ callsPerHour: 1, handleMs: 10, handleSquared: 99 }])).toThrow(/squared/)
  })
})

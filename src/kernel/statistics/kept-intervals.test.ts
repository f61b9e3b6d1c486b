import { describe, expect, it } from 'vitest'
import type { Fact } from './fact.ts'
import { INTERVAL_MS, intervalStart, splitByInterval } from './interval.ts'
import { KeptIntervals } from './kept-intervals.ts'
import { partsOf } from './sums.ts'

const QUARTER = INTERVAL_MS
const HOUR = 4 * QUARTER
const offered = (at: number, queue = 'support'): Fact => ({ measure: 'offered', at, ms: 0, queue })
const limits = (most: number) => ({ queue: most, skill: most, line: most, agent: most })
const talk = (at: number, ms: number): Fact => ({ measure: 'talk', at, ms, queue: 'support', agent: 'agent1' })

describe('intervals', () => {
  it('STA-07 cut a stretch so that its parts add up to it, to the millisecond', () => {
    expect(splitByInterval(QUARTER - 1, 2 * QUARTER + 2)).toEqual([
      { startAt: 0, ms: 1 },
      { startAt: QUARTER, ms: QUARTER },
      { startAt: 2 * QUARTER, ms: 2 },
    ])
    expect(splitByInterval(5, 5)).toEqual([])
    expect(splitByInterval(QUARTER, 2 * QUARTER)).toEqual([{ startAt: QUARTER, ms: QUARTER }])
    expect(splitByInterval(0, 3 * QUARTER, 2 * QUARTER)).toEqual([{ startAt: 2 * QUARTER, ms: QUARTER }])
    expect(intervalStart(QUARTER)).toBe(QUARTER)
    expect(intervalStart(2 * QUARTER - 1)).toBe(QUARTER)
  })

  it('count a moment where it is, and a stretch by its time alone', () => {
    expect(partsOf({ measure: 'answered', at: QUARTER, ms: 7 })).toEqual([
      { startAt: QUARTER, sum: { count: 1, ms: 7, longestMs: 7 } },
    ])
    expect(partsOf(talk(QUARTER + 1, 2)).map(({ sum }) => sum)).toEqual([
      { count: 0, ms: 1, longestMs: 0 },
      { count: 0, ms: 1, longestMs: 0 },
    ])
    expect(partsOf(offered(QUARTER), 2 * QUARTER)).toEqual([])
  })
})

describe('kept intervals', () => {
  it('sum up for every object that a fact counts for, and for its parts', () => {
    const kept = new KeptIntervals()
    kept.add({ ...talk(1000, 500), line: '1001', skills: ['support', 'german'] })
    kept.add({ measure: 'answered', detail: 'in-time', at: 2000, ms: 30, queue: 'support', agent: 'agent1' })
    expect([...kept.entries()].map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      ...['queue support', 'skill support', 'skill german', 'line 1001', 'agent agent1'],
    ])
    expect(Object.fromEntries(kept.sum('queue', 'support', 0))).toEqual({
      talk: { count: 0, ms: 500, longestMs: 0 },
      answered: { count: 1, ms: 30, longestMs: 30 },
      'answered:in-time': { count: 1, ms: 30, longestMs: 30 },
    })
    // Who answered is told with the fact; the figure is the queue's.
    expect([...kept.sum('agent', 'agent1', 0).keys()]).toEqual(['talk'])
    expect(kept.sum('queue', 'support', QUARTER).size).toBe(0)
  })

  it('forget the oldest when there are too many, and say from when on all is there', () => {
    const kept = new KeptIntervals(limits(10))
    for (let n = 0; n < 30; n++) kept.add(offered(n * QUARTER, n % 2 === 0 ? 'support' : 'sales'))
    expect(kept.size).toBe(10)
    expect(kept.from('queue')).toBe(20 * QUARTER)
    // What comes late for an interval that is gone is the journal's alone.
    kept.add(offered(3 * QUARTER))
    kept.add(talk(29 * QUARTER, 28 * QUARTER))
    for (const { kind, startAt } of kept.entries()) expect(startAt).toBeGreaterThanOrEqual(kept.from(kind))
  })

  it('never let many agents push a queue’s day out', () => {
    const kept = new KeptIntervals(limits(100))
    for (let n = 0; n < 90; n++) kept.add(offered(n * QUARTER))
    for (let n = 0; n < 5000; n++) kept.add({ measure: 'status-busy', at: 89 * QUARTER + 5, ms: 5, agent: `agent${n}` })
    expect(kept.sum('queue', 'support', 0).get('offered')?.count).toBe(90)
    expect(kept.from('queue')).toBeLessThanOrEqual(0)
    expect(kept.from('agent')).toBeLessThanOrEqual(89 * QUARTER)
  })

  it('forget what is older than a long day', () => {
    const kept = new KeptIntervals()
    kept.add(offered(0))
    kept.add(offered(26 * HOUR))
    expect(kept.size).toBe(2)
    kept.add(offered(26 * HOUR + QUARTER))
    expect(kept.size).toBe(2)
    expect(kept.from('queue')).toBe(QUARTER)
  })

  it('take what comes late in the order of time', () => {
    const kept = new KeptIntervals()
    for (const at of [5 * QUARTER, 0, 3 * QUARTER]) kept.add(offered(at))
    expect([...kept.entries()].map(({ startAt }) => startAt / QUARTER)).toEqual([0, 3, 5])
  })

  it('bound the reasons that people may type', () => {
    const kept = new KeptIntervals()
    for (let n = 0; n < 1000; n++) {
      kept.add({ measure: 'status-not-ready', detail: `reason ${n}`, at: n + 1, ms: 1, agent: 'agent1' })
    }
    const sums = kept.sum('agent', 'agent1', 0)
    expect(sums.size).toBe(200)
    expect(sums.get('status-not-ready')?.ms).toBe(1000)
  })

  it('STA-03 go on from a dump as if nothing had been', () => {
    const [one, other] = [new KeptIntervals(limits(50)), new KeptIntervals(limits(50))]
    let restored = other
    for (let n = 0; n < 200; n++) {
      const fact = n % 3 === 0 ? talk(n * 100_000 + 7, 250_000) : offered(n * 100_000, `queue${n % 5}`)
      one.add(fact)
      restored.add(fact)
      if (n % 20 === 0) {
        const dump = JSON.parse(JSON.stringify(restored.dump()))
        restored = new KeptIntervals(limits(50))
        restored.restore(dump)
      }
    }
    expect(restored.dump()).toEqual(one.dump())
    expect(restored.size).toBe(one.size)
    expect(restored.from('agent')).toBe(one.from('agent'))
  })
})

import { describe, expect, it } from 'vitest'
import { Agenda } from './agenda.ts'
import { Random } from './random.ts'

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

describe('random numbers', () => {
  it('follow from seed and stream', () => {
    const first = (seed: number, stream?: number) =>
      Array.from({ length: 4 }, new Random(seed, stream).next.bind(new Random(seed, stream)))
    expect(first(1)).toEqual(first(1))
    expect(first(1)).not.toEqual(first(2))
    expect(first(1, 1)).not.toEqual(first(1, 2))
  })

  it('are spread evenly, and unlike from seed to seed', () => {
    const random = new Random(7)
    const buckets = Array.from({ length: 10 }, () => 0)
    for (let n = 0; n < 100_000; n++) buckets[Math.floor(random.next() * 10)]!++
    // Chi square with 9 degrees of freedom: above 27.9 in one of a thousand.
    expect(buckets.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0)).toBeLessThan(27.9)
    const firsts = Array.from({ length: 10_000 }, (_, seed) => new Random(seed).next())
    expect(mean(firsts)).toBeCloseTo(0.5, 1)
  })

  it('have the means and spreads that are asked for', () => {
    const random = new Random(11)
    const exponential = Array.from({ length: 100_000 }, () => random.exponential(50))
    const logNormal = Array.from({ length: 100_000 }, () => random.logNormal(50, 0.8))
    expect(mean(exponential)).toBeCloseTo(50, -0.5)
    expect(mean(logNormal)).toBeCloseTo(50, -0.5)
    const deviation = Math.sqrt(mean(logNormal.map((value) => (value - 50) ** 2)))
    expect(deviation / 50).toBeCloseTo(0.8, 1)
    expect(random.pick([])).toBeUndefined()
    expect(random.chance(0)).toBe(false)
  })
})

describe('an agenda', () => {
  it('gives entries by time, then in the order of planning', () => {
    const agenda = new Agenda()
    const random = new Random(3)
    const acts: number[] = []
    const times = Array.from({ length: 500 }, () => Math.floor(random.next() * 50))
    for (const [number, at] of times.entries()) agenda.plan(at, () => acts.push(number))
    expect(agenda.next()).toBe(Math.min(...times))
    for (let entry = agenda.take(); entry; entry = agenda.take()) entry.act()
    const expected = times.map((at, number) => ({ at, number })).sort((a, b) => a.at - b.at || a.number - b.number)
    expect(acts).toEqual(expected.map(({ number }) => number))
    expect(agenda.next()).toBeUndefined()
  })
})

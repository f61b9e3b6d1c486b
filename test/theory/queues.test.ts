import { describe, expect, it } from 'vitest'
import { comparePriorities, compareQueue, IMPATIENT_CASES, PATIENT_CASES, PRIORITY_CASES } from './experiment.ts'
import { chanceOfMore } from './statistics.ts'

/** A part of what `npm run theory` prints, at a size that a test can take. */
const EFFORT = { calls: 600, replications: 10 }

/** Half a minute's work on a machine that has nothing else to do. */
const SIMULATION_MS_MAX = 600_000

/** At most so many intervals of 99 % may miss; more would be chance in less than one run of ten thousand. */
function allowedOutside(count: number): number {
  let allowed = 0
  while (chanceOfMore(count, allowed) > 1e-4) allowed++
  return allowed
}

const everyThird = <T>(items: readonly T[]): readonly T[] => items.filter((_, index) => index % 3 === 1)

describe('simulated queues', { timeout: SIMULATION_MS_MAX }, () => {
  it('of callers who wait for ever are as Erlang C says', () => {
    const small = PATIENT_CASES.filter(({ agents, load }) => agents <= 20 && load <= agents * 0.9)
    const results = everyThird(small).map((one) => compareQueue(one, EFFORT))
    const comparisons = results.flatMap((result) => result.comparisons)
    const outside = comparisons.filter(({ inside }) => !inside)
    expect(outside.length, JSON.stringify(outside)).toBeLessThanOrEqual(allowedOutside(comparisons.length))
  })

  it('of callers who hang up are as Erlang A says', () => {
    const results = everyThird(IMPATIENT_CASES).map((one) => compareQueue(one, EFFORT))
    const comparisons = results.flatMap((result) => result.comparisons)
    const outside = comparisons.filter(({ inside }) => !inside)
    expect(outside.length, JSON.stringify(outside)).toBeLessThanOrEqual(allowedOutside(comparisons.length))
  })

  it('of several priorities are as their closed form says', () => {
    const results = PRIORITY_CASES.slice(0, 4).map((one) => comparePriorities(one, EFFORT))
    const comparisons = results.flatMap((result) => result.comparisons)
    const outside = comparisons.filter(({ inside }) => !inside)
    expect(outside.length, JSON.stringify(outside)).toBeLessThanOrEqual(allowedOutside(comparisons.length))
  })
})

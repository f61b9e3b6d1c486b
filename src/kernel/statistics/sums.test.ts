import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Fact } from './fact.ts'
import { INTERVAL_MS, splitByInterval } from './interval.ts'
import { KeptIntervals } from './kept-intervals.ts'
import { addSum, addSums, type Sum, sumKey } from './sums.ts'

const moment = fc.integer({ min: 0, max: 20 * INTERVAL_MS })
const fact = fc
  .record({
    at: moment,
    ms: fc.integer({ min: 0, max: 3 * INTERVAL_MS }),
    measure: fc.constantFrom('talk', 'answered', 'handled'),
  })
  .map(
    ({ at, ms, measure }): Fact => ({
      at: at + ms,
      ms,
      measure: measure as Fact['measure'],
      queue: 'support',
      agent: 'ada',
    }),
  )

describe('sums', () => {
  it('STA-07 of the parts of a stretch are the stretch, wherever it is cut', () => {
    fc.assert(
      fc.property(moment, moment, (a, b) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)]
        const parts = splitByInterval(from, to)
        expect(parts.reduce((sum, { ms }) => sum + ms, 0)).toBe(to - from)
        for (const { startAt, ms } of parts) {
          expect(startAt % INTERVAL_MS).toBe(0)
          expect(ms).toBeGreaterThan(0)
          expect(ms).toBeLessThanOrEqual(INTERVAL_MS)
        }
      }),
    )
  })

  it('over intervals are the sums of the facts, in whatever order these come', () => {
    fc.assert(
      fc.property(fc.array(fact, { maxLength: 40 }), (facts) => {
        const kept = new KeptIntervals()
        for (const one of facts) kept.add(one)
        const sums = kept.sum('queue', 'support', 0)
        for (const measure of ['talk', 'answered', 'handled'] as const) {
          const own = facts.filter((one) => one.measure === measure)
          const { count, ms, longestMs } = sums.get(measure) ?? { count: 0, ms: 0, longestMs: 0 }
          expect(ms).toBe(own.reduce((sum, one) => sum + one.ms, 0))
          expect(count).toBe(measure === 'talk' ? 0 : own.length)
          expect(longestMs).toBe(measure === 'talk' ? 0 : Math.max(0, ...own.map((one) => one.ms)))
        }
        // A queue's answers are not its agent's figure.
        expect(kept.sum('agent', 'ada', 0).has('answered')).toBe(false)
      }),
    )
  })

  it('add up the same whichever comes first', () => {
    const sum = fc.record({ count: fc.nat(9), ms: fc.nat(99), longestMs: fc.nat(99) })
    fc.assert(
      fc.property(sum, sum, sum, (a, b, c) => {
        expect(addSum(addSum(a, b), c)).toEqual(addSum(a, addSum(b, c)))
        expect(addSum(a, b)).toEqual(addSum(b, a))
        const into = new Map<string, Sum>([['talk', a]])
        addSums(
          into,
          new Map([
            ['talk', b],
            ['hold', c],
          ]),
        )
        expect([...into]).toEqual([
          ['talk', addSum(a, b)],
          ['hold', c],
        ])
      }),
    )
    expect([sumKey('answered'), sumKey('answered', 'late')]).toEqual(['answered', 'answered:late'])
  })
})

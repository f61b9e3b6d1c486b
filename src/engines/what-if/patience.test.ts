import { describe, expect, it } from 'vitest'
import { Patience } from './patience.ts'
import { Random } from './random.ts'

const seen = (waitedMs: number) => ({ waitedMs, hungUp: true })
const answered = (waitedMs: number) => ({ waitedMs, hungUp: false })

describe('patience', () => {
  // Kaplan and Meier 1958, section 1: deaths at 0.8, 3.1, 5.4, 9.2, losses at 1.0, 2.7, 7.0, 12.1.
  it('is the published example of the product-limit estimate', () => {
    const curve = new Patience([
      seen(800),
      answered(1_000),
      answered(2_700),
      seen(3_100),
      seen(5_400),
      answered(7_000),
      seen(9_200),
      answered(12_100),
    ])
    expect(curve.survives(799)).toBe(1)
    expect(curve.survives(800)).toBeCloseTo(7 / 8, 12)
    expect(curve.survives(3_100)).toBeCloseTo((7 / 8) * (4 / 5), 12)
    expect(curve.survives(5_400)).toBeCloseTo((7 / 8) * (4 / 5) * (3 / 4), 12)
    expect(curve.survives(9_199)).toBeCloseTo((7 / 8) * (4 / 5) * (3 / 4), 12)
    expect(curve.survives(9_200)).toBeCloseTo((7 / 8) * (4 / 5) * (3 / 4) * (1 / 2), 12)
  })

  it('counts who was answered as having had more: hang-ups over all time waited', () => {
    const random = new Random(5)
    const samples = Array.from({ length: 20_000 }, () => {
      const patience = random.exponential(120_000)
      const wait = random.exponential(40_000)
      return { waitedMs: Math.round(Math.min(patience, wait)), hungUp: patience < wait }
    })
    const curve = new Patience(samples)
    expect(curve.meanMs / 120_000).toBeCloseTo(1, 1)
    for (const at of [10_000, 60_000, 120_000]) expect(curve.survives(at)).toBeCloseTo(Math.exp(-at / 120_000), 1)
    // What a mean of the hang-ups alone would say: a quarter of the truth.
    const hangUps = samples.filter(({ hungUp }) => hungUp).map(({ waitedMs }) => waitedMs)
    expect(hangUps.reduce((sum, ms) => sum + ms, 0) / hangUps.length).toBeLessThan(40_000)
  })

  it('draws what is longer than was seen already, with the shares of the curve', () => {
    const random = new Random(9)
    const curve = new Patience(Array.from({ length: 2_000 }, () => seen(Math.round(random.exponential(60_000)))))
    const drawn = Array.from({ length: 4_000 }, () => curve.draw(random, 30_000) ?? 0)
    expect(Math.min(...drawn)).toBeGreaterThan(30_000)
    const longer = drawn.filter((ms) => ms > 90_000).length / drawn.length
    expect(longer).toBeCloseTo(curve.survives(90_000) / curve.survives(30_000), 1)
    expect(drawn.reduce((sum, ms) => sum + ms, 0) / drawn.length).toBeGreaterThan(75_000)
    expect(curve.draw(random, 5_000_000)).toBeGreaterThan(5_000_000)
  })

  it('goes on beyond the last hang-up at a constant rate', () => {
    const curve = new Patience([seen(10_000), answered(50_000), answered(50_000), answered(90_000)])
    expect(curve.hangUps).toBe(1)
    expect(curve.meanMs).toBeCloseTo(200_000, 6)
    expect(curve.survives(10_000)).toBe(0.75)
    expect(curve.survives(210_000)).toBeCloseTo(0.75 * Math.exp(-1), 9)
    const random = new Random(1)
    const drawn = Array.from({ length: 2_000 }, () => curve.draw(random, 60_000) ?? 0)
    expect(drawn.reduce((sum, ms) => sum + ms, 0) / drawn.length / 260_000).toBeCloseTo(1, 1)
  })

  it('is without end where nobody ever hung up', () => {
    const curve = new Patience([answered(1_000), answered(0)])
    expect([curve.draw(new Random(1), 0), curve.meanMs, curve.survives(1e9)]).toEqual([
      undefined,
      Number.POSITIVE_INFINITY,
      1,
    ])
    expect(new Patience([]).draw(new Random(1), 0)).toBeUndefined()
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  expectedWait,
  judgeWait,
  NO_ACCURACY,
  NO_PACE,
  noteVerdict,
  PAUSES_MAX,
  type Pace,
  paceAnswered,
  paceLost,
  paceOffered,
} from './pace.ts'

const MINUTE = 60_000
const NOW = 1_000_000_000

/** A queue whose front has been served every so often, the last one just now. */
function paced(pauses: readonly number[], more: Partial<Pace> = {}): Pace {
  return { ...NO_PACE, pauses, offeredAt: NOW, ...more }
}

const every = (pauseMs: number, count: number, more: Partial<Pace> = {}): Pace =>
  paced(
    Array.from({ length: count }, () => pauseMs),
    more,
  )

const waitAt = (pace: Pace, position: number, now = NOW) => expectedWait(pace, { position, now, frontEnteredAt: NOW })

const middle = (pace: Pace, position: number): number => {
  const { leastMs, mostMs } = waitAt(pace, position)!
  return (leastMs + mostMs) / 2
}

/** Numbers that follow from a seed, so that a share is the same in every run. */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return (state + 1) / 2 ** 32
  }
}

describe('the pace of a queue', () => {
  it('is taken from pauses in which somebody waited, and from those alone', () => {
    let pace = paceOffered(NO_PACE, 1_000, 1_000)
    expect([pace.pauses, pace.offeredAt]).toEqual([[], 1_000])
    // Nobody called for an hour: that is no pause of the agents.
    pace = paceOffered(pace, 3_601_000, 3_601_000)
    expect(pace.pauses).toEqual([])
    // Who waited since before the last offer waited for the next agent since that offer; who came later, since it came.
    pace = paceOffered(pace, 3_600_500, 3_611_000)
    pace = paceOffered(pace, 3_615_000, 3_620_000)
    expect(pace.pauses).toEqual([10_000, 5_000])
  })

  it('remembers the last pauses', () => {
    let pace: Pace = { ...NO_PACE, offeredAt: 0 }
    for (let n = 1; n <= PAUSES_MAX + 5; n++) pace = paceOffered(pace, 0, (n * (n + 1)) / 2)
    expect(pace.pauses).toHaveLength(PAUSES_MAX)
    expect(pace.pauses[0]).toBe(6)
  })

  it('knows how long phones ring, and at which rate callers hang up', () => {
    let pace = NO_PACE
    for (let n = 0; n < 400; n++) {
      pace = paceAnswered(pace, 20_000, 5_000)
      if (n % 4 === 0) pace = paceLost(pace, 30_000)
    }
    expect(pace.ringMs).toBe(5_000)
    // One hang-up for four answers: in 110 s of waiting.
    expect((pace.lost / 1_000_000 / pace.waitedMs) * 110_000).toBeCloseTo(1, 1)
    for (let n = 0; n < 500; n++) pace = paceAnswered(pace, 20_000, 9_000)
    expect(pace.lost / 1_000_000).toBeLessThan(0.1)
    expect(pace.ringMs).toBeGreaterThan(8_900)
  })
})

describe('the expected wait (promise 13)', () => {
  it('is not said before there is something to go by', () => {
    expect(waitAt(NO_PACE, 1)).toBeUndefined()
    expect(waitAt(every(10_000, 4), 1)).toBeUndefined()
    expect(waitAt(every(10_000, 5), 1)).toBeDefined()
  })

  it('is not said any more when nobody has been served for long', () => {
    expect(waitAt(every(10_000, 20), 1, NOW + 15 * MINUTE)).toBeDefined()
    expect(waitAt(every(10_000, 20), 1, NOW + 15 * MINUTE + 1)).toBeUndefined()
  })

  it('is a range around position times pause, and the ringing on top', () => {
    const { leastMs, mostMs } = waitAt(every(30_000, 20), 4)!
    expect(leastMs).toBeLessThan(4 * 30_000)
    expect(mostMs).toBeGreaterThan(4 * 30_000)
    expect(middle(every(30_000, 20), 4) / (4 * 30_000)).toBeCloseTo(1, 0)
    const ringing = waitAt(every(30_000, 20, { ringMs: 7_000 }), 4)!
    expect([ringing.leastMs - leastMs, ringing.mostMs - mostMs]).toEqual([7_000, 7_000])
  })

  it('is shorter where those ahead may hang up', () => {
    const loss = { lost: 20_000_000, waitedMs: 20 * 60_000 }
    expect(middle(every(30_000, 20, loss), 1)).toBe(middle(every(30_000, 20), 1))
    const ratio = middle(every(30_000, 20, loss), 20) / middle(every(30_000, 20), 20)
    // Twenty ahead, each gone within a minute: the sum of 1 / (1/30 + k/60) s for k to 19 instead of 20 × 30 s.
    expect(ratio).toBeLessThan(0.35)
    expect(ratio).toBeGreaterThan(0.2)
  })

  it('is narrower, for its length, the more is known', () => {
    const few = waitAt(every(30_000, 5), 10)!
    const many = waitAt(every(30_000, 20), 10)!
    expect(many.mostMs - many.leastMs).toBeLessThan(few.mostMs - few.leastMs)
  })

  it('is wider where the pace is uneven', () => {
    const width = (pace: Pace) => waitAt(pace, 5)!.mostMs - waitAt(pace, 5)!.leastMs
    const uneven = Array.from({ length: 20 }, (_, index) => (index % 10 === 0 ? 210_000 : 10_000))
    expect(width(paced(uneven))).toBeGreaterThan(1.3 * width(every(30_000, 20)))
  })

  it('grows while nobody is served, from when the front could have been', () => {
    const pace = every(30_000, 10)
    expect(waitAt(pace, 3, NOW + 10_000)).toEqual(waitAt(pace, 3))
    expect(waitAt(pace, 3, NOW + 5 * MINUTE)!.mostMs).toBeGreaterThan(waitAt(pace, 3)!.mostMs)
    const young = { position: 3, now: NOW + 5 * MINUTE, frontEnteredAt: NOW + 5 * MINUTE - 1_000 }
    expect(expectedWait(pace, young)).toEqual(waitAt(pace, 3))
  })

  it('never begins below nothing and never ends before it begins', () => {
    const pauses = fc.array(fc.nat(600_000), { minLength: 5, maxLength: PAUSES_MAX })
    fc.assert(
      fc.property(pauses, fc.integer({ min: 1, max: 99 }), fc.nat(50_000_000), (all, position, lost) => {
        const wait = waitAt(paced(all, { lost, waitedMs: 600_000 }), position)!
        expect(wait.leastMs).toBeGreaterThanOrEqual(0)
        expect(wait.mostMs).toBeGreaterThanOrEqual(wait.leastMs)
      }),
    )
  })

  it('holds the true wait in about two of three cases, at every position', () => {
    const random = randomNumbers(1)
    const pause = (): number => Math.round(-Math.log(random()) * 20_000)
    for (const position of [1, 2, 5, 20]) {
      let held = 0
      for (let n = 0; n < 2_000; n++) {
        const { leastMs, mostMs } = waitAt(paced(Array.from({ length: PAUSES_MAX }, pause)), position)!
        let waited = 0
        for (let ahead = 0; ahead < position; ahead++) waited += pause()
        if (waited >= leastMs && waited <= mostMs) held++
      }
      expect(held / 2_000, `position ${position}`).toBeGreaterThan(0.6)
      expect(held / 2_000, `position ${position}`).toBeLessThan(0.75)
    }
  })
})

describe('what came of an announcement', () => {
  const told = { leastMs: 60_000, mostMs: 120_000 }

  it.each([
    [59_999, true, 'sooner'],
    [60_000, true, 'within'],
    [120_000, true, 'within'],
    [120_001, true, 'later'],
    [120_001, false, 'later'],
    [119_000, false, undefined],
  ] as const)('after %d ms, answered %s, is %s', (waitedMs, answered, verdict) => {
    expect(judgeWait(told, waitedMs, answered)).toBe(verdict)
  })

  it('is counted, and the older half forgotten in time', () => {
    let accuracy = NO_ACCURACY
    for (let n = 0; n < 200; n++) accuracy = noteVerdict(accuracy, n % 4 === 0 ? 'later' : 'within')
    expect(accuracy).toEqual({ judged: 200, within: 150, sooner: 0, later: 50 })
    accuracy = noteVerdict(accuracy, 'sooner')
    expect(accuracy).toEqual({ judged: 101, within: 75, sooner: 1, later: 25 })
    for (let n = 0; n < 1_000; n++) accuracy = noteVerdict(accuracy, 'sooner')
    expect(accuracy.within).toBeLessThan(5)
    expect(accuracy.judged).toBe(accuracy.within + accuracy.sooner + accuracy.later)
  })
})

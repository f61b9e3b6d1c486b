import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Announcing,
  announcementsDue,
  expectedWait,
  nextAnnouncementAt,
  numberPrompts,
  positionPrompts,
} from './announcement.ts'
import { newQueue } from './queue.ts'

const MINUTE = 60_000

/** Answers every so often, the last one just now. */
function answersEvery(pauseMs: number, count: number, last = 1_000_000_000): number[] {
  return Array.from({ length: count }, (_, index) => last - (count - 1 - index) * pauseMs)
}

function queueWith(answers: readonly number[]) {
  const queue = newQueue('support')
  queue.answers = answers
  return queue
}

const NOW = 1_000_000_000

describe('the expected wait (promise 13)', () => {
  it('is not said before there is something to go by', () => {
    expect(expectedWait([], 1, NOW)).toBeUndefined()
    expect(expectedWait(answersEvery(10_000, 4), 1, NOW)).toBeUndefined()
    expect(expectedWait(answersEvery(10_000, 5), 1, NOW)).toBeDefined()
  })

  it('is not said any more when the queue has not been answered for long', () => {
    const answers = answersEvery(10_000, 20)
    expect(expectedWait(answers, 1, NOW + 15 * MINUTE)).toBeDefined()
    expect(expectedWait(answers, 1, NOW + 15 * MINUTE + 1)).toBeUndefined()
  })

  it('is a range around position times pause', () => {
    const wait = expectedWait(answersEvery(30_000, 20), 4, NOW)!
    expect(wait.leastMs).toBeLessThan(4 * 30_000)
    expect(wait.mostMs).toBeGreaterThan(4 * 30_000)
    expect(wait.leastMs + wait.mostMs).toBeCloseTo(2 * 4 * 30_000)
  })

  it('is narrower, for its length, the more is known', () => {
    const few = expectedWait(answersEvery(30_000, 5), 10, NOW)!
    const many = expectedWait(answersEvery(30_000, 20), 10, NOW)!
    expect(many.mostMs - many.leastMs).toBeLessThan(few.mostMs - few.leastMs)
  })

  it('grows while nobody is answered', () => {
    const answers = answersEvery(30_000, 10)
    const soon = expectedWait(answers, 3, NOW + 10_000)!
    const late = expectedWait(answers, 3, NOW + 5 * MINUTE)!
    expect(soon).toEqual(expectedWait(answers, 3, NOW))
    expect(late.mostMs).toBeGreaterThan(soon.mostMs)
  })

  it('never begins below nothing and never ends before it begins', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(600_000), { minLength: 5, maxLength: 20 }),
        fc.integer({ min: 1, max: 99 }),
        (pauses, position) => {
          let at = NOW
          const answers = pauses.map((pause) => (at += pause))
          const wait = expectedWait(answers, position, at)
          if (!wait) return
          expect(wait.leastMs).toBeGreaterThanOrEqual(0)
          expect(wait.mostMs).toBeGreaterThanOrEqual(wait.leastMs)
        },
      ),
    )
  })

  it('holds the true wait in about two of three cases when answers come at random', () => {
    // A fixed sequence of random numbers, so that the share is the same in every run.
    let seed = 1
    const random = (): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
      return (seed + 1) / 2 ** 32
    }
    const pause = (): number => -Math.log(random()) * 20_000
    let held = 0
    const cases = 2_000
    for (let n = 0; n < cases; n++) {
      const answers = [NOW]
      while (answers.length < 20) answers.push(answers.at(-1)! + pause())
      let waited = 0
      for (let ahead = 0; ahead < 5; ahead++) waited += pause()
      const { leastMs, mostMs } = expectedWait(answers, 5, answers.at(-1)!)!
      if (waited >= leastMs && waited <= mostMs) held++
    }
    expect(held / cases).toBeGreaterThan(0.6)
    expect(held / cases).toBeLessThan(0.8)
  })
})

describe('what a waiting caller is told', () => {
  it('is the position alone while no wait can be named', () => {
    expect(positionPrompts(queueWith([]), 3, NOW)).toEqual(['position-is', 'numbers/3'])
  })

  it('is less than a minute when it is', () => {
    expect(positionPrompts(queueWith(answersEvery(5_000, 20)), 2, NOW)).toEqual([
      'position-is',
      'numbers/2',
      'estimated-wait',
      'less-than-a-minute',
    ])
  })

  it('is a range of minutes', () => {
    expect(positionPrompts(queueWith(answersEvery(MINUTE, 20)), 9, NOW)).toEqual([
      'position-is',
      'numbers/9',
      'estimated-wait',
      'numbers/5',
      'numbers/13',
      'minutes',
    ])
  })

  it('says short ranges from less than a minute on', () => {
    expect(positionPrompts(queueWith(answersEvery(MINUTE, 20)), 1, NOW).slice(2)).toEqual([
      'estimated-wait',
      'numbers/1',
      'numbers/3',
      'minutes',
    ])
    expect(positionPrompts(queueWith(answersEvery(25_000, 20)), 1, NOW).slice(2)).toEqual([
      'estimated-wait',
      'less-than-a-minute',
    ])
    expect(positionPrompts(queueWith(answersEvery(32_000, 20)), 1, NOW).slice(2)).toEqual([
      'estimated-wait',
      'numbers/1',
      'numbers/2',
      'minutes',
    ])
  })

  it('names no wait that nobody can plan by', () => {
    expect(positionPrompts(queueWith(answersEvery(4 * MINUTE, 20)), 40, NOW)).toEqual(['position-is', 'numbers/40'])
  })

  it('is nothing far behind', () => {
    expect(positionPrompts(queueWith([]), 100, NOW)).toEqual([])
  })
})

describe('numbers', () => {
  it.each([
    [0, ['numbers/0']],
    [7, ['numbers/7']],
    [20, ['numbers/20']],
    [21, ['numbers/20', 'numbers/1']],
    [30, ['numbers/30']],
    [99, ['numbers/90', 'numbers/9']],
    [100, undefined],
    [-1, undefined],
    [1.5, undefined],
  ])('%d is said as %o', (number, prompts) => {
    expect(numberPrompts(number)).toEqual(prompts)
  })
})

describe('when something is said', () => {
  const queue: Announcing = {
    positionEveryMs: 30_000,
    comfort: [
      { afterMs: 45_000, everyMs: 60_000, prompts: ['again'] },
      { afterMs: 60_000, prompts: ['once'] },
    ],
  }

  it('follows from the moment of entering alone', () => {
    const times: number[] = []
    for (let at = nextAnnouncementAt(queue, 1_000, 1_000); at! <= 166_000; at = nextAnnouncementAt(queue, 1_000, at!)) {
      times.push(at! - 1_000)
    }
    expect(times).toEqual([30_000, 45_000, 60_000, 90_000, 105_000, 120_000, 150_000, 165_000])
  })

  it('is never for a queue that says nothing, or nothing more', () => {
    expect(nextAnnouncementAt({ positionEveryMs: 0 }, 0, 0)).toBeUndefined()
    const once = { positionEveryMs: 0, comfort: [{ afterMs: 5_000, prompts: ['once'] }] }
    expect(nextAnnouncementAt(once, 0, 4_999)).toBe(5_000)
    expect(nextAnnouncementAt(once, 0, 5_000)).toBeUndefined()
  })

  it.each([
    [29_999, 30_000, true, []],
    [44_999, 45_000, false, ['again']],
    [59_999, 60_000, true, ['once']],
    [30_000, 44_999, false, []],
    [44_999, 60_000, true, ['again', 'once']],
  ])('is, after %i and up to %i, the position: %s, and of comfort %j', (from, to, position, prompts) => {
    const due = announcementsDue(queue, 0, { from, to })
    expect([due.position, due.comfort.flatMap((one) => one.prompts)]).toEqual([position, prompts])
  })

  it('leaves nothing out and says nothing twice, however late it is served', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 20 }), (steps) => {
        let from = 0
        const said: string[] = []
        for (const step of steps) {
          const due = announcementsDue(queue, 0, { from, to: from + step })
          said.push(...due.comfort.flatMap((one) => one.prompts))
          from += step
        }
        expect(said.filter((prompt) => prompt === 'once').length).toBe(from >= 60_000 ? 1 : 0)
      }),
    )
  })
})

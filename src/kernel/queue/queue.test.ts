import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { enter, leave, meetsSkills, newQueue, noteLevel, noteWait, type WaitingEntry } from './queue.ts'

/** What a point of priority is worth here. */
const STEP_MS = 5

const waiting = (interaction: string, priority: number, enteredAt: number): WaitingEntry => ({
  interaction,
  priority,
  enteredAt,
  rankAt: enteredAt - priority * STEP_MS,
})
describe('who waits', () => {
  it('is served by priority, then by the moment of entering, then by id', () => {
    const queue = newQueue('support')
    enter(queue, waiting('c', 50, 2))
    enter(queue, waiting('b', 50, 1))
    enter(queue, waiting('a', 50, 2))
    enter(queue, waiting('late-but-first', 60, 9))
    expect([...queue.waiting].map((entry) => entry.interaction)).toEqual(['late-but-first', 'b', 'a', 'c'])
  })

  it('overtakes by priority only those who have not waited for longer than it is worth: nobody waits for ever', () => {
    const queue = newQueue('support')
    enter(queue, waiting('patient', 0, 0))
    enter(queue, waiting('urgent', 10, 49))
    enter(queue, waiting('urgent-too-late', 10, 51))
    expect([...queue.waiting].map((entry) => entry.interaction)).toEqual(['urgent', 'patient', 'urgent-too-late'])
  })

  it('keeps the order of arrival within equal priority, in whatever order they are noted', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(10_000), { maxLength: 60 }), (moments) => {
        const queue = newQueue('support')
        for (const at of moments) enter(queue, waiting(`ix-${at}`, 50, at))
        expect([...queue.waiting].map((entry) => entry.enteredAt)).toEqual([...moments].sort((a, b) => a - b))
      }),
      { numRuns: 50 },
    )
  })

  it('gets its old place back when it returns with its old moment (AGS-03)', () => {
    const queue = newQueue('support')
    for (let at = 1; at <= 3; at++) enter(queue, waiting(`ix-${at}`, 50, at))
    leave(queue, waiting('ix-1', 50, 1))
    expect(queue.waiting.first()?.interaction).toBe('ix-2')
    enter(queue, waiting('ix-1', 50, 1))
    expect(queue.waiting.first()?.interaction).toBe('ix-1')
  })
})

describe('skills (ACD-02)', () => {
  it.each([
    [{ support: 80 }, { support: 1 }, true],
    [{ support: 80 }, { support: 80 }, true],
    [{ support: 79 }, { support: 80 }, false],
    [{ support: 80 }, { support: 1, german: 1 }, false],
    [{ support: 80, german: 60 }, { support: 1, german: 60 }, true],
    [{}, {}, true],
    [{}, { support: 0 }, true],
    [{ support: 0 }, { support: 1 }, false],
    [{}, { constructor: 1 }, false],
  ])('%o for %o: %s', (has, needs, fits) => {
    expect(meetsSkills(has as Record<string, number>, needs as unknown as Record<string, number>)).toBe(fits)
  })
})

describe('the level of a queue', () => {
  it('falls with those who wait too long, and comes back with those who do not', () => {
    const queue = newQueue('support')
    noteLevel(queue, true)
    expect(queue.level).toBe(1_000)
    for (let n = 0; n < 200; n++) noteLevel(queue, false)
    const low = queue.level!
    expect(low).toBeLessThan(50)
    for (let n = 0; n < 200; n++) noteLevel(queue, true)
    expect(queue.level!).toBeGreaterThan(950)
  })
})

describe('what happens to those who wait', () => {
  const told = { at: 10_000, leastMs: 0, mostMs: 60_000 }

  it('makes the pace of the queue', () => {
    const queue = newQueue('support')
    noteWait(queue, { type: 'offered', enteredAt: 1_000, at: 4_000 })
    noteWait(queue, { type: 'answered', enteredAt: 1_000, at: 9_000, rangMs: 5_000 })
    noteWait(queue, { type: 'lost', enteredAt: 2_000, at: 12_000 })
    expect(queue.pace).toMatchObject({ pauses: [3_000], offeredAt: 4_000, ringMs: 5_000 })
    expect(queue.pace.lost).toBe(1_000_000)
    expect(queue.accuracy.judged).toBe(0)
  })

  it('judges what they were told, from when it was said (promise 13)', () => {
    const queue = newQueue('support')
    noteWait(queue, { type: 'answered', enteredAt: 0, at: 70_000, rangMs: 0, told })
    noteWait(queue, { type: 'answered', enteredAt: 0, at: 70_001, rangMs: 0, told })
    noteWait(queue, { type: 'lost', enteredAt: 0, at: 60_000, told })
    noteWait(queue, { type: 'lost', enteredAt: 0, at: 80_000, told })
    expect(queue.accuracy).toEqual({ judged: 3, within: 1, sooner: 0, later: 2 })
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ANSWERS_MAX, enter, leave, meetsSkills, newQueue, noteAnswer, noteLevel, type WaitingEntry } from './queue.ts'

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

describe('the answers of a queue', () => {
  it('are the last ones only', () => {
    const queue = newQueue('support')
    for (let at = 1; at <= ANSWERS_MAX + 5; at++) noteAnswer(queue, at)
    expect(queue.answers).toHaveLength(ANSWERS_MAX)
    expect(queue.answers[0]).toBe(6)
    expect(queue.answers.at(-1)).toBe(ANSWERS_MAX + 5)
  })
})

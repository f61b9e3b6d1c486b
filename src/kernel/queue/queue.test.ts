import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ANSWERS_MAX,
  enter,
  leave,
  type MemberEntry,
  meetsSkills,
  newQueue,
  noteAnswer,
  seat,
  unseat,
  type WaitingEntry,
} from './queue.ts'

const waiting = (interaction: string, priority: number, enteredAt: number): WaitingEntry => ({
  interaction,
  priority,
  enteredAt,
})
const member = (user: string, free: boolean, idleSince = 0): MemberEntry => ({
  user,
  free,
  away: false,
  idleSince,
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

describe('who could serve', () => {
  it('is in order of idleness while free, and behind all free ones otherwise', () => {
    const queue = newQueue('support')
    seat(queue, member('busy', false, 1))
    seat(queue, member('short', true, 9))
    seat(queue, member('also', true, 3))
    seat(queue, member('long', true, 3))
    expect([...queue.members].map((entry) => entry.user)).toEqual(['also', 'long', 'short', 'busy'])
    expect(queue.free).toBe(3)
  })

  it('is named last when it is not even there', () => {
    const queue = newQueue('support')
    seat(queue, { ...member('a', false), away: true })
    seat(queue, member('b', false))
    seat(queue, member('c', true))
    expect([...queue.members].map((entry) => entry.user)).toEqual(['c', 'b', 'a'])
  })

  it('is counted once, however often it is seated', () => {
    const queue = newQueue('support')
    seat(queue, member('a', true))
    seat(queue, member('a', true))
    expect(queue.free).toBe(1)
    unseat(queue, member('a', true))
    unseat(queue, member('a', true))
    expect([queue.free, queue.members.size]).toEqual([0, 0])
  })

  it('moves when it takes work and when it comes back', () => {
    const queue = newQueue('support')
    seat(queue, member('a', true, 5))
    unseat(queue, member('a', true, 5))
    seat(queue, member('a', false, 5))
    expect([queue.free, queue.members.size]).toEqual([0, 1])
    unseat(queue, member('a', false, 77))
    seat(queue, member('a', true, 8))
    expect(queue.members.first()).toEqual(member('a', true, 8))
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

describe('the answers of a queue', () => {
  it('are the last ones only', () => {
    const queue = newQueue('support')
    for (let at = 1; at <= ANSWERS_MAX + 5; at++) noteAnswer(queue, at)
    expect(queue.answers).toHaveLength(ANSWERS_MAX)
    expect(queue.answers[0]).toBe(6)
    expect(queue.answers.at(-1)).toBe(ANSWERS_MAX + 5)
  })
})

import { describe, expect, it } from 'vitest'
import type { Step } from './document.ts'
import { HEARING_WAIT_MS, type Hearing } from './hearing.ts'
import { followStep, type StepInput, stepHears, stepWaitMs } from './step.ts'

const MESSAGES: Step = { type: 'messages', mailbox: 'ada', next: 'over' }
const COUNT: Hearing = { items: [{ type: 'prompt', prompt: 'messages/you-have' }] }
const ONE: Hearing = {
  items: [
    { type: 'recording', recording: 'ix-1.r1' },
    { type: 'prompt', prompt: 'messages/keys' },
  ],
  message: { id: 'ix-1.r1', at: 5, isNew: true },
}
const WITHOUT_SOUND: Hearing = { ...ONE, items: [{ type: 'prompt', prompt: 'messages/no-sound' }] }

/** Where an input leads from there, or `stay`. */
function moves(hearing: Hearing | undefined, input: StepInput): string {
  const position = { attempt: 1, programEnded: input.type !== 'entered', ...(hearing && { hearing }) }
  const outcome = followStep(MESSAGES, position, input)
  if (outcome.type !== 'hear') return outcome.type
  expect(outcome).toMatchObject({ mailbox: 'ada', next: 'over' })
  return outcome.move
}

const digit = (which: string): StepInput => ({ type: 'digit', digit: which })

describe('a step that says messages (VML-05)', () => {
  it('goes from how many there are to the first by itself, and by each of its keys', () => {
    expect(moves(COUNT, { type: 'entered' })).toBe('stay')
    expect(moves(COUNT, { type: 'program-ended' })).toBe('next')
    // Not even how many there are could be said: the messages are what counts.
    expect(moves(COUNT, { type: 'program-ended', failed: true })).toBe('next')
    expect(['1', '2', '3'].map((key) => moves(COUNT, digit(key)))).toEqual(['next', 'next', 'next'])
  })

  it('says a message again, the next one, or removes it; any other key decides nothing', () => {
    expect(['1', '2', '3'].map((key) => moves(ONE, digit(key)))).toEqual(['next', 'again', 'remove'])
    expect(['0', '4', '#', '*', 'A', 'constructor'].map((key) => moves(ONE, digit(key)))).toEqual(Array(6).fill('stay'))
  })

  it('waits a while for a key, then says the next', () => {
    expect(moves(ONE, { type: 'program-ended' })).toBe('stay')
    expect(moves(ONE, { type: 'timed-out' })).toBe('next')
    expect([stepWaitMs(MESSAGES, false), stepWaitMs(MESSAGES, true)]).toEqual([undefined, HEARING_WAIT_MS])
    expect(moves(ONE, { type: 'recording-over' })).toBe('stay')
  })

  it('says once that a sound cannot be had', () => {
    expect(moves(ONE, { type: 'program-ended', failed: true })).toBe('unplayable')
    expect(moves(WITHOUT_SOUND, { type: 'program-ended', failed: true })).toBe('stay')
  })

  it('plays what its event says, once; without one it is silent', () => {
    const fresh = { attempt: 1, programEnded: false }
    expect(stepHears(MESSAGES, { ...fresh, hearing: ONE })).toEqual({ type: 'items', items: ONE.items, repeat: false })
    expect(stepHears(MESSAGES, { attempt: 1, programEnded: true, hearing: ONE })).toEqual({ type: 'silence' })
    expect(stepHears(MESSAGES, fresh)).toEqual({ type: 'silence' })
    expect(moves(undefined, { type: 'timed-out' })).toBe('stay')
  })
})

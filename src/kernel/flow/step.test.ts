import { describe, expect, it } from 'vitest'
import type { Step } from './document.ts'
import { followStep, REPLAY_WAIT_MS, type StepInput, type StepPosition, stepHears, stepOf, stepWaitMs } from './step.ts'

const FRESH: StepPosition = { attempt: 1, programEnded: false }
const SAID: StepPosition = { attempt: 1, programEnded: true }

const MENU: Step = {
  type: 'menu',
  prompts: ['menu'],
  choices: { '1': 'sales', '2': 'support' },
  timeoutMs: 5_000,
  attempts: 3,
  invalidPrompts: ['invalid-choice'],
  otherwise: 'support',
}
const PLAY: Step = { type: 'play', prompts: ['greeting', 'menu'], next: 'menu' }
const RECORD: Step = {
  type: 'record',
  prompts: ['record-intro'],
  until: '#',
  durationMsMax: 60_000,
  mailbox: 'support',
  next: 'replay',
}
const REPLAY: Step = { type: 'replay', next: 'end' }

const ENTERED: StepInput = { type: 'entered' }
const ENDED: StepInput = { type: 'program-ended' }
const TIMED_OUT: StepInput = { type: 'timed-out' }
const OVER: StepInput = { type: 'recording-over' }
const digit = (which: string): StepInput => ({ type: 'digit', digit: which })

describe('a play step', () => {
  it('waits for the end of its prompts, then goes on', () => {
    expect(followStep(PLAY, FRESH, ENTERED)).toEqual({ type: 'stay' })
    expect(followStep(PLAY, SAID, ENDED)).toEqual({ type: 'go', step: 'menu' })
  })

  it('does not mind digits', () => {
    expect(followStep(PLAY, FRESH, digit('1'))).toEqual({ type: 'stay' })
  })

  it('says its prompts once, and then nothing', () => {
    expect(stepHears(PLAY, FRESH)).toEqual({
      type: 'items',
      items: [
        { type: 'prompt', prompt: 'greeting' },
        { type: 'prompt', prompt: 'menu' },
      ],
      repeat: false,
    })
    expect(stepHears(PLAY, SAID)).toEqual({ type: 'silence' })
  })
})

describe('a menu step (IVR-01)', () => {
  it('goes where the digit leads, also in the middle of its prompts', () => {
    expect(followStep(MENU, FRESH, digit('1'))).toEqual({ type: 'go', step: 'sales' })
    expect(followStep(MENU, SAID, digit('2'))).toEqual({ type: 'go', step: 'support' })
  })

  it('waits after its prompts, for as long as it says', () => {
    expect(followStep(MENU, SAID, ENDED)).toEqual({ type: 'stay' })
    expect(stepWaitMs(MENU, false)).toBeUndefined()
    expect(stepWaitMs(MENU, true)).toBe(5_000)
  })

  it('asks again after a wrong digit and after silence', () => {
    expect(followStep(MENU, FRESH, digit('9'))).toEqual({ type: 'ask-again', attempt: 2 })
    expect(followStep(MENU, { ...SAID, attempt: 2 }, TIMED_OUT)).toEqual({ type: 'ask-again', attempt: 3 })
  })

  it('goes on otherwise when it has asked often enough', () => {
    expect(followStep(MENU, { ...SAID, attempt: 3 }, TIMED_OUT)).toEqual({ type: 'go', step: 'support' })
    expect(followStep(MENU, { ...FRESH, attempt: 3 }, digit('9'))).toEqual({ type: 'go', step: 'support' })
  })

  it('takes no inherited name for a choice', () => {
    expect(followStep(MENU, FRESH, digit('constructor'))).toEqual({ type: 'ask-again', attempt: 2 })
  })

  it('says first what was wrong when it asks again', () => {
    const hears = stepHears(MENU, { ...FRESH, attempt: 2 })
    expect(hears).toMatchObject({ items: [{ prompt: 'invalid-choice' }, { prompt: 'menu' }] })
  })
})

describe('a record step', () => {
  it('says its prompts and a beep, then records for as long as it says', () => {
    expect(stepHears(RECORD, FRESH)).toMatchObject({ items: [{ prompt: 'record-intro' }, { prompt: 'beep' }] })
    expect(followStep(RECORD, SAID, ENDED)).toEqual({ type: 'record', durationMsMax: 60_000, mailbox: 'support' })
    expect(stepHears(RECORD, SAID)).toEqual({ type: 'silence' })
    expect(stepWaitMs(RECORD, true)).toBe(60_000)
  })

  it('has no mailbox when its document names none', () => {
    const { mailbox: _, ...plain } = RECORD as Step & { type: 'record' }
    expect(followStep(plain, SAID, ENDED)).toEqual({ type: 'record', durationMsMax: 60_000 })
  })

  it('ends with its digit alone', () => {
    expect(followStep(RECORD, SAID, digit('#'))).toEqual({ type: 'go', step: 'replay' })
    expect(followStep(RECORD, SAID, digit('1'))).toEqual({ type: 'stay' })
  })

  it('ends with its time and with its recording', () => {
    expect(followStep(RECORD, SAID, TIMED_OUT)).toEqual({ type: 'go', step: 'replay' })
    expect(followStep(RECORD, SAID, OVER)).toEqual({ type: 'go', step: 'replay' })
  })

  it('does not mind the end of an earlier recording while it still says its prompts', () => {
    expect(followStep(RECORD, FRESH, OVER)).toEqual({ type: 'stay' })
  })
})

describe('a replay step', () => {
  const recorded: StepPosition = { ...FRESH, recording: 'ix-1.r1' }

  it('goes on at once when nothing was recorded', () => {
    expect(followStep(REPLAY, FRESH, ENTERED)).toEqual({ type: 'go', step: 'end' })
  })

  it('plays the recording and goes on when it has been heard', () => {
    expect(followStep(REPLAY, recorded, ENTERED)).toEqual({ type: 'stay' })
    expect(stepHears(REPLAY, recorded)).toEqual({
      type: 'items',
      items: [{ type: 'recording', recording: 'ix-1.r1' }],
      repeat: false,
    })
    expect(followStep(REPLAY, { ...recorded, programEnded: true }, ENDED)).toEqual({ type: 'go', step: 'end' })
  })

  it('does not wait for ever for a recording that is never sealed', () => {
    expect(stepWaitMs(REPLAY, false)).toBe(REPLAY_WAIT_MS)
    expect(followStep(REPLAY, recorded, TIMED_OUT)).toEqual({ type: 'go', step: 'end' })
  })
})

describe('steps that last', () => {
  const inputs = [ENTERED, ENDED, TIMED_OUT, OVER, digit('1')]

  it.each(inputs)('echo and music stay whatever comes: $type', (input) => {
    expect(followStep({ type: 'echo' }, FRESH, input)).toEqual({ type: 'stay' })
    expect(followStep({ type: 'music', prompt: 'music' }, FRESH, input)).toEqual({ type: 'stay' })
  })

  it('are heard without end', () => {
    expect(stepHears({ type: 'echo' }, FRESH)).toEqual({ type: 'echo' })
    expect(stepHears({ type: 'music', prompt: 'waltz' }, FRESH)).toEqual({
      type: 'items',
      items: [{ type: 'prompt', prompt: 'waltz' }],
      repeat: true,
    })
  })
})

describe('steps that lead on at once', () => {
  it.each<[Step, object]>([
    [
      { type: 'queue', queue: 'sales' },
      { type: 'queue', queue: 'sales' },
    ],
    [
      { type: 'queue', queue: 'sales', priority: 0 },
      { type: 'queue', queue: 'sales', priority: 0 },
    ],
    [
      { type: 'transfer', to: '3002', ringTimeoutMs: 9_000, otherwise: 'x' },
      { type: 'transfer', to: '3002', ringTimeoutMs: 9_000, otherwise: 'x' },
    ],
    [
      { type: 'callback', queue: 'sales', next: 'x' },
      { type: 'callback', queue: 'sales', next: 'x' },
    ],
    [{ type: 'hang-up' }, { type: 'hang-up' }],
  ])('%o', (step, outcome) => {
    expect(followStep(step, FRESH, ENTERED)).toEqual(outcome)
    expect(stepHears(step, FRESH)).toEqual({ type: 'silence' })
    expect(stepWaitMs(step, false)).toBeUndefined()
  })
})

describe('stepOf', () => {
  it('finds own steps only', () => {
    const document = { name: 'x', start: 'a', steps: { a: PLAY } }
    expect(stepOf(document, 'a')).toBe(PLAY)
    expect(stepOf(document, 'valueOf')).toBeUndefined()
    expect(stepOf(undefined, 'a')).toBeUndefined()
  })
})

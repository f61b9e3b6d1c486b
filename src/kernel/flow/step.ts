import { assertNever, type Millis } from '#base'
import type { FlowDocument, Step, StepName, StepWants } from './document.ts'
import { afterHearing, HEARING_WAIT_MS, type Hearing, type HearingMove, moveOf, type StepItem } from './hearing.ts'

/** How long a caller waits in silence for a recording to be sealed before the replay is left out; sealing takes well under a second. */
export const REPLAY_WAIT_MS = 10_000

/** What came to pass at a caller who stands in a step. */
export type StepInput =
  | { readonly type: 'entered' }
  /** What is said is over; `failed`: some of it could not be played. */
  | { readonly type: 'program-ended'; readonly failed?: boolean }
  | { readonly type: 'digit'; readonly digit: string }
  /** What the step waited for did not come in time. */
  | { readonly type: 'timed-out' }
  /** The recording of this step was ended or failed from outside. */
  | { readonly type: 'recording-over' }

/** What a step makes of it. */
export type StepOutcome =
  | { readonly type: 'stay' }
  | { readonly type: 'go'; readonly step: StepName }
  /** The menu is said again, as attempt number `attempt`. */
  | { readonly type: 'ask-again'; readonly attempt: number }
  | { readonly type: 'record'; readonly durationMsMax: number; readonly mailbox?: string }
  | { readonly type: 'hear'; readonly mailbox: string; readonly move: HearingMove; readonly next: StepName }
  | { readonly type: 'queue'; readonly queue: string; readonly priority?: number; readonly wants?: StepWants }
  | { readonly type: 'transfer'; readonly to: string; readonly ringTimeoutMs: number; readonly otherwise: StepName }
  | { readonly type: 'callback'; readonly queue: string; readonly next: StepName }
  | { readonly type: 'hang-up' }

/** Where a caller stands inside a step: what the outcome depends on besides the step itself. */
export interface StepPosition {
  /** How often a menu has asked, from 1. */
  readonly attempt: number
  readonly programEnded: boolean
  /** The last recording that a `record` step took. */
  readonly recording?: string
  /** Where it is among the messages of a mailbox. */
  readonly hearing?: Hearing
}

const STAY: StepOutcome = { type: 'stay' }

/** The step of that name; own keys only, so that `constructor` names nothing. */
export function stepOf(document: FlowDocument | undefined, name: StepName): Step | undefined {
  return document && Object.hasOwn(document.steps, name) ? document.steps[name] : undefined
}

/**
 * The interpreter: what follows when `input` meets a caller in `step`. Steps that wait answer `stay` on entering; all others
 * lead on at once. An input that the step has no use for (a late end of a prompt, a digit during music) leaves the caller there.
 */
export function followStep(step: Step, position: StepPosition, input: StepInput): StepOutcome {
  switch (step.type) {
    case 'play':
      return input.type === 'program-ended' ? { type: 'go', step: step.next } : STAY
    case 'menu':
      return followMenu(step, position, input)
    case 'record':
      return followRecord(step, position, input)
    case 'replay':
      return position.recording === undefined || (input.type !== 'entered' && input.type !== 'digit')
        ? { type: 'go', step: step.next }
        : STAY
    case 'messages':
      return followMessages(step, position, input)
    case 'echo':
    case 'music':
      return STAY
    case 'queue':
      return {
        type: 'queue',
        queue: step.queue,
        ...(step.priority === undefined ? undefined : { priority: step.priority }),
        ...(step.wants === undefined ? undefined : { wants: step.wants }),
      }
    case 'transfer':
      return { type: 'transfer', to: step.to, ringTimeoutMs: step.ringTimeoutMs, otherwise: step.otherwise }
    case 'callback':
      return { type: 'callback', queue: step.queue, next: step.next }
    case 'hang-up':
      return { type: 'hang-up' }
    default:
      return assertNever(step)
  }
}

function followMenu(step: Step & { type: 'menu' }, position: StepPosition, input: StepInput): StepOutcome {
  if (input.type !== 'digit' && input.type !== 'timed-out') return STAY
  if (input.type === 'digit' && Object.hasOwn(step.choices, input.digit)) {
    return { type: 'go', step: step.choices[input.digit]! }
  }
  if (position.attempt >= step.attempts) return { type: 'go', step: step.otherwise }
  return { type: 'ask-again', attempt: position.attempt + 1 }
}

function followRecord(step: Step & { type: 'record' }, position: StepPosition, input: StepInput): StepOutcome {
  const go: StepOutcome = { type: 'go', step: step.next }
  switch (input.type) {
    case 'program-ended':
      return {
        type: 'record',
        durationMsMax: step.durationMsMax,
        ...(step.mailbox === undefined ? undefined : { mailbox: step.mailbox }),
      }
    case 'digit':
      return input.digit === step.until ? go : STAY
    case 'timed-out':
    case 'recording-over':
      return position.programEnded ? go : STAY
    case 'entered':
      return STAY
    default:
      return assertNever(input)
  }
}

function followMessages(
  { mailbox, next }: Step & { type: 'messages' },
  { hearing }: StepPosition,
  input: StepInput,
): StepOutcome {
  const move = hearing && hearingMove(hearing, input)
  return move === undefined ? STAY : { type: 'hear', mailbox, move, next }
}

function hearingMove(hearing: Hearing, input: StepInput): HearingMove | undefined {
  if (input.type === 'timed-out') return 'next'
  if (input.type === 'digit') return moveOf(hearing, input.digit)
  return input.type === 'program-ended' ? afterHearing(hearing, input.failed ?? false) : undefined
}

/** How long a caller waits in the step before it counts as `timed-out`, counted from entering it or, once that is over, from the end of its program; undefined while there is no such limit. */
export function stepWaitMs(step: Step, programEnded: boolean): Millis | undefined {
  switch (step.type) {
    case 'menu':
      return programEnded ? step.timeoutMs : undefined
    case 'record':
      return programEnded ? step.durationMsMax : undefined
    case 'replay':
      return programEnded ? undefined : REPLAY_WAIT_MS
    case 'messages':
      return programEnded ? HEARING_WAIT_MS : undefined
    case 'play':
    case 'echo':
    case 'music':
    case 'queue':
    case 'transfer':
    case 'callback':
    case 'hang-up':
      return undefined
    default:
      return assertNever(step)
  }
}

/** What a caller in a step hears. */
export type StepHears =
  | { readonly type: 'silence' }
  | { readonly type: 'echo' }
  | { readonly type: 'items'; readonly items: readonly StepItem[]; readonly repeat: boolean }

const SILENCE: StepHears = { type: 'silence' }

/** What a caller who stands at this position of the step hears; a step that has been said leaves silence. */
export function stepHears(step: Step, position: StepPosition): StepHears {
  switch (step.type) {
    case 'play':
      return said(position, step.prompts)
    case 'menu':
      return said(position, position.attempt > 1 ? [...step.invalidPrompts, ...step.prompts] : step.prompts)
    case 'record':
      return said(position, [...step.prompts, 'beep'])
    case 'replay':
      return position.recording === undefined || position.programEnded
        ? SILENCE
        : { type: 'items', items: [{ type: 'recording', recording: position.recording }], repeat: false }
    case 'messages':
      return position.programEnded || !position.hearing
        ? SILENCE
        : { type: 'items', items: position.hearing.items, repeat: false }
    case 'echo':
      return { type: 'echo' }
    case 'music':
      return { type: 'items', items: [{ type: 'prompt', prompt: step.prompt }], repeat: true }
    case 'queue':
    case 'transfer':
    case 'callback':
    case 'hang-up':
      return SILENCE
    default:
      return assertNever(step)
  }
}

function said(position: StepPosition, prompts: readonly string[]): StepHears {
  if (position.programEnded) return SILENCE
  return { type: 'items', items: prompts.map((prompt) => ({ type: 'prompt', prompt })), repeat: false }
}

export {
  flowOf,
  MESSAGES_NUMBER,
  messagesFlow,
  SOUND_FLOW,
  SOUND_NUMBER,
  voicemailFlow,
} from './built-in-flows.ts'
export { checkFlow, type FlowFinding, type FlowReference, flowReferences } from './check.ts'
export type * from './document.ts'
export {
  HEARING_KEYS,
  HEARING_WAIT_MS,
  type HeardMessage,
  type Hearing,
  type HearingMove,
  type StepItem,
} from './hearing.ts'
export {
  followStep,
  REPLAY_WAIT_MS,
  type StepHears,
  type StepInput,
  type StepOutcome,
  type StepPosition,
  stepHears,
  stepOf,
  stepWaitMs,
} from './step.ts'

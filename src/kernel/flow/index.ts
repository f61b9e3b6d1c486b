export { flowOf, SOUND_FLOW, SOUND_NUMBER, voicemailFlow } from './built-in-flows.ts'
export { checkFlow, type FlowFinding, type FlowReference, flowReferences } from './check.ts'
export type * from './document.ts'
export {
  followStep,
  REPLAY_WAIT_MS,
  type StepHears,
  type StepInput,
  type StepItem,
  type StepOutcome,
  type StepPosition,
  stepHears,
  stepOf,
  stepWaitMs,
} from './step.ts'

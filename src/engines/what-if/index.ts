export { WHAT_IF_ERRORS } from './errors.ts'
export { type AgentFigures, type QueueFigures, quantile } from './figures.ts'
export type { Audience, Contact, OfferMade, People, WaitOutcome, WorkDone } from './people.ts'
export { Random } from './random.ts'
export type { RecordedDay, RecordedPresence, RecordedWait, WaitResult } from './recorded-day.ts'
export { type DayFigures, OWN_PRIORITY, type WholeConfiguration } from './replay.ts'
export {
  alikeAgents,
  DAY_START,
  PLAIN_QUEUE,
  type PlayOptions,
  playScenario,
  type Scenario,
  type ScenarioAgent,
  type ScenarioQueue,
  scenarioChanges,
} from './scenario.ts'
export {
  type SkillGroup,
  type SkillStaffingAnswer,
  type SkillStaffingQuestion,
  type StaffedQueue,
  staffBySimulation,
} from './skill-staffing.ts'
export { type Kernel, Stage, type StageOptions } from './stage.ts'
export {
  CONTACTS_MAX,
  type PatienceUsed,
  PLAYS_DEFAULT,
  PLAYS_MAX,
  type WhatIfInput,
  type WhatIfReport,
  whatIf,
} from './what-if.ts'
export { WhatIfRunner, type WhatIfRunnerOptions } from './what-if-runner.ts'

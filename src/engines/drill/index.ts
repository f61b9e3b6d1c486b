export { type DrillParts, runDrill } from './drill.ts'
export type { DrillHistory } from './history.ts'
export { Tally } from './tally.ts'
export { TestCall, type TestCallPlace } from './test-call.ts'

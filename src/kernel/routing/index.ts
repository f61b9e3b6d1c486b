export {
  besideDecision,
  chooseAgent,
  directDecision,
  NAMED_MAX,
  type RoutingInputs,
  replayDecision,
} from './choose.ts'
export type * from './decision.ts'
export { type Demand, demandKey, type Waiting, waitingOf } from './demand.ts'
export { explainDecision } from './explain.ts'
export { Line, type Seat } from './line.ts'
export { dependsOn, type LineSource, Lines, makeLine } from './lines.ts'
export { compareFree, type FreeEntry, strategyKey } from './strategy.ts'
export { fitsTerms, servesQueue, type Terms, termsOf } from './terms.ts'

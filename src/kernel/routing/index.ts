export { chooseAgent, directDecision, NAMED_MAX, type RoutingInputs, replayDecision } from './choose.ts'
export type * from './decision.ts'

export {
  AGENT_FIGURES,
  type AgentIntervalRow,
  agentFigures,
  QUEUE_FIGURES,
  type QueueIntervalRow,
  queueFigures,
  serviceLevel,
} from './figures.ts'
export { mergeAgentRows, mergeQueueRows } from './merge-intervals.ts'

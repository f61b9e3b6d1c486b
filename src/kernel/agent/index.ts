export type * from './agent.ts'
export type * from './event.ts'
export { type AgentCommand, decideAgent, evolveAgent, newAgent } from './machine.ts'
export { agentStatus, isDiallable, isFree } from './status.ts'

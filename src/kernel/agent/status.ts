import type { Millis } from '#base'
import type { Agent, AgentStatus } from './agent.ts'

/** What an agent is now: computed from what it does, what it chose and whether a phone of it is there; nothing to clear by hand (promise 2). */
export function agentStatus(agent: Agent, now: Millis): AgentStatus {
  if (agent.work.some((work) => work.state === 'connected')) return 'busy'
  if (agent.work.some((work) => work.state === 'offered')) return 'offered'
  if (agent.work.length > 0) return 'wrapping-up'
  if (agent.chosen.status !== 'ready') return agent.chosen.status
  if (!agent.reachable) return 'unreachable'
  if (agent.ronaUntil !== undefined && agent.ronaUntil > now) return 'ring-no-answer'
  return 'ready'
}

/** Whether work of a queue may be offered: ready, reachable, without work, not in ring-no-answer (AGS-01, AGS-02, AGS-03). */
export function isFree(agent: Agent, now: Millis): boolean {
  return agentStatus(agent, now) === 'ready'
}

/** Whether the agent's phone may be rung directly: it is there and not in use. Not being ready for a queue does not matter. */
export function isDiallable(agent: Agent): boolean {
  return agent.reachable && agent.work.every((work) => work.state === 'wrapping-up')
}

import type { Millis } from '#base'
import type { Agent, AgentStatus, LineState, Work } from './agent.ts'

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

/** What the agent's line does: whether it talks, rings or could be rung, whatever else it works on (AGS-08). */
export function lineState({ work, reachable }: Agent): LineState {
  const byPhone = work.filter(isByPhone)
  if (byPhone.some(({ state }) => state === 'connected')) return 'busy'
  if (byPhone.some(({ state }) => state === 'offered')) return 'ringing'
  return reachable ? 'idle' : 'none'
}

function isByPhone({ medium = 'voice' }: Work): boolean {
  return medium === 'voice' || medium === 'callback'
}

/** Whether the agent takes work of the queue, as far as it chose itself (ACD-11). */
export function isActiveIn(agent: Agent, queue: string): boolean {
  return agent.inactive === undefined || !agent.inactive.includes(queue)
}

/** Whether the agent takes part at all: it chose to be ready and a phone of it is there, whatever it does now. */
export function isOnDuty(agent: Agent): boolean {
  return agent.chosen.status === 'ready' && agent.reachable
}

/** Whether the agent does nothing and may be offered work: ready, reachable, without work, not in ring-no-answer (AGS-01, AGS-02, AGS-03). */
export function isFree(agent: Agent, now: Millis): boolean {
  return agentStatus(agent, now) === 'ready'
}

/** Whether the agent's phone may be rung directly: it is there and not in use. Not being ready for a queue does not matter. */
export function isDiallable(agent: Agent): boolean {
  return agent.reachable && agent.work.every((work) => work.state === 'wrapping-up')
}

import type { Millis } from '#base'
import { type Agent, agentStatus } from '#kernel/agent'
import type { RoutingDecision } from './decision.ts'

/** How many candidates and passed-over agents a decision names; the counts are whole. More would make every offer a page of log. */
export const NAMED_MAX = 20

/** What a decision for a queue is made of: agents who have the skills, the free ones longest idle first. */
export interface RoutingInputs {
  readonly queue: string
  readonly skills: Readonly<Record<string, number>>
  readonly enteredAt: Millis
  /** The free ones, best first, at least the first {@link NAMED_MAX} of them. */
  readonly free: readonly Agent[]
  readonly freeCount: number
  /** Those who fit and are not free, at least the first {@link NAMED_MAX} of them. */
  readonly passedOver: readonly Agent[]
  readonly passedOverCount: number
  /** The skills of a user. */
  readonly skillsOf: (user: string) => Readonly<Record<string, number>>
}

/** Chooses the agent who has been idle longest among those who fit, and says why (promise 4); undefined when nobody is free. */
export function chooseAgent(inputs: RoutingInputs, now: Millis): RoutingDecision | undefined {
  const chosen = inputs.free[0]
  if (!chosen) return undefined
  const { queue, skills } = inputs
  return {
    strategy: 'longest-idle',
    queue,
    skills,
    at: now,
    waitedMs: now - inputs.enteredAt,
    chosen: chosen.user,
    candidates: inputs.free.slice(0, NAMED_MAX).map((agent) => ({
      user: agent.user,
      idleMs: now - agent.idleSince,
      proficiency: proficiency(inputs.skillsOf(agent.user), skills),
    })),
    candidatesCount: inputs.freeCount,
    passedOver: inputs.passedOver
      .slice(0, NAMED_MAX)
      .map((agent) => ({ user: agent.user, reason: agentStatus(agent, now) })),
    passedOverCount: inputs.passedOverCount,
  }
}

/** The decision of ringing one person, whom the caller or a transfer named. */
export function directDecision(agent: Agent, now: Millis): RoutingDecision {
  return {
    strategy: 'direct',
    skills: {},
    at: now,
    waitedMs: 0,
    chosen: agent.user,
    candidates: [{ user: agent.user, idleMs: now - agent.idleSince, proficiency: 0 }],
    candidatesCount: 1,
    passedOver: [],
    passedOverCount: 0,
  }
}

/** Makes a kept decision again from what it keeps: whom it must have chosen. It differs from `chosen` only if the record is false (promise 4). */
export function replayDecision(decision: RoutingDecision): string | undefined {
  let best: RoutingDecision['candidates'][number] | undefined
  for (const candidate of decision.candidates) {
    if (!best || candidate.idleMs > best.idleMs || (candidate.idleMs === best.idleMs && candidate.user < best.user)) {
      best = candidate
    }
  }
  return best?.user
}

/** An agent is as good at a queue as at the skill that it has least of; 0 where the queue asks for none. */
function proficiency(has: Readonly<Record<string, number>>, needs: Readonly<Record<string, number>>): number {
  let least: number | undefined
  for (const skill in needs) {
    const level = has[skill] ?? 0
    if (least === undefined || level < least) least = level
  }
  return least ?? 0
}

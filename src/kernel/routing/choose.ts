import type { Millis } from '#base'
import { type Agent, agentStatus, isActiveIn } from '#kernel/agent'
import type { User } from '#kernel/config'
import type { Candidate, Claim, Prioritised, Rival, RoutingDecision } from './decision.ts'
import type { Line } from './line.ts'
import { compareFree, strategyKey } from './strategy.ts'
import { joinedNeeds, missingPreferred, proficiencyOf, wishOf } from './terms.ts'

/** How many candidates, passed-over agents and rivals a decision names; the counts are whole. More would make every offer a page of log. */
export const NAMED_MAX = 10

/** What a decision for a line is made of. */
export interface RoutingInputs {
  readonly line: Line
  readonly enteredAt: Millis
  /** The free ones, best first, at least the first {@link NAMED_MAX} of them. */
  readonly free: readonly Agent[]
  readonly freeCount: number
  /** Those who fit and are not free, at least the first {@link NAMED_MAX} of them. */
  readonly passedOver: readonly Agent[]
  readonly passedOverCount: number
  readonly userOf: (name: string) => User | undefined
  readonly only?: 'last-agent' | 'wanted'
  readonly prioritised?: Prioritised
  /** When an agent became free: what speaks for the interaction, and for those that it could have been given instead. */
  readonly claim?: Claim
  readonly rivals?: readonly Rival[]
}

/** Chooses the first of those who fit and are free, and says why (promise 4); undefined when nobody is free. */
export function chooseAgent(inputs: RoutingInputs, now: Millis): RoutingDecision | undefined {
  const [chosen] = inputs.free
  if (!chosen) return undefined
  const { line, rivals = [] } = inputs
  const { queue, terms, demand } = line
  const strategy = queue.strategy ?? 'longest-idle'
  return {
    strategy,
    queue: queue.name,
    skills: isEmpty(terms.own) ? terms.skills : joinedNeeds(terms.skills, terms.own),
    at: now,
    waitedMs: now - inputs.enteredAt,
    chosen: chosen.user,
    candidates: inputs.free.slice(0, NAMED_MAX).map((agent) => candidate(inputs, agent, now)),
    candidatesCount: inputs.freeCount,
    passedOver: inputs.passedOver
      .slice(0, NAMED_MAX)
      .map((agent) => ({ user: agent.user, reason: reasonOf(agent, queue.name, now) })),
    passedOverCount: inputs.passedOverCount,
    ...(demand.medium === 'voice' ? undefined : { medium: demand.medium }),
    ...(isEmpty(terms.preferred) ? undefined : { preferred: terms.preferred }),
    ...(strategy === 'weighted' && queue.weights ? { weights: queue.weights } : undefined),
    ...(demand.ring === 0 ? undefined : { ring: demand.ring }),
    ...(inputs.only === undefined ? undefined : { only: inputs.only }),
    ...(inputs.prioritised === undefined ? undefined : { prioritised: inputs.prioritised }),
    ...(rivals.length === 0 || !inputs.claim
      ? undefined
      : { claim: inputs.claim, rivals: rivals.slice(0, NAMED_MAX), rivalsCount: rivals.length }),
  }
}

function isEmpty(needs: Readonly<Record<string, number>>): boolean {
  for (const _ in needs) return false
  return true
}

function candidate({ line, userOf }: RoutingInputs, agent: Agent, now: Millis): Candidate {
  const { terms, queue } = line
  const user = userOf(agent.user)
  const weighted = queue.strategy === 'weighted'
  const missing = user ? missingPreferred(user, terms) : 0
  return {
    user: agent.user,
    idleMs: now - agent.idleSince,
    proficiency: user ? proficiencyOf(user, terms) : 0,
    ...(missing === 0 ? undefined : { missing }),
    ...(user && (weighted || queue.strategy === 'most-skilled') ? { wish: wishOf(user, terms) } : undefined),
    ...(weighted || queue.strategy === 'least-loaded' ? { loadMs: agent.load ?? 0 } : undefined),
    ...(queue.strategy === 'round-robin' && agent.offeredAt !== undefined
      ? { offeredMs: now - agent.offeredAt }
      : undefined),
  }
}

function reasonOf(agent: Agent, queue: string, now: Millis): string {
  if (!isActiveIn(agent, queue)) return 'inactive'
  const status = agentStatus(agent, now)
  return status === 'ready' ? 'no-capacity' : status
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

/** The decision of ringing the next best as well: the same, made among those who are left. */
export function besideDecision(
  decision: RoutingDecision,
  agent: Candidate,
  besides: readonly string[],
): RoutingDecision {
  const { claim: _, rivals: __, rivalsCount: ___, ...rest } = decision
  return {
    ...rest,
    chosen: agent.user,
    candidates: [agent],
    candidatesCount: decision.candidatesCount - besides.length,
    passedOver: [],
    besides,
  }
}

/**
 * Makes a kept decision again from what it keeps: whom it must have chosen; undefined when another interaction had the better claim. It
 * differs from `chosen` only if the record is false (promise 4).
 */
export function replayDecision(decision: RoutingDecision): string | undefined {
  const { candidates, claim, rivals } = decision
  if (claim && rivals?.some((rival) => sumOf(rival) > sumOf(claim))) return undefined
  const entries = candidates.map((one) => ({
    user: one.user,
    missing: one.missing ?? 0,
    key: keyOf(decision, one),
    idleSince: decision.at - one.idleMs,
  }))
  return entries.sort(compareFree)[0]?.user
}

function keyOf({ strategy, weights, at }: RoutingDecision, one: Candidate): number {
  return strategyKey(
    strategy === 'direct' ? 'longest-idle' : strategy,
    {
      idleSince: at - one.idleMs,
      proficiency: one.proficiency,
      wish: one.wish ?? 0,
      load: one.loadMs ?? 0,
      offeredAt: one.offeredMs === undefined ? 0 : at - one.offeredMs,
    },
    weights,
  )
}

function sumOf({ waitedMs, priorityMs, behindMs }: Claim): Millis {
  return waitedMs + priorityMs + behindMs
}

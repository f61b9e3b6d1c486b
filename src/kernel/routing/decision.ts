import type { Millis } from '#base'
import type { Medium, Strategy, Weights } from '#kernel/config'

/** A free agent who fits, with the parts that its place follows from: those that the strategy does not look at are left out. */
export interface Candidate {
  readonly user: string
  readonly idleMs: Millis
  readonly proficiency: number
  /** Preferred skills that it lacks. */
  readonly missing?: number
  readonly wish?: number
  /** Worked in this shift. */
  readonly loadMs?: Millis
  /** Since it was last offered something; left out when it never was. */
  readonly offeredMs?: Millis
}

/** How long an interaction counts as having waited: truly, for its priority, and for how far its queue is behind its service level. */
export interface Claim {
  readonly waitedMs: Millis
  readonly priorityMs: Millis
  readonly behindMs: Millis
}

/** An interaction in another line that the agent could have been given. */
export interface Rival extends Claim {
  readonly interaction: string
  readonly queue: string
}

/** Somebody had given it another priority while it waited than it came with. */
export interface Prioritised {
  readonly by: string
  readonly from: number
  readonly to: number
}

/**
 * Why an agent was chosen (promise 4): the inputs of the decision, enough to make it again. It names no word of any language. Lists are
 * cut at {@link NAMED_MAX}; the counts are whole. What is usual is left out: it stands in every offer in the log.
 */
export interface RoutingDecision {
  readonly strategy: Strategy | 'direct'
  readonly queue?: string
  /** Required, by the queue in the ring that was reached and by the interaction itself. */
  readonly skills: Readonly<Record<string, number>>
  readonly at: Millis
  /** How long the interaction had waited. */
  readonly waitedMs: number
  readonly chosen: string
  /** Free agents who fit, best first, with the parts of their score. */
  readonly candidates: readonly Candidate[]
  readonly candidatesCount: number
  /** Agents who were passed over, with the reason: a status, `no-capacity` or `inactive`. */
  readonly passedOver: readonly { readonly user: string; readonly reason: string }[]
  readonly passedOverCount: number
  /** When it is not `voice`. */
  readonly medium?: Medium
  readonly preferred?: Readonly<Record<string, number>>
  readonly weights?: Weights
  /** How many rings it had come to. */
  readonly ring?: number
  /** Nobody else was asked: the person who served the customer last, or whom the interaction wants. */
  readonly only?: 'last-agent' | 'wanted'
  readonly prioritised?: Prioritised
  /** Who else was rung at the same time before this one, when several are rung. */
  readonly besides?: readonly string[]
  /** An agent became free and could have been given one of several: what spoke for this one, and what it came before. */
  readonly claim?: Claim
  readonly rivals?: readonly Rival[]
  readonly rivalsCount?: number
}

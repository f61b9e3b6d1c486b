import type { Millis } from '#base'

/** What an agent chose; what the agent *is* follows from it and from facts that expire: see `agentStatus`. */
export interface ChosenStatus {
  readonly status: 'ready' | 'not-ready' | 'logged-off'
  readonly reason?: string
  readonly since: Millis
}

/** What an agent does for one interaction. */
export interface Work {
  readonly interaction: string
  readonly participant: string
  readonly state: 'offered' | 'connected' | 'wrapping-up'
  readonly queue?: string
  readonly since: Millis
  readonly until?: Millis
}

/** A person who takes work: what it chose, what is known of its phone, and what it does. What it *is* follows: {@link AgentStatus}. */
export interface Agent {
  readonly user: string
  readonly chosen: ChosenStatus
  /** Whether a phone of the agent is registered now (the edge's word). */
  readonly reachable: boolean
  readonly reachableSince: Millis
  readonly work: readonly Work[]
  /** Ring-no-answer: not offered work until then (AGS-03). */
  readonly ronaUntil?: Millis
  /** Since when the agent has been free for work; the base of longest idle. */
  readonly idleSince: Millis
}

/** Derived, never set (law 10). `unreachable`: chose to be ready but no phone is there. */
export type AgentStatus =
  | 'logged-off'
  | 'unreachable'
  | 'not-ready'
  | 'ready'
  | 'ring-no-answer'
  | 'offered'
  | 'busy'
  | 'wrapping-up'

import type { Millis } from '#base'
import type { Medium } from '#kernel/config'

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
  /** `voice` when not said. */
  readonly medium?: Medium
  /** Since when it has taken the agent's time: counted as load when it is over. */
  readonly engagedAt?: Millis
  /** What part of the agent it takes: 0-1; the whole when not said. */
  readonly share?: number
}

/** A person who takes work: what it chose, what is known of its phone, and what it does. What it *is* follows: {@link AgentStatus}. */
export interface Agent {
  readonly user: string
  readonly chosen: ChosenStatus
  /** Whether a phone of the agent is registered now (the edge's word), or a telephone number outside is its station. */
  readonly reachable: boolean
  readonly reachableSince: Millis
  readonly work: readonly Work[]
  /** Ring-no-answer: not offered work until then (AGS-03). */
  readonly ronaUntil?: Millis
  /** Since when the agent has been free for work; the base of longest idle. */
  readonly idleSince: Millis
  /** Milliseconds worked in this shift over all media; who comes on shift begins at the least of those who are on it. 0 when not said. */
  readonly load?: Millis
  /** When something was offered last; for round robin. */
  readonly offeredAt?: Millis
  /** Queues that the agent is not active in, though it has the skills (ACD-11). */
  readonly inactive?: readonly string[]
  /** The telephone number outside at which the agent is rung, until it logs off or chooses another (TEL-18); its own phone without one. */
  readonly station?: string
  /** What colleagues read beside the status, in the words of whoever wrote it: `back at three`. It stays until it is changed. */
  readonly note?: string
}

/** What the agent's line does, derived as well (AGS-08). `none`: no phone of it is there. */
export type LineState = 'none' | 'idle' | 'ringing' | 'busy'

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

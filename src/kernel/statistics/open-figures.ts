import type { Millis } from '#base'
import type { AgentStatus } from '#kernel/agent'
import type { Medium } from '#kernel/interaction'

/** A contact's stay in a queue that is neither answered, nor abandoned, nor left yet. */
export interface Visit {
  readonly queue: string
  /** The place in the queue: kept through offers, ring-no-answer and takeovers. */
  readonly enteredAt: Millis
  /** Since when this wait is counted: later than the place when the contact was answered in between and came back to it. */
  readonly startedAt: Millis
  /** The skills that the queue asked for on entering. */
  readonly skills: readonly string[]
}

/** What figures need to know of an open contact. */
export interface OpenContact {
  readonly medium: Medium
  /** The number that was dialled, if it is one of the centre's own. */
  readonly line?: string
  /** Since when the line is in use. */
  readonly lineSince?: Millis
  readonly visit?: Visit
  /** When the last wait ended. */
  readonly waitEndedAt?: Millis
  /** Whether it ever waited in a queue or reached a person. */
  readonly served: boolean
  readonly held: boolean
}

/** What an agent does for a contact, from the first ring to the end of the work after it. */
export interface OpenWork {
  readonly interaction: string
  readonly medium?: Medium | undefined
  readonly line?: string | undefined
  readonly queue?: string | undefined
  readonly skills?: readonly string[] | undefined
  readonly doing: 'ring' | 'talk' | 'hold' | 'wrap-up'
  readonly since: Millis
  /** Talk, hold and wrap-up so far, the running stretch not included. */
  readonly handledMs: Millis
  readonly connected: boolean
}

/** What figures need to know of an agent. */
export interface OpenAgent {
  readonly status: AgentStatus
  readonly reason?: string | undefined
  readonly since: Millis
  /** By the participant that the agent is. */
  readonly work: Readonly<Record<string, OpenWork>>
}

/** A map, as far as the fold uses it: the journal's notes what it has to store again. */
export type OpenMap<V> = Pick<Map<string, V>, 'get' | 'has' | 'set' | 'delete'>

/** Everything that has begun and not ended: what a restart or a takeover goes on with. */
export interface OpenFigures {
  readonly contacts: OpenMap<OpenContact>
  readonly agents: OpenMap<OpenAgent>
}

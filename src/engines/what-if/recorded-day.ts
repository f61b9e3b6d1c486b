import type { Millis } from '#base'

/** How a recorded wait ended. `left`: for another queue, a flow or a person, or it was turned away. */
export type WaitResult = 'answered' | 'abandoned' | 'short-abandoned' | 'left'

/** One wait in a queue, as history has it. */
export interface RecordedWait {
  readonly interaction: string
  readonly queue: string
  readonly priority: number
  readonly enteredAt: Millis
  readonly waitedMs: Millis
  readonly result: WaitResult
  /** It came here from another queue without having been answered: the configuration sent it, so a replay sends it itself. */
  readonly follows: boolean
  readonly agent?: string
  /** How long the phone rang that was answered. */
  readonly ringMs?: Millis
  /** Talk and hold. */
  readonly talkMs?: Millis
  readonly wrapUpMs?: Millis
  /** Whether the work after the call took all the time that the queue gave. */
  readonly wrapUpWhole?: boolean
}

/** When a person could have been given calls of a queue. */
export interface RecordedPresence {
  readonly user: string
  readonly from: Millis
  readonly to: Millis
}

/** What history has of a stretch of time, as far as a replay needs it. */
export interface RecordedDay {
  readonly from: Millis
  readonly to: Millis
  /** By the moment of entering. */
  readonly waits: readonly RecordedWait[]
  readonly presences: readonly RecordedPresence[]
  /** Offers of queues to each agent, and how many of them were let ring, refused or failed. */
  readonly offers: Readonly<Record<string, { readonly offered: number; readonly unanswered: number }>>
}

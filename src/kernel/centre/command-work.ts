import type { Millis } from '#base'
import type { AGENT_OUTCOMES, InteractionId, WorkItem } from '#kernel/interaction'

/** What an agent does with what it is offered, and with its work until it is done. */
export type WorkCommand =
  /** An agent takes what it is offered on its page; a call is taken by answering the phone. */
  | { readonly type: 'Accept'; readonly interaction: InteractionId; readonly user: string }
  /** An agent refuses what it is offered, by whatever medium. */
  | { readonly type: 'Decline'; readonly interaction: InteractionId; readonly user: string }
  /** The agent of a callback says how the call to the customer ended, while it talks or writes its notes. */
  | {
      readonly type: 'SettleAttempt'
      readonly interaction: InteractionId
      readonly user: string
      readonly outcome: (typeof AGENT_OUTCOMES)[number]
    }
  /** A process changes a work item, or an agent fills in its form. What is not said stays as it is; `dueAt` 0 is no time. */
  | {
      readonly type: 'ChangeItem'
      readonly interaction: InteractionId
      readonly by: string
      readonly subject?: string
      readonly values?: WorkItem['values']
      readonly dueAt?: Millis
      readonly documents?: WorkItem['documents']
      /** While it waits, as by `ChangePriority`. */
      readonly priority?: number
    }
  /** An agent has done what a work item or something written asks for. */
  | {
      readonly type: 'Complete'
      readonly interaction: InteractionId
      readonly user: string
      /** What came of a work item: 1-200 characters. */
      readonly outcome?: string
    }
  /** More time for the work after a call, as far as the queue gives it. */
  | { readonly type: 'ExtendWrapUp'; readonly interaction: InteractionId; readonly user: string; readonly byMs: number }
  | { readonly type: 'EndWrapUp'; readonly interaction: InteractionId; readonly user: string; readonly code?: string }
  /** What an agent writes down of an interaction while it works on it; each time all of it. What is not said is gone. */
  | {
      readonly type: 'Note'
      readonly interaction: InteractionId
      readonly user: string
      readonly code?: string
      readonly text?: string
    }

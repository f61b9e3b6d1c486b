import type { Millis } from '#base'
import type { InteractionId, WorkItem } from '#kernel/interaction'

/** What happens to a work item as such. */
export type ItemEvent =
  /** A process has changed a work item, or an agent has filled in its form; what is not said stays as it is. */
  | {
      readonly type: 'ItemChanged'
      readonly interaction: InteractionId
      readonly by: string
      readonly subject?: string
      readonly values?: WorkItem['values']
      /** 0: at no time any more. */
      readonly dueAt?: Millis
      readonly documents?: WorkItem['documents']
    }
  /** The time has come at which a work item should have been done. */
  | { readonly type: 'ItemOverdue'; readonly interaction: InteractionId }
  /** An agent has done what a work item asks for; its form is whole. */
  | {
      readonly type: 'ItemCompleted'
      readonly interaction: InteractionId
      readonly user: string
      readonly outcome?: string
    }

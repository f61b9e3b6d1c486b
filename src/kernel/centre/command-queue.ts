import type { InteractionId } from '#kernel/interaction'

/** What whoever runs the shift asks for about what waits or talks. */
export type QueueCommand =
  /** Whoever runs the shift brings it to another queue or to a person, whoever has it now. */
  | {
      readonly type: 'Move'
      readonly interaction: InteractionId
      /** The user who asks. */
      readonly by: string
      readonly to:
        | { readonly type: 'queue'; readonly queue: string; readonly place: 'kept' | 'front' | 'last' }
        | { readonly type: 'user'; readonly user: string }
      /** How it stood when it was asked: otherwise it is refused, for it was answered or came back meanwhile. */
      readonly expects?: 'waiting' | 'talking'
      /** Why, in the words of who asks: 1-200 characters. */
      readonly note?: string
    }
  /** Whoever runs the shift, or a process its work item, gives what waits another priority: 0-100. */
  | {
      readonly type: 'ChangePriority'
      readonly interaction: InteractionId
      readonly by: string
      readonly priority: number
      /** Why, in the words of who asks: 1-200 characters. */
      readonly note?: string
    }

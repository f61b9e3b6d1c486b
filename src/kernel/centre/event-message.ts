import type { InteractionId, Message, MessageDelivery, MessageId } from '#kernel/interaction'

/** The lines of a conversation in writing. */
export type MessageEvent =
  /** Somebody has written a line. */
  | {
      readonly type: 'MessageAdded'
      readonly interaction: InteractionId
      readonly message: Pick<Message, 'id' | 'user' | 'text' | 'files' | 'mail'> & { readonly by: 'customer' | 'agent' }
    }
  /** What became of a line that left as a message of its own, from now on; absent: it waits again. */
  | {
      readonly type: 'MessageReported'
      readonly interaction: InteractionId
      readonly message: MessageId
      readonly delivery?: MessageDelivery
    }
  /** One side has seen all lines up to this one. */
  | {
      readonly type: 'MessagesRead'
      readonly interaction: InteractionId
      readonly by: 'customer' | 'agents'
      readonly message: MessageId
    }

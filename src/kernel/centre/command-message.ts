import type { InteractionId, MessageDelivery, MessageFile, MessageId, MessageMail } from '#kernel/interaction'

/** The lines of a conversation in writing. */
export type MessageCommand =
  /** A line of a conversation: the customer's, or that of an agent who takes part. The same id again decides nothing. */
  | {
      readonly type: 'SendMessage'
      readonly interaction: InteractionId
      readonly message: MessageId
      /** The agent who writes; the customer when not said. */
      readonly user?: string
      readonly text: string
      readonly files?: readonly MessageFile[]
      /** It is a mail. */
      readonly mail?: MessageMail
    }
  /** The customer, or an agent, has seen everything up to a message. */
  | {
      readonly type: 'ReadMessages'
      readonly interaction: InteractionId
      readonly message: MessageId
      readonly user?: string
    }
  /** What is known of a line that left as a message of its own; absent: it waits again. */
  | {
      readonly type: 'ReportMessage'
      readonly interaction: InteractionId
      readonly message: MessageId
      readonly delivery?: MessageDelivery
    }
  /** The customer leaves a conversation in writing. */
  | { readonly type: 'Leave'; readonly interaction: InteractionId }

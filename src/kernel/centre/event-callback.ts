import type { CallbackOutcome, Due, InteractionId, Participant } from '#kernel/interaction'

/** The customer of a callback is called. */
export type CallbackEvent =
  /** The customer of a callback is dialled: its agent has answered. */
  | { readonly type: 'CustomerDialled'; readonly interaction: InteractionId; readonly participant: Participant }
  /**
   * It is known how a call to the customer of a callback ended. The same attempt again is what its agent says instead. With `next` it is
   * tried again then; without it the callback is over, or the customer is there.
   */
  | {
      readonly type: 'CallbackAttempted'
      readonly interaction: InteractionId
      /** From 1. */
      readonly attempt: number
      readonly outcome: CallbackOutcome
      readonly user?: string
      /** Whose agent called. */
      readonly queue: string
      readonly next?: Due
    }

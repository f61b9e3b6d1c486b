import type { Millis } from '#base'
import type { InteractionId, ParticipantId } from '#kernel/interaction'

/** The work of an agent after a contact. */
export type WrapUpEvent =
  | {
      readonly type: 'WrapUpStarted'
      readonly interaction: InteractionId
      readonly participant: ParticipantId
      readonly user: string
      readonly until: Millis
    }
  | {
      readonly type: 'WrapUpExtended'
      readonly interaction: InteractionId
      readonly participant: ParticipantId
      readonly user: string
      readonly until: Millis
    }
  /** What an agent has written down of it so far, instead of what it had before. */
  | {
      readonly type: 'Noted'
      readonly interaction: InteractionId
      readonly participant: ParticipantId
      readonly user: string
      readonly code?: string
      readonly text?: string
    }
  | {
      readonly type: 'WrapUpEnded'
      readonly interaction: InteractionId
      readonly participant: ParticipantId
      readonly user: string
      readonly code?: string
    }

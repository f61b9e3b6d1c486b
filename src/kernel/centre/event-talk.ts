import type { Millis } from '#base'
import type { InteractionId, Medium, Participant, ParticipantId, Supervision } from '#kernel/interaction'

/** What those who talk to each other do, and who comes to them. */
export type TalkEvent =
  /** Somebody is called into a conversation that goes on meanwhile. */
  | {
      readonly type: 'ParticipantInvited'
      readonly interaction: InteractionId
      readonly participant: Participant
      readonly user?: string
      /** Whose work it becomes: that of a queue, when a parked call is taken. */
      readonly queue?: string
      readonly until: Millis
      /** When it is not `voice`. */
      readonly medium?: Medium
      /** What part of the agent it takes, when it is not the whole. */
      readonly share?: number
      /** Who asked for it. */
      readonly by?: string
    }
  /** Who was called into a conversation did not come. */
  | {
      readonly type: 'InvitationEnded'
      readonly interaction: InteractionId
      readonly participant: ParticipantId
      readonly user?: string
      readonly reason: 'no-answer' | 'busy' | 'declined' | 'unreachable' | 'error' | 'withdrawn'
    }
  /** How somebody is with a conversation of others, from now on; absent: as one of its parties. */
  | {
      readonly type: 'SupervisionChanged'
      readonly interaction: InteractionId
      readonly participant: ParticipantId
      readonly user: string
      readonly supervises?: Supervision
    }
  /** A supervisor has the agent's place, who is cleared at once. */
  | {
      readonly type: 'TakenOver'
      readonly interaction: InteractionId
      readonly by: ParticipantId
      readonly from: ParticipantId
    }
  /** The system lets nobody hear the party, or again. */
  | {
      readonly type: 'Muted'
      readonly interaction: InteractionId
      readonly participant: ParticipantId
      readonly muted: boolean
    }
  /** Digits were sent to the others in the talk. Which, is not told: it may have been a card number. */
  | {
      readonly type: 'DigitsSent'
      readonly interaction: InteractionId
      readonly by: ParticipantId
      readonly count: number
    }
  /** The two conversations of the party are one from now on; `Joined` follows at once. */
  | {
      readonly type: 'Conferenced'
      readonly interaction: InteractionId
      readonly by: ParticipantId
      readonly consulted: InteractionId
    }
  /** It waits where anybody may take it; the party has left it, or it was there before. */
  | {
      readonly type: 'Parked'
      readonly interaction: InteractionId
      readonly by: ParticipantId
      readonly slot: string
      readonly user: string
      readonly until: Millis
    }
  | { readonly type: 'Held'; readonly interaction: InteractionId; readonly by: ParticipantId }
  | { readonly type: 'Retrieved'; readonly interaction: InteractionId; readonly by: ParticipantId }
  | {
      readonly type: 'Transferred'
      readonly interaction: InteractionId
      readonly by: ParticipantId
      readonly to: string
      /** To the mailbox of whom the number belongs to. */
      readonly mailbox?: true
    }
  /** The remaining party of `consulted` goes on in `interaction` under the id that it had; the `InteractionClosed` of `consulted` follows at once. */
  | {
      readonly type: 'Joined'
      readonly interaction: InteractionId
      readonly consulted: InteractionId
      readonly participant: Participant
    }

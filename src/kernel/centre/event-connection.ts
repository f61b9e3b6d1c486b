import type { InteractionId, Participant, ParticipantId } from '#kernel/interaction'

/** What becomes of the line to a party. */
export type ConnectionEvent =
  /** Somebody outside is called over a trunk, for those who are there. */
  | { readonly type: 'OutsideDialled'; readonly interaction: InteractionId; readonly participant: Participant }
  | { readonly type: 'ParticipantAlerting'; readonly interaction: InteractionId; readonly participant: ParticipantId }
  | { readonly type: 'ParticipantConnected'; readonly interaction: InteractionId; readonly participant: ParticipantId }
  | {
      readonly type: 'ParticipantCleared'
      readonly interaction: InteractionId
      readonly participant: ParticipantId
      readonly reason: string
    }

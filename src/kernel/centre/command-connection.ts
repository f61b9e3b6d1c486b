import type { InteractionId, ParticipantId } from '#kernel/interaction'

/** What an adapter tells of the line to a party. */
export type ConnectionCommand =
  | { readonly type: 'ReportAlerting'; readonly interaction: InteractionId; readonly participant: ParticipantId }
  | { readonly type: 'ReportConnected'; readonly interaction: InteractionId; readonly participant: ParticipantId }
  /** A dialled party did not come: never answered. */
  | {
      readonly type: 'ReportFailed'
      readonly interaction: InteractionId
      readonly participant: ParticipantId
      readonly reason: 'busy' | 'no-answer' | 'declined' | 'unreachable' | 'error'
    }
  /** A party hung up, or its leg is lost. */
  | {
      readonly type: 'ReportCleared'
      readonly interaction: InteractionId
      readonly participant: ParticipantId
      readonly reason: 'hung-up' | 'lost'
    }

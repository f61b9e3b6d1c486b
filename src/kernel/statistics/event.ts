/** The part of the centre's events that figures fold; of all others only their effects on contacts and agents count. */
export type FigureEvent =
  | { readonly type: 'ParticipantConnected'; readonly interaction: string; readonly participant: string }
  | {
      readonly type: 'ParticipantCleared'
      readonly interaction: string
      readonly participant: string
      readonly reason: string
    }
  | { readonly type: 'OfferEnded'; readonly participant: string; readonly reason: string }
  /** `user`: who the participant `by` is. */
  | { readonly type: 'Transferred'; readonly by: string; readonly user?: string | undefined }
  | { readonly type: 'InteractionClosed'; readonly interaction: string; readonly reason: string }
  | {
      readonly type: 'CallbackAttempted'
      readonly interaction: string
      readonly outcome: string
      readonly user?: string
      readonly queue: string
      /** An agent says something else than was noted before. */
      readonly corrects: boolean
    }
  | { readonly type: 'other' }

import type { Millis } from '#base'
import type { Medium } from '#kernel/config'

/** The part of the centre's events that an agent folds. Each names the agent by its place: the centre hands it to whom it concerns. */
export type AgentEvent =
  | {
      readonly type: 'StatusChosen'
      readonly status: 'ready' | 'not-ready' | 'logged-off'
      readonly reason?: string
      readonly load?: Millis
    }
  | { readonly type: 'ReachableChanged'; readonly reachable: boolean; readonly load?: Millis }
  | { readonly type: 'StationChosen'; readonly number?: string }
  | { readonly type: 'PresenceNoted'; readonly note?: string }
  | { readonly type: 'QueueActivated'; readonly queue: string; readonly active: boolean }
  | { readonly type: 'RonaEnded' }
  /** The agent called in itself: it is on the phone from the first moment. */
  | { readonly type: 'CalledIn'; readonly interaction: string; readonly participant: string }
  /** The agent has begun a contact: it is at work on it from the first moment. */
  | {
      readonly type: 'ContactBegun'
      readonly interaction: string
      readonly participant: { readonly id: string }
      readonly queue: string
      readonly medium: Medium
      readonly share?: number
    }
  | {
      readonly type: 'Offered'
      readonly interaction: string
      readonly participant: { readonly id: string }
      readonly queue?: string
      readonly until: Millis
      readonly medium?: Medium
      readonly share?: number
    }
  | {
      readonly type: 'OfferEnded'
      readonly interaction: string
      readonly reason: string
      readonly ronaUntil?: Millis
    }
  /** The agent is called into a conversation of others. */
  | {
      readonly type: 'ParticipantInvited'
      readonly interaction: string
      readonly participant: { readonly id: string }
      readonly queue?: string
      readonly until: Millis
      readonly medium?: Medium
      readonly share?: number
    }
  | { readonly type: 'InvitationEnded'; readonly interaction: string }
  | { readonly type: 'ParticipantConnected'; readonly interaction: string }
  | { readonly type: 'ParticipantCleared'; readonly interaction: string; readonly participant: string }
  | {
      readonly type: 'WrapUpStarted'
      readonly interaction: string
      readonly participant: string
      readonly until: Millis
    }
  | { readonly type: 'WrapUpExtended'; readonly interaction: string; readonly until: Millis }
  | { readonly type: 'WrapUpEnded'; readonly interaction: string }
  | { readonly type: 'Joined'; readonly interaction: string; readonly consulted: string }
  | { readonly type: 'InteractionClosed'; readonly interaction: string }

import type { Millis } from '#base'
import type { InteractionId, Medium, ParkedAt, Participant, ParticipantId } from '#kernel/interaction'
import type { RoutingDecision } from '#kernel/routing'

/** An interaction is offered to agents. */
export type OfferEvent =
  /** An agent is offered the interaction. One more while it is offered already: both are rung, and the first to answer has it. */
  | {
      readonly type: 'Offered'
      readonly interaction: InteractionId
      readonly participant: Participant
      readonly user: string
      readonly queue?: string
      readonly until: Millis
      readonly why: RoutingDecision
      /** When it is not `voice`. */
      readonly medium?: Medium
      /** What part of the agent it takes, when it is not the whole. */
      readonly share?: number
      /** Where a flow goes on if a direct offer fails. */
      readonly otherwise?: { readonly flow: string; readonly step: string }
      /** The queue to whose front it goes if a direct offer after a transfer fails. */
      readonly back?: string
      /** Who is rung before that, having transferred it. */
      readonly returnTo?: string
      /** It was parked there, and is parked again if nobody answers. */
      readonly parked?: Omit<ParkedAt, 'until'>
    }
  /** The offer is over without an answer; a queued interaction waits on at its old place. */
  | {
      readonly type: 'OfferEnded'
      readonly interaction: InteractionId
      readonly participant: ParticipantId
      readonly user: string
      readonly reason: 'no-answer' | 'busy' | 'declined' | 'unreachable' | 'error' | 'withdrawn'
      readonly ronaUntil?: Millis
    }

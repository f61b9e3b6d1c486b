import type { Due, InteractionId, Medium, Participant, Place, Wants, WorkItem } from '#kernel/interaction'

/** How an interaction begins and ends, and whose it is. */
export type LifeEvent =
  | {
      readonly type: 'InteractionCreated'
      readonly interaction: InteractionId
      readonly medium: Medium
      readonly direction: 'inbound' | 'outbound' | 'internal'
      readonly from: string
      readonly to: string
      readonly customer?: string
      readonly subject?: string
      /** The words by which the customer agreed to be called. */
      readonly consent?: string
      readonly participants: readonly Participant[]
      readonly wants?: Wants
      /** What a work item has besides its subject. */
      readonly item?: WorkItem
      /** Its time is yet to come: until then it is in no queue. */
      readonly due?: Due
      /** An agent asks for advice by it, beside that other interaction. */
      readonly consults?: InteractionId
    }
  /** An agent has begun it, and is in it from this moment on. */
  | {
      readonly type: 'ContactBegun'
      readonly interaction: InteractionId
      readonly participant: Participant
      readonly user: string
      readonly queue: string
      readonly medium: Medium
      /** What part of the agent it takes, when it is not the whole. */
      readonly share?: number
      /** Where it waits when its agent is lost. */
      readonly place: Place
    }
  /** It is known now who the customer is. */
  | { readonly type: 'CustomerIdentified'; readonly interaction: InteractionId; readonly customer: string }
  | {
      readonly type: 'InteractionClosed'
      readonly interaction: InteractionId
      /** `withdrawn`: its customer has reached an agent by another way, or asked anew. */
      readonly reason:
        | 'answered'
        | 'abandoned'
        | 'short-abandoned'
        | 'self-served'
        | 'failed'
        | 'joined'
        | 'ended'
        | 'withdrawn'
      /** The interaction that made a withdrawn one needless. */
      readonly by?: InteractionId
    }

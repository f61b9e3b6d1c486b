import type { Millis } from '#base'
import type { InteractionId, Medium, Wants, WorkItem } from '#kernel/interaction'

/** Begins an interaction, says whose it is, and ends it. */
export type LifeCommand =
  /** A call came in; `participant` becomes the customer. Numbers that lead nowhere are refused by the adapter before (`resolveNumber`). */
  | {
      readonly type: 'Arrive'
      readonly interaction: InteractionId
      readonly from: string
      readonly fromName?: string
      /** Set when the caller is a user of Tandem. */
      readonly user?: string
      readonly to: string
    }
  | { readonly type: 'PlaceCall'; readonly interaction: InteractionId; readonly user: string; readonly to: string }
  /** A callback or work item into a queue; a click-to-call that first rings the user, then dials `to`. */
  | {
      readonly type: 'CreateCallback'
      readonly interaction: InteractionId
      readonly number: string
      readonly queue: string
      readonly by?: string
      readonly priority?: number
      /** When the customer wants to be called; now when not said, or past. */
      readonly at?: Millis
      /** What it is about. */
      readonly subject?: string
      /** The words by which the customer agreed to be called. */
      readonly consent?: string
      readonly wants?: Wants
      /** Who the customer is, where that is known beyond the address. */
      readonly customer?: string
    }
  | {
      readonly type: 'CreateWorkItem'
      readonly interaction: InteractionId
      readonly subject: string
      readonly item?: WorkItem
      readonly queue: string
      readonly by?: string
      readonly priority?: number
      readonly wants?: Wants
      /** Who the customer is, where that is known beyond the address. */
      readonly customer?: string
    }
  /** Something written came in, into a queue. */
  | {
      readonly type: 'CreateContact'
      readonly interaction: InteractionId
      readonly medium: Extract<Medium, 'chat' | 'sms' | 'email' | 'fax'>
      readonly from: string
      readonly subject?: string
      readonly queue: string
      readonly priority?: number
      readonly wants?: Wants
      /** Who the customer is, where that is known beyond the address. */
      readonly customer?: string
    }
  /** An agent writes to a customer first: it has the conversation from now on, and is rung by nobody for it. The same id again decides nothing. */
  | {
      readonly type: 'BeginContact'
      readonly interaction: InteractionId
      readonly medium: Extract<Medium, 'sms' | 'fax'>
      readonly user: string
      /** The address of ours that it is written from. */
      readonly from: string
      /** The customer's. */
      readonly to: string
      /** Whose work it is: where it waits when its agent is lost, and whose rules count for the work after it. */
      readonly queue: string
      readonly subject?: string
      /** Who the customer is, where that is known beyond the address. */
      readonly customer?: string
    }
  /** It is known now who the customer of a contact is: contacts of one customer are one (promise 8). */
  | { readonly type: 'IdentifyCustomer'; readonly interaction: InteractionId; readonly customer: string }
  /** Ends a whole interaction (a supervisor, an agent on the page). */
  | { readonly type: 'End'; readonly interaction: InteractionId; readonly by: string }

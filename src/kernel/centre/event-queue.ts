import type { Millis } from '#base'
import type { InteractionId, Place, Wants } from '#kernel/interaction'
import type { ExpectedWait } from '#kernel/queue'

/** What happens to an interaction while it waits, and how it comes to wait elsewhere. */
export type QueueEvent =
  | {
      readonly type: 'Queued'
      readonly interaction: InteractionId
      readonly queue: string
      readonly priority: number
      readonly enteredAt: Millis
      readonly visit: number
      readonly prompts: readonly string[]
      readonly nextAnnouncementAt?: Millis
      /** See `Place`. */
      readonly rankAt?: Millis
      readonly ring?: number
      readonly only?: Place['only']
      readonly routeAt?: Millis
      readonly prioritised?: Place['prioritised']
      /** What it asks for from now on, besides what its queue does. */
      readonly wants?: Wants
      /** Its agent was lost: it is back at its old place, with the moment when it entered first (ACD-12). */
      readonly rescued?: true
      /** The contact whose place it takes over: a caller who waits on as a callback, or an earlier callback of the same customer. */
      readonly keeps?: InteractionId
    }
  /** Its queue does not let it wait there (any longer); where it goes is told by the events that follow at once. */
  | {
      readonly type: 'Overflowed'
      readonly interaction: InteractionId
      readonly queue: string
      readonly reason: 'waited' | 'size' | 'closed' | 'nobody'
    }
  /** It has waited long enough for its next ring, or for one person alone. What is not said holds no more. */
  | {
      readonly type: 'Widened'
      readonly interaction: InteractionId
      readonly ring: number
      readonly only?: Place['only']
      readonly routeAt?: Millis
    }
  | {
      readonly type: 'Announced'
      readonly interaction: InteractionId
      readonly visit: number
      readonly prompts: readonly string[]
      readonly nextAnnouncementAt: Millis
      /** The place that was said; 1 is next. */
      readonly position?: number
      /** The range of the wait that was said, so that it can be held against what happens. */
      readonly expected?: ExpectedWait
    }
  /** Whoever runs the shift has brought it elsewhere; where it is then is told by the events that follow at once. */
  | {
      readonly type: 'Moved'
      readonly interaction: InteractionId
      readonly by: string
      /** What `to` names. */
      readonly kind: 'queue' | 'user'
      readonly to: string
      /** Where in a queue: by how long it has waited, before all others, or behind them. */
      readonly place?: 'kept' | 'front' | 'last'
      /** Who had it, when somebody talked to it. */
      readonly from?: string
      readonly note?: string
    }
  /** Somebody has given what waits another priority, and with it another place in its queue. */
  | {
      readonly type: 'PriorityChanged'
      readonly interaction: InteractionId
      readonly by: string
      readonly priority: number
      /** What it was until now. */
      readonly before: number
      /** See `Place`. */
      readonly rankAt: Millis
      readonly note?: string
    }

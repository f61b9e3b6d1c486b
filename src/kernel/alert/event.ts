import type { Millis } from '#base'
import type { Threshold } from '#kernel/config'

/** What happened to what is watched. Each event says of itself all that somebody elsewhere must know of it. */
export type AlertEvent =
  /** It must be so for a while before it is an alert. */
  | {
      readonly type: 'ThresholdCrossed'
      readonly threshold: Threshold
      readonly queue: string
      readonly value: number
    }
  /** Before the while was over it was so no more. */
  | { readonly type: 'ThresholdRestored'; readonly threshold: Threshold; readonly queue: string }
  | {
      readonly type: 'AlertRaised'
      readonly alert: string
      readonly threshold: Threshold
      readonly queue: string
      readonly value: number
      /** When the threshold was crossed. */
      readonly since: Millis
    }
  /** It stands on the page of somebody for the first time. */
  | {
      readonly type: 'AlertSeen'
      readonly alert: string
      readonly threshold: Threshold
      readonly queue: string
      readonly user: string
    }
  /** Somebody takes care of it. */
  | {
      readonly type: 'AlertAcknowledged'
      readonly alert: string
      readonly threshold: Threshold
      readonly queue: string
      readonly by: string
      readonly note?: string
    }
  /** `restored`: the figure is as it should be. `changed`: the threshold is another one, is gone, or has nothing to go by. */
  | {
      readonly type: 'AlertEnded'
      readonly alert: string
      readonly threshold: Threshold
      readonly queue: string
      readonly reason: 'restored' | 'changed'
      readonly lastedMs: Millis
    }

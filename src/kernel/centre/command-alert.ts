import type { WatchedValue } from '#kernel/alert'

/** What is worth attention, who has seen it, and who takes care of it. */
export type AlertCommand =
  /** How the figures stand that thresholds watch; asked once a second, most of the time it decides nothing. */
  | { readonly type: 'LookAtThresholds'; readonly values: readonly WatchedValue[] }
  /** An alert stands on the page of a user. */
  | { readonly type: 'SeeAlert'; readonly alert: string; readonly user: string }
  /** A user takes care of an alert; the note is 1-200 characters. */
  | { readonly type: 'AcknowledgeAlert'; readonly alert: string; readonly by: string; readonly note?: string }

import type { Millis } from '#base'
import type { CentreEvent } from '#kernel/centre'

/** An event with its place in the log. */
export interface JournalEvent {
  readonly sequence: number
  readonly term: number
  readonly at: Millis
  readonly event: CentreEvent
}

import type { Millis } from '#base'
import type { FormValues } from '#kernel/config'
import type { MessageFile } from './message.ts'

/** What a work item has besides its subject: what a process gave, and what agents make of it (DIG-14). */
export interface WorkItem {
  /** The form that agents fill in. */
  readonly form?: string
  /** As far as it is filled in, by the process or by an agent: kept as it is typed, through every takeover. */
  readonly values?: FormValues
  /** When it shall be done. */
  readonly dueAt?: Millis
  /** That moment has come, and it was not done. */
  readonly isOverdue?: true
  /** Their content lies in the blobs under the name of its hash. */
  readonly documents?: readonly MessageFile[]
  /** What came of it, in the words of who completed it. */
  readonly outcome?: string
}

import type { Clock, Logger } from '#base'
import type { CentreCommand, CentreState } from '#kernel/centre'
import type { MailCommand, MailState } from '#kernel/mail'
import type { Blobs } from '#seams/blobs'
import type { ReadingThread } from './reading-thread.ts'

/** What the adapter asks of the log: what belongs together goes in one append. */
export type AdapterCommand =
  | { readonly machine: 'mail'; readonly command: MailCommand }
  | { readonly machine: 'centre'; readonly command: CentreCommand }

/** What the adapter needs of the sequencer of a primary core, whose machines `centre` and `mail` are. */
export interface MailSequencer {
  /** The durable states: nothing is done because of anything else. */
  readonly committed: {
    readonly states: { readonly centre: CentreState; readonly mail: MailState }
    onCommitted(listener: (batch: readonly { readonly machine: string }[]) => void): () => void
  }
  /** All of these in one append, or none; returns when durable. */
  submit(commands: readonly AdapterCommand[]): Promise<unknown>
}

/** What all parts of the adapter share. */
export interface MailContext {
  readonly sequencer: MailSequencer
  readonly blobs: Pick<Blobs, 'get' | 'put' | 'stat'>
  readonly clock: Clock
  readonly logger: Logger
  readonly counters: MailCounters
  readonly reading: Pick<ReadingThread, 'read' | 'clean'>
  /** The password of an account's `secret`; undefined when there is none. */
  password(secret: string): Promise<string | undefined>
  /** Puts a new text into the file of a secret; without it a provider's new refresh tokens live as long as this process. */
  keepSecret?(secret: string, text: string): Promise<void>
  /** How long a copy of what was sent may take to be in the mailbox. */
  readonly copyMs: number
}

/** What happened since the start, for metrics. */
export interface MailCounters {
  taken: number
  passed: number
  sent: number
  deferred: number
  refused: number
  /** Connections to mail servers that failed. */
  failures: number
}

import type { Clock, Logger } from '#base'
import type { CentreCommand, CentreState } from '#kernel/centre'
import type { SmsCommand, SmsState } from '#kernel/sms'

/** What the adapter asks of the log: what belongs together goes in one append. */
export type AdapterCommand =
  | { readonly machine: 'sms'; readonly command: SmsCommand }
  | { readonly machine: 'centre'; readonly command: CentreCommand }

/** What the adapter needs of the sequencer of a primary core, whose machines `centre` and `sms` are. */
export interface SmsSequencer {
  /** The durable states: nothing is done because of anything else. */
  readonly committed: {
    readonly states: { readonly centre: CentreState; readonly sms: SmsState }
    onCommitted(listener: (batch: readonly { readonly machine: string }[]) => void): () => void
  }
  /** All of these in one append, or none; returns when durable. */
  submit(commands: readonly AdapterCommand[]): Promise<unknown>
}

/** Posts a text to another system once, signed; gives the status of its answer. */
export type PostSigned = (post: {
  readonly url: string
  readonly id: string
  readonly body: string
  readonly secret: string
}) => Promise<{ readonly status: number; readonly retryAfterMs?: number }>

/** The signatures that a secret gives for a text, as Standard Webhooks has them. */
export type SignText = (id: string, at: number, body: string, secret: string) => string

/** What all parts of the adapter share. */
export interface SmsContext {
  readonly sequencer: SmsSequencer
  readonly clock: Clock
  readonly logger: Logger
  readonly counters: SmsCounters
  /** The text of an account's `secret`; undefined when there is none. */
  secretOf(secret: string): Promise<string | undefined>
  readonly post: PostSigned
  readonly sign: SignText
}

/** What happened since the start, for metrics. */
export interface SmsCounters {
  taken: number
  repeated: number
  /** Told to come later: a flood from one number, or more than the log takes. */
  slowed: number
  sent: number
  deferred: number
  failed: number
  /** Handed over, and the answer was lost. */
  lost: number
  /** Connections that failed. */
  failures: number
}

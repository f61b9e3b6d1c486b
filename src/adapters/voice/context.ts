import type { Clock, Logger, Millis } from '#base'
import type { CentreEvent, CentreState } from '#kernel/centre'
import type { VoiceEvent } from './leg/event.ts'
import type { VoiceState } from './leg/leg.ts'
import type { AdapterCommand } from './repair.ts'

/** An event that is durable, of the one machine or the other. Those of the pool itself and of mails are skipped. */
export type CommittedEvent =
  | { readonly machine: 'centre'; readonly event: CentreEvent }
  | { readonly machine: 'voice'; readonly event: VoiceEvent }
  | { readonly machine: 'pool' | 'mail' | 'sms'; readonly event: { readonly type: string } }

/** What the adapter needs of the sequencer of a primary core, whose machines `centre` and `voice` are. */
export interface VoiceSequencer {
  /** The durable states: nothing is done because of anything else. */
  readonly committed: {
    readonly states: { readonly centre: CentreState; readonly voice: VoiceState }
    onCommitted(listener: (batch: readonly CommittedEvent[]) => void): () => void
  }
  /** The time that events get. */
  now(): Millis
  /** Whether the log takes nothing now, so that new calls had better be refused. */
  readonly refusing?: boolean
  /** All of these in one append, or none; returns when durable. Rejects with a TandemError of status 503 when it takes no more. */
  submit(commands: readonly AdapterCommand[]): Promise<unknown>
}

/** What all parts of the adapter share. */
export interface VoiceContext {
  readonly sequencer: VoiceSequencer
  readonly clock: Clock
  readonly logger: Logger
  readonly counters: VoiceCounters
}

/** What happened since the start, for metrics. */
export interface VoiceCounters {
  /** Messages that could not be read. */
  malformed: number
  /** Requests and answers that belong to nothing here. */
  strays: number
  /** Requests refused because a limit is reached or the log takes nothing. */
  refused: number
  sent: number
  received: number
  /** Sends that found no edge connected. */
  unsent: number
  /** Calls that a trunk did not take, so that another one was tried or the call failed. */
  trunkFailures: number
}

/** Counters at zero. */
export function newCounters(): VoiceCounters {
  return { malformed: 0, strays: 0, refused: 0, sent: 0, received: 0, unsent: 0, trunkFailures: 0 }
}

import type { Millis } from '#base'
import type { InteractionId } from '#kernel/interaction'
import type { OutgoingText, PartIn, SmsParty } from './sms.ts'

/** What came, so that a repetition is known. */
export interface Arrival extends SmsParty {
  /** Names it by all that it says. */
  readonly key: string
  /** The connection that it came on. Without one the key alone says that it is the same, for ever. */
  readonly session?: string
}

/** What is asked of the machine of text messages. */
export type SmsCommand =
  /** A part of a long text came, and others are missing still. The same part again decides nothing. */
  | {
      readonly type: 'TakePart'
      readonly half: string
      readonly party: SmsParty
      readonly total: number
      readonly number: number
      readonly part: PartIn
    }
  /** A text is taken into an interaction. Refused (`sms.taken`) when it was before, so what goes with it does not happen twice. */
  | {
      readonly type: 'TakeText'
      readonly arrival: Arrival
      readonly interaction: InteractionId
      /** The parts that it is made of are kept no longer. */
      readonly completes?: string
    }
  /**
   * An agent begins a conversation with a number. Refused (`sms.begun`) when another than `after` was its last: somebody wrote meanwhile, and there would
   * be two. The same again decides nothing.
   */
  | {
      readonly type: 'BeginThread'
      readonly party: SmsParty
      readonly interaction: InteractionId
      /** The last conversation with the number, as who begins this one saw it. */
      readonly after?: InteractionId
    }
  /** A text shall leave. The same id again decides nothing. */
  | {
      readonly type: 'WriteText'
      readonly text: SmsParty & {
        readonly id: string
        readonly interaction: InteractionId
        readonly user: string
        readonly parts: readonly string[]
      }
    }
  /** A peer is told of a part now. */
  | { readonly type: 'TryPart'; readonly text: string; readonly part: number }
  /** A peer has it, and calls it so. */
  | { readonly type: 'SentPart'; readonly text: string; readonly part: number; readonly peerId?: string }
  /** No peer has it; it is tried again. */
  | {
      readonly type: 'DeferText'
      readonly text: string
      readonly part: number
      readonly notBefore: Millis
      readonly reason: string
    }
  /** It will not be delivered: the part, and none after it leaves. */
  | { readonly type: 'FailText'; readonly text: string; readonly part: number; readonly reason: string }
  /** What the peer said to it is lost. */
  | { readonly type: 'LosePart'; readonly text: string; readonly part: number }
  /** A delivery report: of the peer's id, or of our reference where that is not known. */
  | {
      readonly type: 'ReportReceipt'
      readonly party: SmsParty
      readonly peerId?: string
      readonly reference?: number
      readonly is: 'delivered' | 'failed'
      readonly reason?: string
    }
  /** An agent has what is uncertain, or has failed, sent again. */
  | { readonly type: 'ResendText'; readonly text: string }

/** What happened to text messages. */
export type SmsEvent =
  | {
      readonly type: 'PartTaken'
      readonly half: string
      readonly party: SmsParty
      readonly total: number
      readonly number: number
      readonly part: PartIn
    }
  | {
      readonly type: 'TextTaken'
      readonly arrival: Arrival
      readonly interaction: InteractionId
      readonly completes?: string
    }
  | { readonly type: 'ThreadBegun'; readonly party: SmsParty; readonly interaction: InteractionId }
  | {
      readonly type: 'TextWritten'
      readonly text: Extract<SmsCommand, { type: 'WriteText' }>['text']
      readonly reference: number
    }
  | { readonly type: 'PartTried'; readonly text: string; readonly part: number }
  | { readonly type: 'PartSent'; readonly text: string; readonly part: number; readonly peerId?: string }
  | {
      readonly type: 'TextDeferred'
      readonly text: string
      readonly part: number
      readonly notBefore: Millis
      readonly reason: string
    }
  | { readonly type: 'TextFailed'; readonly text: string; readonly part: number; readonly reason: string }
  | { readonly type: 'PartLost'; readonly text: string; readonly part: number }
  | { readonly type: 'PartDelivered'; readonly text: string; readonly part: number }
  | { readonly type: 'TextResent'; readonly text: string }

/** A text with what a command asks for. */
export type TextMove = Extract<SmsCommand, { type: 'TryPart' | 'SentPart' | 'DeferText' | 'FailText' | 'LosePart' }> & {
  readonly text: OutgoingText['id']
}

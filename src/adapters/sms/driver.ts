import type { Millis } from '#base'
import type { OutgoingText } from '#kernel/sms'

/** What came of handing a part over. */
export type SendOutcome =
  | { readonly is: 'sent'; readonly peerId?: string }
  | { readonly is: 'refused'; readonly reason: string }
  /** Nobody has it. `slower`: the peer asks for less, so the whole account pauses. */
  | { readonly is: 'later'; readonly reason: string; readonly slower?: boolean; readonly afterMs?: Millis }
  /** The answer was lost. */
  | { readonly is: 'unknown' }

/** A way by which texts leave. */
export interface SmsDriver {
  /** Whether a part can be handed over now. */
  readonly isReady: boolean
  /** Whether the peer knows a text that it is given twice: then what is uncertain is simply given again. */
  readonly repeats: boolean
  send(text: OutgoingText, part: number): Promise<SendOutcome>
}

import type { Millis } from '#base'
import type { InteractionId } from '#kernel/interaction'

/** Whom a conversation by text message is with, and by which of our accounts. */
export interface SmsParty {
  readonly account: string
  readonly number: string
}

/** A part of a long text, as it came. */
export interface PartIn {
  /** Names it by all that it says. */
  readonly key: string
  /** SMPP 3.4 5.2.19. */
  readonly coding: number
  /** Its bytes without the header, in hexadecimal: characters may be cut between two parts. */
  readonly content: string
}

/** A long text of which parts have come. */
export interface HalfText extends SmsParty {
  readonly total: number
  /** When its first part came. */
  readonly at: Millis
  /** By their number, from 1. */
  readonly parts: Readonly<Record<number, PartIn>>
}

/**
 * How far a part of a text is.
 *
 *   waiting ──TryPart──▶ tried ──SentPart──▶ sent ──ReportReceipt──▶ delivered
 *      ▲                  │ │ └───FailText──▶ failed ◀──────────────────┘
 *      ├────DeferText─────┘ └──LosePart──▶ uncertain ──ReportReceipt──▶ delivered
 *      └──────────────ResendText───────────────┘
 *
 * `tried`: a peer may have it. `uncertain`: whether it has will not be known, unless a delivery report comes.
 */
export type PartState = 'waiting' | 'tried' | 'sent' | 'delivered' | 'failed' | 'uncertain'

/** A part of a text that leaves. */
export interface PartOut {
  readonly text: string
  readonly state: PartState
}

/** A text that an agent has written. It was in the log before any peer was told of it. */
export interface OutgoingText extends SmsParty {
  /** The message's id in the conversation. */
  readonly id: string
  readonly interaction: InteractionId
  readonly user: string
  readonly parts: readonly PartOut[]
  /** Of its first part; the others count on. What a delivery report may name, when the peer's own id was lost (SMPP 3.4 5.3.2.17). */
  readonly reference: number
  readonly writtenAt: Millis
  readonly at: Millis
  readonly attempts: number
  /** Not tried before. */
  readonly notBefore?: Millis
  /** What the peer has against it. */
  readonly reason?: string
}

/** How a whole text is, as people are told. */
export type TextState = 'waiting' | 'sent' | 'delivered' | 'failed' | 'uncertain'

/** What the machine of text messages knows. Maps are oldest first. */
export interface SmsState {
  /** The last conversation with each number, by {@link partyKey}. */
  readonly threads: Map<string, InteractionId>
  /** Whom each of these is with. */
  readonly parties: Map<InteractionId, SmsParty>
  /** What came, by what names it: on which connection, and when. */
  readonly known: Map<string, { readonly session: string; readonly at: Millis }>
  readonly halves: Map<string, HalfText>
  /** By their id; those that are done are forgotten after the others. */
  readonly outgoing: Map<string, OutgoingText>
  /** Which text a peer means by its own id, by account and id. */
  readonly receipts: Map<string, { readonly text: string; readonly part: number }>
  /** The next reference that is free. */
  reference: number
}

/** The key of {@link SmsState.threads}. */
export function partyKey({ account, number }: SmsParty): string {
  return `${account} ${number}`
}

/** How a text is as a whole: as its worst part, and no further than its slowest. */
export function textStateOf({ parts }: Pick<OutgoingText, 'parts'>): TextState {
  const has = (state: PartState): boolean => parts.some((part) => part.state === state)
  if (has('failed')) return 'failed'
  if (has('uncertain')) return 'uncertain'
  if (has('waiting') || has('tried')) return 'waiting'
  return has('sent') ? 'sent' : 'delivered'
}

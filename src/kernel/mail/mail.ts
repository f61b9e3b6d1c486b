import type { Millis } from '#base'
import type { InteractionId, MessageFile, MessageId, StoredText } from '#kernel/interaction'

/** How far an account's folder has been read. UIDs count only within one UIDVALIDITY (RFC 3501 2.3.1.1). */
export interface MailPosition {
  readonly uidValidity: string
  /** Every mail up to this UID was taken or passed over. */
  readonly uid: number
  /** Up to this UID only mails that nobody has read are taken: what lay there when the account was opened. */
  readonly unreadUpTo: number
}

/** What a mail of ours says: all that is needed to send it, on whatever machine. */
export interface MailContent {
  readonly to: readonly string[]
  readonly cc?: readonly string[]
  readonly subject: string
  readonly text: string
  /** What was written with formatting; sent beside the text. */
  readonly html?: string
  readonly files?: readonly MessageFile[]
}

/**
 * A mail that leaves. Its Message-ID was in the log before any server was told of it, so it is known again wherever it turns up.
 *
 *   waiting ──TryMail──▶ tried ──SentMail──▶ sent
 *      ▲                  │ └───RefuseMail──▶ refused
 *      └────DeferMail─────┘        sent ──BounceMail──▶ refused
 *
 * `tried`: a server may have it. Before it is tried again it is looked for in the Sent folder and the inbox.
 */
export interface OutgoingMail extends MailContent {
  /** The message's id in the conversation; of an acknowledgement one of its own. */
  readonly id: string
  readonly messageId: string
  readonly account: string
  readonly interaction: InteractionId
  /** The agent who wrote it; nobody did, of an acknowledgement. */
  readonly user?: string
  /** Its reader asked for it, so it is no machine that answers a machine. */
  readonly asked?: true
  /** The mail of the conversation that it passes on to somebody else. */
  readonly forwards?: MessageId
  /** What that mail said, under what was written: in the blobs, as it may be as large as a mail. */
  readonly quote?: MailQuote
  readonly inReplyTo?: string
  readonly references?: readonly string[]
  readonly state: 'waiting' | 'tried' | 'sent' | 'refused'
  /** When it came into its state. */
  readonly at: Millis
  readonly writtenAt: Millis
  readonly attempts: number
  /** Not tried before. */
  readonly notBefore?: Millis
  /** What the server has against it. */
  readonly reason?: string
}

/** A mail with its head, as it is quoted: as text and as HTML. */
export interface MailQuote {
  readonly text: StoredText
  readonly html: StoredText
}

/** A mail that an agent is writing: kept as it is typed, through every takeover (IR-10, IR-11). An answer and a forward are beside each other. */
export interface MailDraft extends MailContent {
  readonly interaction: InteractionId
  readonly user: string
  /** The mail of the conversation that it passes on; it is an answer when not said. */
  readonly forwards?: MessageId
  readonly at: Millis
}

/** What the machine of mails knows. */
export interface MailState {
  /** By account. */
  readonly positions: Map<string, MailPosition>
  /** The interaction of each Message-ID, by account and id: so a mail is taken once, and an answer finds its thread. Oldest first. */
  readonly known: Map<string, InteractionId>
  /** Mails of ours, by their id; those that are done are forgotten after the others. */
  readonly outgoing: Map<string, OutgoingMail>
  /** By {@link draftKey}. */
  readonly drafts: Map<string, MailDraft>
  /** When each address was sent an acknowledgement last. Oldest first. */
  readonly acknowledged: Map<string, Millis>
}

/** What a draft is: what is answered, or what is passed on. One of each in an interaction. */
export type DraftKind = 'answer' | 'forward'

/** Which of the two it is. */
export function kindOf({ forwards }: { readonly forwards?: MessageId }): DraftKind {
  return forwards === undefined ? 'answer' : 'forward'
}

/** The key of {@link MailState.drafts}. */
export function draftKey(interaction: InteractionId, kind: DraftKind): string {
  return kind === 'answer' ? interaction : `${interaction} ${kind}`
}

/** The key of {@link MailState.known}. */
export function knownKey(account: string, messageId: string): string {
  return `${account} ${messageId}`
}

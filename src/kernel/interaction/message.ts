import type { Millis } from '#base'

/** Names one message for ever within its interaction; made by whoever writes it, so that the same message sent twice is one (IR-15). */
export type MessageId = string

/** A file that goes with a message. Its content lies in the blobs under the name of its hash, so it outlives every process (IR-11, IR-17). */
export interface MessageFile {
  /** SHA-256 of the content, in hexadecimal. */
  readonly hash: string
  /** As the sender named it; for people, never a path. */
  readonly name: string
  /** The media type that the content was found to have. */
  readonly type: string
  readonly bytes: number
}

/** Text that lies in the blobs under the name of its hash. */
export interface StoredText {
  /** SHA-256 of it, in hexadecimal. */
  readonly hash: string
  readonly bytes: number
}

/** What a mail has beside its text. */
export interface MessageMail {
  /** RFC 5322 3.6.4: with its angle brackets. */
  readonly messageId: string
  /** The account that it came to, or leaves from. */
  readonly account: string
  readonly subject: string
  readonly from: string
  readonly to: readonly string[]
  readonly cc?: readonly string[]
  /** The sanitised HTML, in the blobs. */
  readonly html?: StoredText
  /** What was too large, too deep or too many to be kept, in words. */
  readonly omitted?: readonly string[]
  /** Nobody wrote it: a machine did. `bounce`: it says that a mail of ours was not delivered. */
  readonly automatic?: 'reply' | 'bounce'
  /** The mail of this conversation that it passes on, which is quoted under its text. */
  readonly forwards?: MessageId
  /** It is between us and somebody whom a mail was passed on to: the customer has not seen it, and answers to the customer do not name it. */
  readonly aside?: true
  /** The interaction of this thread before, which was over when it came. */
  readonly follows?: string
}

/** What became of a line that leaves as a message of its own, such as a text message. Until something is known it waits. */
export interface MessageDelivery {
  /** `uncertain`: the connection was lost while it was handed over, and nobody can say. */
  readonly state: 'sent' | 'delivered' | 'failed' | 'uncertain'
  readonly reason?: string
}

/** What the system itself says in a transcript (DIG-12). */
export type Note = 'queued' | 'joined' | 'left' | 'transferred' | 'ended'

/** One line of a conversation in writing. */
export interface Message {
  readonly id: MessageId
  readonly at: Millis
  readonly by: 'customer' | 'agent' | 'system'
  /** The agent who wrote it, or whom a note is about. */
  readonly user?: string
  readonly text: string
  readonly files?: readonly MessageFile[]
  /** Set on mails. */
  readonly mail?: MessageMail
  /** Set when something is known of its way. */
  readonly delivery?: MessageDelivery
  /** Set on lines of the system: pages say it in the reader's language. */
  readonly note?: Note
}

/** A contact in writing: what its parties have said, in the order of the log. Notes are derived from the events, never stored as such. */
export interface Conversation {
  readonly messages: readonly Message[]
  /** The last message that each side has seen. */
  readonly read?: { readonly customer?: MessageId; readonly agents?: MessageId }
  /** How many lines were written by people so far. */
  readonly written: number
}

/** Whether a line of that id stands in the conversation. */
export function hasMessage(conversation: Conversation | undefined, id: MessageId): boolean {
  return conversation?.messages.some((message) => message.id === id) ?? false
}

/** The lines that came after the given one; all of them when it is not there. */
export function messagesAfter(messages: readonly Message[], id: MessageId | undefined): readonly Message[] {
  const index = id === undefined ? -1 : messages.findLastIndex((message) => message.id === id)
  return messages.slice(index + 1)
}

/** Where the content of a file of that hash lies in the blobs: the same file twice is one, and nobody can name a file of others by chance. */
export function fileBlobKey(hash: string): string {
  return `files/${hash.slice(0, 2)}/${hash}`
}

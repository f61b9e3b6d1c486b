import type { InteractionId } from '#kernel/interaction'
import { knownKey, type MailState } from './mail.ts'

/** Our interaction in a Message-ID that we made: it outlives what is remembered. */
const OWN_ID = /^<[A-Za-z0-9-]{1,64}\.(ix-[a-z0-9]{8,60})@/

/** The same in a subject, for programs that drop what refers to the mail before. */
const SUBJECT_TOKEN = /\[(ix-[a-z0-9]{8,60})\]/

/** The Message-ID of a mail of ours: the same for the same message, whoever makes it. */
export function messageIdOf(message: string, interaction: InteractionId, address: string): string {
  return `<${message}.${interaction}@${address.slice(address.lastIndexOf('@') + 1)}>`
}

/** What a mail says of the thread that it belongs to. */
export interface ThreadSigns {
  readonly inReplyTo?: string | undefined
  /** Oldest first. */
  readonly references?: readonly string[]
  readonly subject: string
}

/** The interaction that a mail answers: by what it refers to, newest first, by the interaction in our own Message-IDs, by the subject. */
export function threadOf({ known }: Pick<MailState, 'known'>, account: string, signs: ThreadSigns): string | undefined {
  const ids = [...(signs.inReplyTo ? [signs.inReplyTo] : []), ...(signs.references ?? []).toReversed()]
  for (const id of ids) {
    const found = known.get(knownKey(account, id)) ?? OWN_ID.exec(id)?.[1]
    if (found !== undefined) return found
  }
  return SUBJECT_TOKEN.exec(signs.subject)?.[1]
}

/** The subject of an answer, with `Re:` once. */
export function replySubject(subject: string): string {
  return /^\s*(re|aw|sv|antw)\s*:/i.test(subject) ? subject : `Re: ${subject}`
}

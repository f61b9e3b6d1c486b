import type { Millis } from '#base'
import type { InteractionId } from '#kernel/interaction'
import type { DraftKind, MailDraft, MailPosition, OutgoingMail } from './mail.ts'

/** What is asked of the machine of mails. */
export type MailCommand =
  /** An account's folder is read from here on. */
  | ({ readonly type: 'OpenAccount'; readonly account: string } & MailPosition)
  /** A mail is taken into an interaction. Refused (`mail.taken`) when it was before, so what goes with it does not happen twice. */
  | {
      readonly type: 'TakeMail'
      readonly account: string
      readonly uidValidity: string
      readonly uid: number
      readonly messageId: string
      readonly interaction: InteractionId
    }
  /** A mail is not taken, for a reason; the next is. */
  | {
      readonly type: 'PassMail'
      readonly account: string
      readonly uidValidity: string
      readonly uid: number
      readonly why: PassReason
    }
  /** A mail shall leave. The same id again decides nothing. */
  | {
      readonly type: 'WriteMail'
      readonly mail: Omit<OutgoingMail, 'state' | 'at' | 'writtenAt' | 'attempts' | 'notBefore' | 'reason'>
    }
  /** A server is told of it now. */
  | { readonly type: 'TryMail'; readonly mail: string }
  /** A server has it. */
  | { readonly type: 'SentMail'; readonly mail: string }
  /** No server has it; it is tried again. */
  | { readonly type: 'DeferMail'; readonly mail: string; readonly notBefore: Millis; readonly reason: string }
  /** It will not be delivered. */
  | { readonly type: 'RefuseMail'; readonly mail: string; readonly reason: string }
  /** Where an agent is with a mail; nothing but the newest is kept. */
  | { readonly type: 'SaveDraft'; readonly draft: Omit<MailDraft, 'at'> }
  /** Of an answer, when no kind is said. */
  | { readonly type: 'DropDraft'; readonly interaction: InteractionId; readonly kind?: DraftKind }

/** Why a mail is no contact: it is there already, it is our own, it is marked as spam, or somebody has deleted it in between. */
export type PassReason = 'duplicate' | 'own' | 'spam' | 'gone'

/** What happened to mails. */
export type MailEvent =
  | ({ readonly type: 'AccountOpened'; readonly account: string } & MailPosition)
  | {
      readonly type: 'MailTaken'
      readonly account: string
      readonly uid: number
      readonly messageId: string
      readonly interaction: InteractionId
    }
  | { readonly type: 'MailPassed'; readonly account: string; readonly uid: number; readonly why: PassReason }
  | { readonly type: 'MailWritten'; readonly mail: Extract<MailCommand, { type: 'WriteMail' }>['mail'] }
  | { readonly type: 'MailTried'; readonly mail: string }
  | { readonly type: 'MailSent'; readonly mail: string }
  | { readonly type: 'MailDeferred'; readonly mail: string; readonly notBefore: Millis; readonly reason: string }
  | { readonly type: 'MailRefused'; readonly mail: string; readonly reason: string }
  | { readonly type: 'DraftSaved'; readonly draft: Omit<MailDraft, 'at'> }
  | { readonly type: 'DraftDropped'; readonly interaction: InteractionId; readonly kind?: DraftKind }

import type { VoiceMark } from './event.ts'

/** What is asked of mailboxes. */
export type MailboxCommand =
  /** Somebody heard a voice message, or removes it, or takes that back. Whether `by` may open the mailbox is asked outside. */
  { readonly type: 'MarkVoiceMessage'; readonly message: string; readonly by: string; readonly as: VoiceMark }

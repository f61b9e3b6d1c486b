export type { MailCommand, MailEvent, PassReason } from './command.ts'
export { MAIL_ERRORS } from './errors.ts'
export { faxAddress, faxSender, isFromGateway } from './fax.ts'
export { CONTENT_CHARS_MAX, UNSENT_MS_MAX } from './limits.ts'
export { mailMachine } from './machine.ts'
export {
  type DraftKind,
  draftKey,
  kindOf,
  knownKey,
  type MailContent,
  type MailDraft,
  type MailPosition,
  type MailQuote,
  type MailState,
  type OutgoingMail,
} from './mail.ts'
export { messageIdOf, replySubject, type ThreadSigns, threadOf } from './thread.ts'

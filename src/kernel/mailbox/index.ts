export type * from './command.ts'
export { MAILBOX_ERRORS } from './errors.ts'
export type * from './event.ts'
export { decideMailbox, evolveMailboxes, isMailboxCommand, isMailboxEvent } from './machine.ts'
export {
  isLongEnough,
  isUnheard,
  type MailboxState,
  MESSAGES_KEPT,
  messagesOf,
  newMailboxState,
  setVoiceMessage,
  unheardIn,
  VOICE_MESSAGE_MS_MIN,
  VOICE_MESSAGES_MAX,
  type VoiceMessage,
  voiceMessage,
} from './mailbox.ts'

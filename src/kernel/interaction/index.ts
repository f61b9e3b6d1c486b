export { customerOf } from './customer.ts'
export { desiredParticipant, hearsPrograms, visitProgram } from './desired.ts'
export type * from './interaction.ts'
export type { Conversation, Message, MessageFile, MessageId, Note } from './message.ts'
export { hasMessage, messagesAfter } from './message.ts'
export {
  isByPhone,
  isConnected,
  isLive,
  isOfferedTo,
  isWritten,
  liveParticipants,
  otherParticipant,
  participantOf,
  queueOf,
  waitingParticipant,
} from './party.ts'
export {
  partId,
  playableParts,
  readPartId,
} from './recording-part.ts'

export {
  AGENT_OUTCOMES,
  CALLBACK_OUTCOMES,
  type CallbackAttempt,
  type CallbackOutcome,
  wasReached,
} from './callback.ts'
export { customerOf } from './customer.ts'
export { desiredParticipant, hearsPrograms, visitProgram } from './desired.ts'
export type * from './interaction.ts'
export type {
  Conversation,
  Message,
  MessageDelivery,
  MessageFile,
  MessageId,
  MessageMail,
  Note,
  StoredText,
} from './message.ts'
export { fileBlobKey, hasMessage, messagesAfter } from './message.ts'
export {
  isByPhone,
  isConnected,
  isLive,
  isOfferedTo,
  isTalker,
  isWritten,
  liveParticipants,
  otherParticipant,
  participantOf,
  queueOf,
  speakingCount,
  talkersOf,
  waitingParticipant,
} from './party.ts'
export {
  partId,
  playableParts,
  readPartId,
} from './recording-part.ts'
export type { InteractionSummary, SummaryQuery } from './summary.ts'
export type { WorkItem } from './work-item.ts'

export { customerOf } from './customer.ts'
export { desiredParticipant, hearsPrograms, visitProgram } from './desired.ts'
export type * from './interaction.ts'
export {
  isByPhone,
  isConnected,
  isLive,
  isOfferedTo,
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

export type {
  Channel,
  ChannelAddress,
  ChannelClient,
  ChannelClientOptions,
  ChannelHandlers,
  ChannelServer,
  ChannelServerOptions,
  MeasuredChannel,
} from './channel.ts'
export { createChannelClient } from './channel-client.ts'
export { CHANNEL_ERRORS } from './channel-errors.ts'
export { createChannelServer } from './channel-server.ts'
export type {
  Binding,
  CoreNotice,
  CredentialAnswer,
  EdgeGreeting,
  EdgeNotice,
  EdgeRequest,
  FlowToken,
  Removal,
  SipSource,
} from './edge.ts'
export type {
  Hears,
  MediaAddress,
  MediaAnswer,
  MediaCodec,
  MediaEvent,
  MediaGreeting,
  MediaLoad,
  MediaLocal,
  MediaRequest,
  MediaSessionId,
  MediaSpec,
  MediaStatistics,
  ProgramId,
  ProgramItem,
  RecordingId,
  RecordingSpec,
  SealedRecording,
  SrtpLocal,
  SrtpParty,
  WebRtcLocal,
  WebRtcParty,
} from './media.ts'
export { parseRecordingSidecar, type RecordingSidecar } from './recording.ts'
export { answerWitnesses, seesAlive, type WitnessOptions } from './witness.ts'

export {
  type Direction,
  SDP_LIMITS,
  type SdpCodec,
  type SdpDescription,
  type SdpMedia,
  type SdpResult,
} from './description.ts'
export {
  type AgreedMedia,
  type AnswerResult,
  type CodecName,
  isHold,
  isHoldOffer,
  type LocalMedia,
  makeAnswer,
  makeOffer,
  type NotAcceptable,
  readAnswer,
  type SentSdp,
} from './offer-answer.ts'
export { parseSdp } from './parse.ts'

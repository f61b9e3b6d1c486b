export { type Arrival, Reception, type ReceptionReport } from './reception.ts'
export {
  ntpMiddle,
  type ReportBlock,
  type RtcpInput,
  type RtcpOutput,
  readRtcp,
  type SenderInfo,
  writeRtcp,
} from './rtcp.ts'
export { RTP_HEADER_BYTES, type RtpHeader, RtpView, sequenceDelta, timestampDelta, writeRtpHeader } from './rtp.ts'
export {
  type Digit,
  type EventPacket,
  readTelephoneEvent,
  type TelephoneEvent,
  TelephoneEventReceiver,
  telephoneEventPackets,
} from './telephone-event.ts'

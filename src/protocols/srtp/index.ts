export { type MasterKey, SRTP_PROFILES, type SrtpKeys, type SrtpProfile } from './keys.ts'
export { SrtcpReceiver, SrtcpSender } from './srtcp.ts'
export { SrtpReceiver, SrtpSender } from './srtp.ts'

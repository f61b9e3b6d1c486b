import type { RawDescription, RawMedia } from './grammar.ts'

/** What an m= line of WebRTC says besides the codecs (RFC 8839, RFC 8842, RFC 8843). */
export interface WebRtcTerms {
  readonly ufrag: string
  readonly password: string
  /** SHA-256 of the certificate, in the upper-case form of RFC 8122. */
  readonly fingerprint: string
  /** Absent where no name is given. */
  readonly mid?: string
}

/** What we say of ourselves in one. */
export type LocalWebRtc = Omit<WebRtcTerms, 'mid'>

/** RFC 8827 6.5: what is used whatever is said; the older name without feedback is understood as well. */
const PROTOCOLS: readonly string[] = ['UDP/TLS/RTP/SAVPF', 'UDP/TLS/RTP/SAVP']

/** What our own offer begins with. */
export const WEBRTC_PROTOCOL = 'UDP/TLS/RTP/SAVPF'

/** RFC 8445 5.1.2.1, for the one candidate that there is: a host's, its component's first. */
const PRIORITY = 2_130_706_431

/** The one line's name in an offer of ours. */
const MID = '0'

/** Whether the line is of WebRTC. */
export function isWebRtc(protocol: string): boolean {
  return PROTOCOLS.includes(protocol)
}

/** Reads what a line says of ICE and DTLS; attributes may stand for the whole description. Undefined when something is missing. */
export function readWebRtc(line: RawMedia, description: RawDescription): WebRtcTerms | undefined {
  const ufrag = line.iceUfrag ?? description.iceUfrag
  const password = line.icePwd ?? description.icePwd
  const fingerprint = line.fingerprint ?? description.fingerprint
  const setup = line.setup ?? description.setup ?? 'actpass'
  const muxed = line.rtcpMux !== undefined
  if (ufrag === undefined || password === undefined || !isWebRtc(line.protocol)) return undefined
  // We wait for the handshake, and RTCP comes where RTP does: a party that wants it otherwise is none of ours.
  if (String(fingerprint?.type).toLowerCase() !== 'sha-256' || setup === 'passive' || !muxed) return undefined
  return {
    ufrag: String(ufrag),
    password: String(password),
    fingerprint: String(fingerprint?.hash).toUpperCase(),
    ...(line.mid !== undefined && { mid: String(line.mid) }),
  }
}

/** The attributes of our line. */
export function webRtcLine(
  local: LocalWebRtc,
  at: { readonly address: string; readonly port: number },
  line: { readonly setup: 'actpass' | 'passive'; readonly mid?: string | undefined },
): Partial<RawMedia> {
  return {
    iceUfrag: local.ufrag,
    icePwd: local.password,
    fingerprint: { type: 'sha-256', hash: local.fingerprint },
    setup: line.setup,
    mid: line.mid ?? MID,
    rtcpMux: 'rtcp-mux',
    candidates: [
      {
        foundation: '1',
        component: 1,
        transport: 'udp',
        priority: PRIORITY,
        ip: at.address,
        port: at.port,
        type: 'host',
      },
    ],
    endOfCandidates: 'end-of-candidates',
  }
}

/** What stands for the whole description when one of its lines is of WebRTC. */
export function webRtcSession(media: readonly RawMedia[]): Partial<RawDescription> {
  const line = media.find((one) => one.iceUfrag !== undefined)
  if (line?.mid === undefined) return {}
  return { icelite: 'ice-lite', groups: [{ type: 'BUNDLE', mids: String(line.mid) }] }
}

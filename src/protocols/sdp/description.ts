import type { CryptoLine } from './sdes.ts'
import type { WebRtcTerms } from './webrtc.ts'

/** Which way media flows, seen from whoever wrote the description (RFC 8866 6.7). */
export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive'

/** One format of a media line. */
export interface SdpCodec {
  readonly payloadType: number
  /** In upper case, such as `PCMU`; telephone events are kept apart. */
  readonly name: string
  readonly clockRate: number
  readonly channels: number
  /** The format's own parameters as they stand. */
  readonly parameters?: string
}

/** One m= line with what belongs to it. */
export interface SdpMedia {
  /** `audio`, `video`, `image` or anything else. */
  readonly kind: string
  /** 0 when the stream is refused or not wanted. */
  readonly port: number
  /** `RTP/AVP`, `RTP/SAVP` and their like. */
  readonly protocol: string
  /** The formats as they stand, for an answer that refuses the line. */
  readonly formats: string
  /** The address that media is to be sent to, without brackets; it may be a host name. */
  readonly address: string
  readonly direction: Direction
  readonly ptimeMs?: number
  /** In the order of preference; only those whose meaning is known. */
  readonly codecs: readonly SdpCodec[]
  /** Present when the line is of WebRTC, and whole. */
  readonly webrtc?: WebRtcTerms
  /** How the line's writer protects its packets, as far as we can do so: on a line of RTP/SAVP alone. */
  readonly crypto?: readonly CryptoLine[]
  /** The payload type of telephone-event/8000 (RFC 4733), if it is offered. */
  readonly telephoneEvent?: number
  /** That of telephone-event/48000, which belongs to Opus. */
  readonly telephoneEventWide?: number
}

/** An SDP body (RFC 8866) as far as a telephone call needs it. A plain value, fit for a log. */
export interface SdpDescription {
  readonly username: string
  /** The o= line's figures, as text: they may be larger than a number holds. */
  readonly sessionId: string
  readonly sessionVersion: string
  readonly media: readonly SdpMedia[]
}

/** A description, or a sentence that says why there is none. */
export type SdpResult<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string }

/** What one SDP body may be; a browser's, which is the largest in use, has some 8 KB, 200 lines and three m= lines. */
export const SDP_LIMITS = {
  bytesMax: 32_768,
  linesMax: 800,
  lineBytesMax: 4_096,
  mediaMax: 16,
  formatsMax: 64,
} as const

/** RFC 3551 table 4: audio formats that need no rtpmap. */
export const STATIC_CODECS: readonly SdpCodec[] = [
  { payloadType: 0, name: 'PCMU', clockRate: 8000, channels: 1 },
  { payloadType: 3, name: 'GSM', clockRate: 8000, channels: 1 },
  { payloadType: 8, name: 'PCMA', clockRate: 8000, channels: 1 },
  { payloadType: 9, name: 'G722', clockRate: 8000, channels: 1 },
  { payloadType: 18, name: 'G729', clockRate: 8000, channels: 1 },
]

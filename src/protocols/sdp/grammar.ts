// @ts-expect-error The library ships no types; those below are the part of it that is used here.
import * as sdpTransform from 'sdp-transform'

/** A c= line. */
export interface RawConnection {
  version: number
  ip: string
}

/** An m= line with its attributes. */
export interface RawMedia {
  type: string
  port: number
  protocol: string
  payloads?: string | number
  connection?: RawConnection
  rtp: { payload: number; codec: string; rate?: number; encoding?: number }[]
  fmtp: { payload: number; config: string }[]
  ptime?: number
  maxptime?: number
  direction?: 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive'
  mid?: string | number
  iceUfrag?: string | number
  icePwd?: string | number
  fingerprint?: { type: string; hash: string }
  setup?: string
  rtcpMux?: string
  crypto?: { id: string | number; suite: string; config: string; sessionConfig?: string }[]
  candidates?: {
    foundation: string | number
    component: number
    transport: string
    priority: number
    ip: string
    port: number
    type: string
  }[]
  endOfCandidates?: string
}

/** A whole body. */
export interface RawDescription {
  version?: number
  origin?: {
    username: string | number
    sessionId: number | string
    sessionVersion: number | string
    netType: string
    ipVer: number
    address: string | number
  }
  name?: string | number
  connection?: RawConnection
  iceUfrag?: string | number
  icePwd?: string | number
  fingerprint?: { type: string; hash: string }
  setup?: string
  icelite?: string
  groups?: { type: string; mids: string }[]
  timing?: { start: number; stop: number }
  direction?: 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive'
  media: RawMedia[]
}

interface Grammar {
  parse(text: string): RawDescription
  write(description: RawDescription): string
}

/** The SDP grammar. Figures that are no safe integers stay text; lines that it does not know are left out. */
export const grammar: Grammar = sdpTransform

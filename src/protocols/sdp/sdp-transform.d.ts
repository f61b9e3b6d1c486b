/** The part of sdp-transform that is used here; the library ships no types. Figures that are no safe integers stay text. */
declare module 'sdp-transform' {
  export interface RawConnection {
    version: number
    ip: string
  }

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
  }

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
    timing?: { start: number; stop: number }
    direction?: 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive'
    media: RawMedia[]
  }

  export function parse(text: string): RawDescription
  export function write(description: RawDescription): string
}

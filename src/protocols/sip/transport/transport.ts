import type { SipFault } from '../message/errors.ts'

/** The transports of RFC 3261 18 and RFC 7118, in lower case. */
export type TransportName = 'udp' | 'tcp' | 'tls' | 'ws' | 'wss'

/** Where a message goes, and where one came from. */
export interface Target {
  readonly transport: TransportName
  /** An address without brackets; a host name is looked up where it is used. */
  readonly address: string
  readonly port: number
  /** The name that the address was found by: a server over TLS proves to be that one. */
  readonly host?: string
  /** The connection that a message came over. It is used while it is open; afterwards address and port are. */
  readonly flow?: string
}

/** What a transport does with the bytes of one whole message; `fault` says why a stream cannot be read further. Never throws. */
export type Receiver = (bytes: Uint8Array, source: Target, fault?: SipFault) => void

/** One way to carry messages: UDP, TCP, TLS and WebSocket are implementations of the same few words. */
export interface Transport {
  readonly name: TransportName
  /** Whether what is sent arrives or fails in a way that is noticed. */
  readonly reliable: boolean
  /** The address and port that it is bound to. */
  readonly local: { readonly address: string; readonly port: number }
  /** Sends one message. `failed` is called at most once, when it is known that it did not go out. Never throws. */
  send(bytes: Uint8Array, target: Target, failed: (error: unknown) => void): void
  /** Ends everything that is open; a second call waits for the same end. */
  close(): Promise<void>
}

/** What a transport has met, from its beginning; each is a figure for the monitoring. */
export interface TransportCounts {
  readonly received: number
  readonly sent: number
  readonly keepAlives: number
  readonly errors: number
  /** Connections or bytes that a limit refused. */
  readonly refused: number
  readonly connections: number
}

/** An IPv4 address as such even when it came over a socket of both families. */
export function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address
}

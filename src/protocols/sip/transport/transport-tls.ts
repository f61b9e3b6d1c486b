import { isIP } from 'node:net'
import { connect, createServer, type SecureContextOptions, type Server } from 'node:tls'
import { setNewest } from '#base'
import { SIP_ERRORS } from '../message/errors.ts'
import type { Receiver, Target } from './transport.ts'
import { placeOf, type StreamKind, TCP_LIMITS, type TcpOptions, TcpTransport } from './transport-tcp.ts'

/** What a TLS transport proves itself with, and whom it believes: PEM, as it stands in files. */
export interface TlsCredentials {
  readonly certificate: string
  readonly key: string
  /** The CAs that servers' certificates are checked against; those that Node.js knows unless told. */
  readonly ca?: string
}

/** Where a TLS transport listens, its limits, and its credentials. */
export interface TlsOptions extends TcpOptions {
  readonly credentials: TlsCredentials
}

/** Older ones are broken (RFC 8996). */
const VERSION_MIN = 'TLSv1.2'

/** RFC 3261 26.2.1, RFC 5922: a server proves its name; phones prove who they are by digest, so they are asked for no certificate. */
const HANDSHAKE_MS = 5_000

/** Servers that we have connected to by name: trunks, a few hundred at most. */
const NAMES_MAX = 1_000

/** Opens a TLS listener for SIP; rejects with `sip.transport.failed` when it cannot be bound. */
export async function openTls(options: TlsOptions, receive: Receiver): Promise<TlsTransport> {
  const server = createServer({ ...contextOf(options.credentials), handshakeTimeout: HANDSHAKE_MS })
  await new Promise<void>((resolve, reject) => {
    const { address, port } = options
    server.once('error', (cause) =>
      reject(SIP_ERRORS['sip.transport.failed']({ transport: 'tls', address, port }, cause)),
    )
    server.listen(port, address, resolve)
  })
  server.removeAllListeners('error')
  // Handshakes under way count too, or somebody could begin them without end.
  server.maxConnections = options.limits?.connectionsMax ?? TCP_LIMITS.connectionsMax
  const outgoing = new Outgoing(options.credentials)
  return new TlsTransport(server, receive, options, outgoing)
}

/** SIP over TLS (RFC 3261 26.2.1): as over TCP, with certificates that can be changed while connections stand. */
export class TlsTransport extends TcpTransport {
  readonly #server: Server
  readonly #outgoing: Outgoing

  constructor(server: Server, receive: Receiver, options: TcpOptions, outgoing: Outgoing) {
    super(server, receive, options, outgoing)
    this.#server = server
    this.#outgoing = outgoing
  }

  /** From now on new connections see these; those that stand go on. */
  setCredentials(credentials: TlsCredentials): void {
    this.#server.setSecureContext(contextOf(credentials))
    this.#outgoing.credentials = credentials
  }
}

/** How TLS is spoken to others. */
class Outgoing implements StreamKind {
  readonly name = 'tls'
  readonly accepted = 'secureConnection'
  credentials: TlsCredentials
  /** The name that was used for a place, for later requests that know its address only. */
  readonly #names = new Map<string, string>()

  constructor(credentials: TlsCredentials) {
    this.credentials = credentials
  }

  dial(target: Target) {
    const host = target.host ?? this.#names.get(placeOf(target)) ?? target.address
    if (target.host !== undefined) this.#remember(placeOf(target), target.host)
    const named = isIP(host) === 0 ? { servername: host } : {}
    return connect({ ...contextOf(this.credentials), host: target.address, port: target.port, ...named })
  }

  #remember(place: string, name: string): void {
    setNewest(this.#names, place, name, NAMES_MAX)
  }
}

function contextOf({ certificate, key, ca }: TlsCredentials): SecureContextOptions {
  return { cert: certificate, key, ...(ca !== undefined && { ca }), minVersion: VERSION_MIN }
}

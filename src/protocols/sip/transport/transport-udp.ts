import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { lookup } from 'node:dns'
import { isIP, isIPv6 } from 'node:net'
import { type Logger, silentLogger } from '#base'
import { SIP_ERRORS } from '../message/errors.ts'
import { plainAddress, type Receiver, type Target, type Transport, type TransportCounts } from './transport.ts'

/** Where a UDP transport listens. */
export interface UdpOptions {
  readonly address: string
  /** 0 takes any free port. */
  readonly port: number
  readonly logger?: Logger
}

/** A burst of 1,000 INVITEs of 1 KB waits here while the process is busy for 100 ms; the kernel may give less. */
const RECEIVE_BUFFER_BYTES = 2 * 1024 * 1024

/** Shorter than any SIP message: CRLF, NUL and STUN keep-alives of phones, which are counted and not answered. */
const MESSAGE_BYTES_MIN = 32

/** Opens a UDP socket for SIP; rejects with `sip.transport.failed` when it cannot be bound. */
export async function openUdp(options: UdpOptions, receive: Receiver): Promise<UdpTransport> {
  const socket = createSocket({
    type: isIPv6(options.address) ? 'udp6' : 'udp4',
    recvBufferSize: RECEIVE_BUFFER_BYTES,
    lookup: (host, lookupOptions, done) => {
      const family = isIP(host)
      if (family === 0) lookup(host, lookupOptions, done)
      else done(null, host, family)
    },
  })
  await new Promise<void>((resolve, reject) => {
    const { address, port } = options
    socket.once('error', (cause) =>
      reject(SIP_ERRORS['sip.transport.failed']({ transport: 'udp', address, port }, cause)),
    )
    socket.bind(port, address, resolve)
  })
  socket.removeAllListeners('error')
  return new UdpTransport(socket, receive, options.logger ?? silentLogger)
}

/** SIP over UDP (RFC 3261 18): one datagram, one message. */
export class UdpTransport implements Transport {
  readonly name = 'udp'
  readonly reliable = false
  readonly local: { readonly address: string; readonly port: number }
  readonly #socket: Socket
  readonly #receive: Receiver
  readonly #logger: Logger
  readonly #counts = { received: 0, sent: 0, keepAlives: 0, errors: 0, refused: 0, connections: 0 }
  #closed: Promise<void> | undefined

  constructor(socket: Socket, receive: Receiver, logger: Logger) {
    this.#socket = socket
    this.#receive = receive
    this.#logger = logger
    this.local = socket.address()
    socket.on('message', (bytes, source) => this.#onMessage(bytes, source))
    socket.on('error', (error) => this.#onError(error))
  }

  get counts(): TransportCounts {
    return { ...this.#counts }
  }

  send(bytes: Uint8Array, target: Target, failed: (error: unknown) => void): void {
    if (this.#closed) {
      queueMicrotask(() => failed(SIP_ERRORS['sip.transport.closed']({ transport: 'udp' })))
      return
    }
    this.#counts.sent++
    try {
      this.#socket.send(bytes, target.port, target.address, (error) => {
        if (!error) return
        this.#onError(error)
        failed(SIP_ERRORS['sip.transport.failed']({ ...target }, error))
      })
    } catch (error) {
      // Node refuses a port of 0 or a wrong address at once; the caller hears of it the same way as of any other failure.
      this.#onError(error)
      queueMicrotask(() => failed(SIP_ERRORS['sip.transport.failed']({ ...target }, error)))
    }
  }

  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => this.#socket.close(() => resolve()))
    return this.#closed
  }

  #onMessage(bytes: Uint8Array, source: RemoteInfo): void {
    if (bytes.length < MESSAGE_BYTES_MIN) {
      this.#counts.keepAlives++
      return
    }
    this.#counts.received++
    this.#receive(bytes, { transport: 'udp', address: plainAddress(source.address), port: source.port })
  }

  #onError(error: unknown): void {
    this.#counts.errors++
    this.#logger.debug({ error }, 'SIP UDP socket error')
  }
}

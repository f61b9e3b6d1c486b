import { isUtf8 } from 'node:buffer'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { type RawData, type WebSocket, WebSocketServer } from 'ws'
import { type Clock, type Logger, type Millis, silentLogger, systemClock, type Timer } from '#base'
import { SIP_ERRORS } from '../message/errors.ts'
import { MESSAGE_LIMITS } from '../message/limits.ts'
import { plainAddress, type Receiver, type Target, type Transport, type TransportCounts } from './transport.ts'

/** Where a WebSocket transport listens, and its limits. */
export interface WsOptions {
  readonly address: string
  /** 0 takes any free port. */
  readonly port: number
  /** The path of the URL; `/ws` unless told. */
  readonly path?: string
  readonly clock?: Clock
  readonly logger?: Logger
  readonly limits?: Partial<WsLimits>
}

/** How a connection ended: its peer or its network said so, or its peer has not answered for a while. */
export type WsEnd = 'closed' | 'silent'

/** Told of a connection that has ended. */
export type WsClosed = (source: Target, end: WsEnd) => void

/** Limits of a WebSocket transport and of each of its connections. */
export interface WsLimits {
  /** As for TCP: each costs some 20 KB and a file descriptor. */
  readonly connectionsMax: number
  /** An office of browsers stands behind one address translator; all of one attacker's sockets do too. */
  readonly connectionsPerAddressMax: number
  /** A connection that has not carried one message in this time is a scanner, or holds a place for nothing. */
  readonly firstMessageMs: number
  /**
   * RFC 7118 6, RFC 6455 5.5.2: pinged so often, under the minute after which translators and proxies forget. The browser itself answers,
   * however busy its page is; who misses {@link PINGS_MISSED_MAX} of them is gone, and a call need not wait for that page.
   */
  readonly pingMs: number
  /** What may wait for a peer that does not read: 16 of the largest messages. */
  readonly unsentBytesMax: number
}

/** The limits that hold when nothing else is said; the reasons stand at the fields. */
export const WS_LIMITS: WsLimits = {
  connectionsMax: 20_000,
  connectionsPerAddressMax: 4_000,
  firstMessageMs: 32_000,
  pingMs: 3_000,
  unsentBytesMax: 1024 * 1024,
}

/** One ping or pong may be late on a poor network, or lie unread in a process that stood still for a moment. */
const PINGS_MISSED_MAX = 2

/** RFC 7118 4.1: "The WebSocket Sub-Protocol value 'sip'". */
const SUBPROTOCOL = 'sip'

/** RFC 5626 4.4.1, in a frame of its own. */
const PING = '\r\n\r\n'
const PONG = '\r\n'

/** Opens a listener for SIP over WebSocket; rejects with `sip.transport.failed` when it cannot be bound. */
export async function openWs(options: WsOptions, receive: Receiver): Promise<WsTransport> {
  const server = createServer((_, response) => {
    response.writeHead(426, { Connection: 'close', Upgrade: 'websocket' }).end()
  })
  await new Promise<void>((resolve, reject) => {
    const { address, port } = options
    server.once('error', (cause) =>
      reject(SIP_ERRORS['sip.transport.failed']({ transport: 'ws', address, port }, cause)),
    )
    server.listen(port, address, resolve)
  })
  server.removeAllListeners('error')
  return new WsTransport(server, receive, options)
}

interface Held {
  readonly socket: WebSocket
  readonly source: Target
  readonly openedAt: Millis
  /** Pings since it was heard last. */
  missed: number
  spoke: boolean
  end: WsEnd
  timer: Timer | undefined
}

/** SIP over WebSocket (RFC 7118): one frame's message, text or binary, is one SIP message. Only the client opens; both sides use it. */
export class WsTransport implements Transport {
  readonly name = 'ws'
  readonly reliable = true
  readonly local: { readonly address: string; readonly port: number }
  readonly #server: Server
  readonly #upgrades: WebSocketServer
  readonly #receive: Receiver
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #limits: WsLimits
  readonly #path: string
  readonly #flows = new Map<string, Held>()
  /** The newest connection from each address and port. */
  readonly #places = new Map<string, Held>()
  readonly #perAddress = new Map<string, number>()
  readonly #counts = { received: 0, sent: 0, keepAlives: 0, errors: 0, refused: 0 }
  #flowCount = 0
  #closed: Promise<void> | undefined
  #onClosed: WsClosed = () => {}

  constructor(server: Server, receive: Receiver, options: WsOptions) {
    this.#server = server
    this.#receive = receive
    this.#clock = options.clock ?? systemClock
    this.#logger = options.logger ?? silentLogger
    this.#limits = { ...WS_LIMITS, ...options.limits }
    this.#path = options.path ?? '/ws'
    const { address, port } = server.address() as AddressInfo
    this.local = { address, port }
    this.#upgrades = new WebSocketServer({
      noServer: true,
      maxPayload: MESSAGE_LIMITS.bytesMax,
      handleProtocols: () => SUBPROTOCOL,
    })
    server.on('upgrade', (request, socket, head) => this.#onUpgrade(request, socket, head))
    server.on('error', (error) => this.#onError(error))
  }

  get counts(): TransportCounts {
    return { ...this.#counts, connections: this.#flows.size }
  }

  /** Sends over the connection that the target names. There is no other way to a browser: without it, it fails at once. */
  send(bytes: Uint8Array, target: Target, failed: (error: unknown) => void): void {
    const held =
      (target.flow === undefined ? undefined : this.#flows.get(target.flow)) ?? this.#places.get(placeOf(target))
    if (this.#closed || !held) {
      queueMicrotask(() => failed(SIP_ERRORS['sip.transport.closed']({ transport: 'ws' })))
      return
    }
    if (held.socket.bufferedAmount > this.#limits.unsentBytesMax) {
      const limit = { transport: 'ws', limit: this.#limits.unsentBytesMax, what: 'bytes unsent' }
      held.socket.terminate()
      queueMicrotask(() => failed(SIP_ERRORS['sip.transport.limit'](limit)))
      return
    }
    this.#counts.sent++
    // RFC 7118 5: browsers want text; what is no UTF-8 can only be binary.
    held.socket.send(bytes, { binary: !isUtf8(bytes) }, (error) => {
      if (error) failed(SIP_ERRORS['sip.transport.failed']({ ...target }, error))
    })
  }

  /** Whom to tell of connections that have closed; one listener. */
  onClosed(listener: WsClosed): void {
    this.#onClosed = listener
  }

  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      this.#server.close(() => resolve())
      for (const { socket } of this.#flows.values()) socket.terminate()
      this.#server.closeAllConnections()
    })
    return this.#closed
  }

  #onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => {})
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((one) => one.trim())
    const { pathname } = new URL(request.url ?? '/', 'http://edge')
    const address = plainAddress(request.socket.remoteAddress ?? '')
    const isFull =
      this.#flows.size >= this.#limits.connectionsMax ||
      (this.#perAddress.get(address) ?? 0) >= this.#limits.connectionsPerAddressMax
    const status = pathname !== this.#path ? 404 : !offered.includes(SUBPROTOCOL) ? 400 : isFull ? 503 : undefined
    if (status !== undefined || this.#closed) {
      this.#counts.refused++
      socket.end(`HTTP/1.1 ${status ?? 503} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
      return
    }
    this.#upgrades.handleUpgrade(request, socket, head, (opened) =>
      this.#hold(opened, { address, port: request.socket.remotePort ?? 0 }),
    )
  }

  #hold(socket: WebSocket, place: { readonly address: string; readonly port: number }): void {
    const source: Target = { transport: 'ws', ...place, flow: `ws-${++this.#flowCount}` }
    const openedAt = this.#clock.monotonic()
    const held: Held = { socket, source, openedAt, missed: 0, spoke: false, end: 'closed', timer: undefined }
    this.#flows.set(source.flow!, held)
    this.#places.set(placeOf(source), held)
    this.#perAddress.set(source.address, (this.#perAddress.get(source.address) ?? 0) + 1)
    socket.on('message', (data) => this.#onMessage(held, bytesOf(data)))
    socket.on('pong', () => {
      held.missed = 0
    })
    socket.on('error', (error) => this.#onError(error))
    socket.on('close', () => this.#release(held))
    this.#watch(held)
  }

  #onMessage(held: Held, bytes: Buffer): void {
    held.missed = 0
    if (bytes.length <= PING.length && /^[\r\n]*$/.test(bytes.toString('latin1'))) {
      this.#counts.keepAlives++
      if (bytes.toString('latin1') === PING) held.socket.send(PONG)
      return
    }
    held.spoke = true
    this.#counts.received++
    this.#receive(bytes, held.source)
  }

  #watch(held: Held): void {
    held.timer = this.#clock.after(this.#limits.pingMs, () => {
      const isScanner = !held.spoke && this.#clock.monotonic() - held.openedAt >= this.#limits.firstMessageMs
      if (held.missed >= PINGS_MISSED_MAX) held.end = 'silent'
      if (isScanner || held.end === 'silent') return held.socket.terminate()
      held.missed++
      held.socket.ping()
      this.#watch(held)
    })
  }

  #release(held: Held): void {
    const { source } = held
    held.timer?.stop()
    this.#flows.delete(source.flow!)
    if (this.#places.get(placeOf(source)) === held) this.#places.delete(placeOf(source))
    const left = (this.#perAddress.get(source.address) ?? 1) - 1
    if (left > 0) this.#perAddress.set(source.address, left)
    else this.#perAddress.delete(source.address)
    if (!this.#closed) this.#onClosed(source, held.end)
  }

  #onError(error: unknown): void {
    this.#counts.errors++
    this.#logger.debug({ error }, 'SIP WebSocket error')
  }
}

function placeOf(target: { readonly address: string; readonly port: number }): string {
  return `${target.address}|${target.port}`
}

function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data)
  return Buffer.isBuffer(data) ? data : Buffer.from(data)
}

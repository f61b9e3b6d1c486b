import { connect, createServer, type Server, type Socket } from 'node:net'
import { type Clock, type Logger, silentLogger, systemClock, tlsProblem } from '#base'
import { SIP_ERRORS } from '../message/errors.ts'
import { CONNECTION_LIMITS, Connection, type ConnectionLimits } from './connection.ts'
import { plainAddress, type Receiver, type Target, type Transport, type TransportCounts } from './transport.ts'

/** Where a TCP transport listens, and its limits. */
export interface TcpOptions {
  readonly address: string
  /** 0 takes any free port. */
  readonly port: number
  readonly clock?: Clock
  readonly logger?: Logger
  readonly limits?: Partial<TcpLimits>
}

/** Limits of a TCP transport and of each of its connections. */
export interface TcpLimits extends ConnectionLimits {
  /** Each costs some 20 KB and a file descriptor; a machine of ours has phones by the thousand. */
  readonly connectionsMax: number
  /** Many phones may stand behind one address translator; all of one attacker's sockets do too. */
  readonly connectionsPerAddressMax: number
}

/** The limits that hold when nothing else is said; the reasons stand at the fields. */
export const TCP_LIMITS: TcpLimits = { ...CONNECTION_LIMITS, connectionsMax: 20_000, connectionsPerAddressMax: 4_000 }

/** Opens a TCP listener for SIP; rejects with `sip.transport.failed` when it cannot be bound. */
export async function openTcp(options: TcpOptions, receive: Receiver): Promise<TcpTransport> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    const { address, port } = options
    server.once('error', (cause) =>
      reject(SIP_ERRORS['sip.transport.failed']({ transport: 'tcp', address, port }, cause)),
    )
    server.listen(port, address, resolve)
  })
  server.removeAllListeners('error')
  return new TcpTransport(server, receive, options)
}

/** What a stream is besides bytes in order: its name, when the server has it whole, and how another is dialled. */
export interface StreamKind {
  readonly name: 'tcp' | 'tls'
  readonly accepted: 'connection' | 'secureConnection'
  dial(target: Target): Socket
}

const PLAIN: StreamKind = {
  name: 'tcp',
  accepted: 'connection',
  dial: ({ address: host, port }) => connect({ host, port }),
}

/** SIP over TCP (RFC 3261 18, RFC 5626 4.4.1). A connection is used in both directions, whoever opened it. */
export class TcpTransport implements Transport {
  readonly name: 'tcp' | 'tls'
  readonly reliable = true
  readonly local: { readonly address: string; readonly port: number }
  readonly #kind: StreamKind
  readonly #server: Server
  readonly #receive: Receiver
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #limits: TcpLimits
  readonly #flows = new Map<string, Connection>()
  /** The newest connection to each address and port. */
  readonly #places = new Map<string, Connection>()
  readonly #perAddress = new Map<string, number>()
  readonly #counts = { received: 0, sent: 0, keepAlives: 0, errors: 0, refused: 0 }
  #flowCount = 0
  #closed: Promise<void> | undefined

  constructor(server: Server, receive: Receiver, options: TcpOptions, kind: StreamKind = PLAIN) {
    this.name = kind.name
    this.#kind = kind
    this.#server = server
    this.#receive = receive
    this.#clock = options.clock ?? systemClock
    this.#logger = options.logger ?? silentLogger
    this.#limits = { ...TCP_LIMITS, ...options.limits }
    const address = server.address()
    this.local = typeof address === 'object' && address ? address : { address: '', port: 0 }
    server.on(kind.accepted, (socket: Socket) => this.#onConnection(socket))
    server.on('tlsClientError', (error: Error) => this.#onError(error))
    server.on('error', (error) => this.#onError(error))
  }

  get counts(): TransportCounts {
    return { ...this.#counts, connections: this.#flows.size }
  }

  /** Whether the connection is still open. */
  hasFlow(flow: string): boolean {
    return this.#flows.has(flow)
  }

  send(bytes: Uint8Array, target: Target, failed: (error: unknown) => void): void {
    if (this.#closed) {
      queueMicrotask(() => failed(SIP_ERRORS['sip.transport.closed']({ transport: this.name })))
      return
    }
    const open =
      (target.flow === undefined ? undefined : this.#flows.get(target.flow)) ?? this.#places.get(placeOf(target))
    const connection = open ?? this.#connect(target)
    if (!connection) {
      const limit = { transport: this.name, limit: this.#limits.connectionsMax, what: 'connections' }
      queueMicrotask(() => failed(SIP_ERRORS['sip.transport.limit'](limit)))
      return
    }
    this.#counts.sent++
    connection.send(bytes, failed)
  }

  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      this.#server.close(() => resolve())
      for (const connection of this.#flows.values()) connection.close()
    })
    return this.#closed
  }

  #onConnection(socket: Socket): void {
    const address = plainAddress(socket.remoteAddress ?? '')
    const full = this.#flows.size >= this.#limits.connectionsMax
    if (this.#closed || full || (this.#perAddress.get(address) ?? 0) >= this.#limits.connectionsPerAddressMax) {
      this.#counts.refused++
      socket.on('error', () => {})
      socket.destroy()
      return
    }
    this.#hold(socket, { address, port: socket.remotePort ?? 0 }, false)
  }

  #connect(target: Target): Connection | undefined {
    if (this.#flows.size >= this.#limits.connectionsMax || target.port <= 0 || target.port > 65_535) {
      this.#counts.refused++
      return undefined
    }
    return this.#hold(this.#kind.dial(target), target, true)
  }

  #hold(socket: Socket, place: { address: string; port: number }, opened: boolean): Connection {
    const flow = `${this.name}-${++this.#flowCount}`
    const source = { transport: this.name, address: place.address, port: place.port, flow } as const
    const options = { opened, clock: this.#clock, limits: this.#limits }
    const connection = new Connection(socket, source, options, {
      onMessage: (bytes, from, fault) => {
        this.#counts.received++
        this.#receive(bytes, from, fault)
      },
      onKeepAlive: () => {
        this.#counts.keepAlives++
      },
      onClosed: (closed, error) => this.#release(closed, error),
    })
    this.#flows.set(flow, connection)
    this.#places.set(placeOf(source), connection)
    this.#perAddress.set(source.address, (this.#perAddress.get(source.address) ?? 0) + 1)
    return connection
  }

  #release(connection: Connection, error: unknown): void {
    const { source } = connection
    this.#flows.delete(source.flow!)
    if (this.#places.get(placeOf(source)) === connection) this.#places.delete(placeOf(source))
    const left = (this.#perAddress.get(source.address) ?? 1) - 1
    if (left > 0) this.#perAddress.set(source.address, left)
    else this.#perAddress.delete(source.address)
    if (error) this.#onError(error, placeOf(source))
  }

  #onError(error: unknown, place?: string): void {
    this.#counts.errors++
    const problem = tlsProblem(error)
    if (problem !== undefined && place !== undefined)
      this.#logger.warn({ place, problem }, 'SIP over TLS was refused to a server')
    this.#logger.debug({ error, transport: this.name }, 'SIP connection error')
  }
}

/** Names a far address and port. */
export function placeOf(target: { readonly address: string; readonly port: number }): string {
  return `${target.address}|${target.port}`
}

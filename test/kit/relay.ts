import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** What one direction of one connection may hold back before its sender is no longer read: TCP's own buffers are of this size. */
const HELD_BYTES_MAX = 1 << 20
/** How much of a narrow way passes at once. */
const SLICE_MS = 20

/** How what the server says comes through; what is said to it always goes at once. */
export interface Slowness {
  /** So much later; `Infinity`: not before the way is better again. */
  readonly lateMs?: number
  /** No more than this; unset: as fast as it goes. */
  readonly bytesPerSecond?: number
}

/** A TCP connection's way through a machine between, which can be made slow, narrow or silent, and be cut. Both ends are ordinary. */
export class Relay {
  readonly #server: Server
  readonly #lanes = new Set<Lane>()
  #slowness: Slowness = {}

  private constructor(server: Server) {
    this.#server = server
  }

  /** Listens on a free port of this machine and leads there, from ports of its own if told. */
  static async open(target: {
    readonly host: string
    readonly port: number
    /** The port of its first connection on; the next has the next. */
    readonly localPort?: number
  }): Promise<Relay> {
    const server = createServer()
    const relay = new Relay(server)
    let next = target.localPort
    server.on('connection', (client) => {
      relay.#lead(client, connect({ ...target, ...(next === undefined ? {} : { localPort: next++ }) }))
    })
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
    return relay
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** How many connections stand. */
  get connections(): number {
    return this.#lanes.size
  }

  /** From now on, for connections that stand and for new ones; nothing named: as fast as it goes. */
  slow(slowness: Slowness = {}): void {
    this.#slowness = slowness
    for (const lane of this.#lanes) lane.flush()
  }

  /** Ends every connection that stands, as a machine that was started anew does. */
  reset(): void {
    for (const lane of this.#lanes) lane.reset()
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.reset()
    await closed
  }

  #lead(client: Socket, server: Socket): void {
    const lane = new Lane(server, client, () => this.#slowness)
    this.#lanes.add(lane)
    client.setNoDelay(true)
    server.setNoDelay(true)
    client.pipe(server)
    for (const socket of [client, server]) {
      socket.on('error', () => {})
      socket.once('close', () => {
        this.#lanes.delete(lane)
        client.destroy()
        server.destroy()
      })
    }
  }
}

/** One connection's way back. */
class Lane {
  readonly #from: Socket
  readonly #to: Socket
  readonly #slowness: () => Slowness
  #held: { readonly bytes: Buffer; readonly at: number }[] = []
  #heldBytes = 0
  #timer: NodeJS.Timeout | undefined

  constructor(from: Socket, to: Socket, slowness: () => Slowness) {
    this.#from = from
    this.#to = to
    this.#slowness = slowness
    from.on('data', (bytes: Buffer) => {
      this.#held.push({ bytes, at: performance.now() })
      this.#heldBytes += bytes.length
      if (this.#heldBytes > HELD_BYTES_MAX) from.pause()
      if (this.#timer === undefined) this.flush()
    })
    from.once('close', () => clearTimeout(this.#timer))
  }

  reset(): void {
    this.#from.resetAndDestroy()
    this.#to.resetAndDestroy()
  }

  /** Passes on what is due, and looks again when more will be. */
  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const { lateMs = 0, bytesPerSecond = Number.POSITIVE_INFINITY } = this.#slowness()
    let room = (bytesPerSecond * SLICE_MS) / 1_000
    for (let head = this.#held[0]; head; head = this.#held[0]) {
      const dueMs = head.at + lateMs - performance.now()
      if (dueMs > 0 || room < 1) return this.#later(Math.max(dueMs, room < 1 ? SLICE_MS : 0))
      const part = head.bytes.subarray(0, room)
      room -= part.length
      if (part.length < head.bytes.length) this.#held[0] = { ...head, bytes: head.bytes.subarray(part.length) }
      else this.#held.shift()
      this.#heldBytes -= part.length
      this.#to.write(part)
    }
    if (this.#from.isPaused()) this.#from.resume()
  }

  #later(ms: number): void {
    if (Number.isFinite(ms)) this.#timer = setTimeout(() => this.flush(), Math.ceil(ms))
  }
}

import { createServer, type Server, type Socket } from 'node:net'
import { type Clock, systemClock, type TandemError } from '#base'
import type { Channel, ChannelAddress, ChannelServer, ChannelServerOptions, MeasuredChannel } from './channel.ts'
import { CHANNEL_ERRORS } from './channel-errors.ts'
import { type Hello, newNonce, parseHello, proveHello, proveWelcome, sameProof } from './channel-hello.ts'
import { ChannelLink } from './channel-link.ts'

/** A pool has a handful of cores; the rest is room for connections that are just being replaced, and a bound for strangers. */
const CONNECTIONS_MAX = 64

/** Listens for cores. Rejects with `channel.listen-failed` when the address cannot be had. */
export async function createChannelServer(options: ChannelServerOptions): Promise<ChannelServer> {
  const listener = new Listener(options)
  await listener.listen()
  return listener
}

interface Peer extends Hello {
  readonly link: ChannelLink
}

class Listener implements ChannelServer {
  readonly #options: ChannelServerOptions
  readonly #clock: Clock
  readonly #server: Server
  readonly #links = new Set<ChannelLink>()
  #address: ChannelAddress
  #peers: Peer[] = []
  #term = 0
  #closed = false

  constructor(options: ChannelServerOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.#address = options.address
    this.#server = createServer((socket) => this.#accept(socket))
  }

  get term(): number {
    return this.#term
  }

  get address(): ChannelAddress {
    return this.#address
  }

  listen(): Promise<void> {
    const { host, port } = this.#options.address
    return new Promise((resolve, reject) => {
      this.#server.once('error', (cause) => {
        reject(CHANNEL_ERRORS['channel.listen-failed']({ host, port, reason: cause.message }, cause))
      })
      this.#server.listen({ host, port }, () => {
        const bound = this.#server.address()
        if (bound !== null && typeof bound === 'object') this.#address = { host, port: bound.port }
        this.#server.on('error', (error) =>
          this.#options.logger.error({ error: String(error) }, 'channel listener failed'),
        )
        resolve()
      })
    })
  }

  channels(): readonly MeasuredChannel[] {
    return this.#peers.map((peer) => peer.link)
  }

  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true
      this.#server.close()
    }
    await Promise.all([...this.#links].map((link) => link.close()))
  }

  #accept(socket: Socket): void {
    if (this.#links.size >= CONNECTIONS_MAX) {
      this.#options.logger.warn({ connections: this.#links.size }, 'channel connection refused: too many')
      socket.destroy()
      return
    }
    const { logger, notice, request } = this.#options
    const challenge = newNonce()
    let peer: Peer | undefined
    const link = new ChannelLink({
      socket,
      peer: `${socket.remoteAddress}:${socket.remotePort}`,
      clock: this.#clock,
      logger,
      measured: true,
      ...(notice && { notice: (value: unknown, channel: Channel) => notice(value, channel) }),
      ...(request && { request: (value: unknown, channel: Channel) => request(value, channel) }),
      handshake: (value, opened) => {
        peer = this.#hello(value, challenge, opened)
      },
      guard: () => (peer && peer.term < this.#term ? this.#fenced(peer.term) : undefined),
      closed: (ended, reason) => this.#ended(ended, reason),
    })
    this.#links.add(link)
    link.shake({ nonce: challenge })
  }

  #hello(value: unknown, challenge: string, link: ChannelLink): Peer {
    const hello = parseHello(value)
    if (!hello || !sameProof(proveHello(this.#options.secret, challenge, hello), hello.proof)) {
      link.shake({ refused: 'channel.unauthenticated' })
      throw CHANNEL_ERRORS['channel.unauthenticated']()
    }
    if (hello.term < this.#term) {
      link.shake({ refused: 'channel.fenced', highest: this.#term })
      throw this.#fenced(hello.term)
    }
    this.#term = hello.term
    const peer = { ...hello, link }
    this.#fence(peer)
    this.#peers.push(peer)
    link.shake({ greeting: this.#options.greeting, proof: proveWelcome(this.#options.secret, hello.nonce) })
    link.begin()
    this.#options.logger.info({ core: hello.core, term: hello.term }, 'channel accepted')
    this.#options.connected?.({ core: hello.core, term: hello.term }, link)
    return peer
  }

  /** Closes connections of older terms, and the one that the same core had before. */
  #fence(newer: Peer): void {
    for (const peer of [...this.#peers]) {
      if (peer.term < newer.term) peer.link.destroy(this.#fenced(peer.term))
      else if (peer.core === newer.core) peer.link.destroy(CHANNEL_ERRORS['channel.replaced']())
    }
  }

  #fenced(term: number): TandemError {
    return CHANNEL_ERRORS['channel.fenced']({ term, highest: this.#term })
  }

  #ended(link: ChannelLink, reason: TandemError | undefined): void {
    this.#links.delete(link)
    this.#peers = this.#peers.filter((peer) => peer.link !== link)
    if (reason) {
      this.#options.logger.warn({ code: reason.code, ...reason.fields, dropped: link.dropped }, 'channel ended')
    }
    if (link.begun) this.#options.disconnected?.(link)
  }
}

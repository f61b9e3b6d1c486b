import { assert, isTandemError } from '#base'
import { type Channel, type ChannelServer, createChannelServer } from '#protocols/control'
import { LINK_ERRORS } from './errors.ts'
import { FarPeer } from './far-peer.ts'
import {
  type Answer,
  type AskOptions,
  type Connection,
  type LinkOptions,
  type Links,
  PEERS_MAX,
  type Peer,
  type PeerAddress,
} from './port.ts'

/** Links fence by their own messages; the channel's term is that of edges and media, and always this here. */
const NO_TERM = 0

/** An answer of another core takes a round trip and a turn of its loop: this late it is of no use to a decision. */
const ASK_MS = 1_000

/** Parts of a dialler's name in the hello: name, life, connection. Names and lives contain no blank. */
const HELLO = /^(\S{1,80}) (\S{1,80}) (main|auxiliary)$/

/**
 * Opens the links of a core. Of each pair the core whose name sorts first dials, so a pair has two connections and not four;
 * questions go both ways on each.
 */
export async function openLinks(options: LinkOptions): Promise<Links> {
  const links = new CoreLinks(options)
  await links.listen()
  return links
}

class CoreLinks implements Links {
  readonly #options: LinkOptions
  readonly #answers = new Map<string, Answer>()
  readonly #listeners = new Set<() => void>()
  readonly #peers = new Map<string, FarPeer>()
  /** Who said hello over an accepted connection; known as a peer or not yet. */
  readonly #accepted = new Map<Channel, { name: string; life: string; connection: Connection }>()
  #server: ChannelServer | undefined
  #closed = false

  constructor(options: LinkOptions) {
    assert(HELLO.test(`${options.name} ${options.life} main`), 'a core has a name and a life without blanks')
    this.#options = options
  }

  get address(): { readonly host: string; readonly port: number } {
    return this.#server?.address ?? this.#options.listen
  }

  async listen(): Promise<void> {
    const { listen, secret, logger, clock, name, life } = this.#options
    this.#server = await createChannelServer({
      address: listen,
      secret,
      logger,
      clock,
      greeting: { name, life },
      connected: ({ core }, channel) => this.#accept(core, channel),
      disconnected: (channel) => this.#gone(channel),
      request: (value, channel) => this.#asked(value, this.#accepted.get(channel)?.name),
    })
  }

  setPeers(peers: readonly PeerAddress[]): void {
    if (this.#closed) return
    const wanted = new Map(peers.filter(({ name }) => name !== this.#options.name).map((peer) => [peer.name, peer]))
    if (wanted.size > PEERS_MAX) {
      this.#options.logger.error({ cores: wanted.size, coresMax: PEERS_MAX }, 'too many cores; some are not linked')
    }
    const kept = new Map([...wanted].slice(0, PEERS_MAX))
    for (const [name, peer] of this.#peers) {
      const now = kept.get(name)
      if (now && now.host === peer.address.host && now.port === peer.address.port) continue
      // Who dials us is connected already, maybe before the database told where it is now.
      if (now && !this.#dials(name)) {
        peer.address = now
        continue
      }
      this.#peers.delete(name)
      void peer.close()
    }
    for (const address of kept.values()) if (!this.#peers.has(address.name)) this.#meet(address)
    this.#tell()
  }

  peers(): readonly Peer[] {
    return [...this.#peers.values()].map((peer) => peer.describe())
  }

  onChanged(listener: () => void): () => void {
    const entry = (): void => listener()
    this.#listeners.add(entry)
    return () => this.#listeners.delete(entry)
  }

  answer(type: string, answer: Answer): () => void {
    assert(!this.#answers.has(type), `one answerer of ${type}`)
    this.#answers.set(type, answer)
    return () => this.#answers.delete(type)
  }

  async ask(peer: string, type: string, body: unknown, options: AskOptions = {}): Promise<unknown> {
    const found = this.#peers.get(peer)
    if (!found) throw LINK_ERRORS['link.unknown-peer']({ peer })
    const channel = found.channel(options.over)
    if (!channel) throw LINK_ERRORS['link.down']({ peer })
    return channel.request({ type, body }, options.timeoutMs ?? ASK_MS)
  }

  async close(): Promise<void> {
    this.#closed = true
    await Promise.all([...this.#peers.values()].map((peer) => peer.close()))
    await this.#server?.close()
  }

  #dials(peer: string): boolean {
    return this.#options.name < peer
  }

  #meet(address: PeerAddress): void {
    const { name, life, secret, logger, clock } = this.#options
    const peer = new FarPeer(address)
    this.#peers.set(address.name, peer)
    if (this.#dials(address.name)) {
      peer.dial({
        secret,
        logger,
        clock,
        term: NO_TERM,
        hello: (connection) => `${name} ${life} ${connection}`,
        changed: () => this.#tell(),
        request: (value) => this.#asked(value, address.name),
      })
    }
    for (const [channel, hello] of this.#accepted) {
      if (hello.name === address.name) peer.accept(hello.connection, channel, hello.life)
    }
  }

  #accept(core: string, channel: Channel): void {
    const [, name, life, connection] = HELLO.exec(core) ?? []
    if (!name || !life || !connection) return void channel.close()
    const hello = { name, life, connection: connection as Connection }
    this.#accepted.set(channel, hello)
    this.#peers.get(name)?.accept(hello.connection, channel, life)
    this.#tell()
  }

  #gone(channel: Channel): void {
    const hello = this.#accepted.get(channel)
    this.#accepted.delete(channel)
    if (!hello) return
    this.#peers.get(hello.name)?.lost(channel)
    this.#tell()
  }

  async #asked(value: unknown, from: string | undefined): Promise<unknown> {
    const { type, body } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>
    if (typeof type !== 'string' || from === undefined) throw LINK_ERRORS['link.invalid']()
    const answer = this.#answers.get(type)
    if (!answer) throw LINK_ERRORS['link.unhandled']({ type: type.slice(0, 80) })
    try {
      return await answer(body, from)
    } catch (error) {
      if (!isTandemError(error)) this.#options.logger.error({ type, from, error: String(error) }, 'no answer to a core')
      throw error
    }
  }

  #tell(): void {
    if (this.#closed) return
    for (const listener of [...this.#listeners]) listener()
  }
}

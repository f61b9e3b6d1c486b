import { isTandemError } from '#base'
import type {
  Binding,
  ChannelAddress,
  ChannelClient,
  ChannelClientOptions,
  CredentialAnswer,
  EdgeGreeting,
  EdgeNotice,
  EdgeRequest,
  SipSource,
} from '#protocols/control'
import { type SipMessage, SipRequest } from '#protocols/sip'
import type { VoiceContext } from './context.ts'

/** Connects to one edge or media process; the channel of `#protocols/control`, or a test's own. */
export type Connect = (options: ChannelClientOptions) => ChannelClient

/** How the pool's processes are convinced. */
export interface PeerOptions {
  readonly secret: string
  readonly core: string
  readonly term: number
  readonly connect: Connect
}

/** Over these nobody reads what is said. */
const SECRET: readonly SipSource['transport'][] = ['tls', 'wss']

/** Who sent a message. */
export interface Sender {
  /** The user that the sender proved to be. */
  readonly user: string | undefined
  /** Whether it came over TLS. */
  readonly isSecret: boolean
}

/** What the adapter does with what edges say. */
export interface EdgeHandlers {
  sip(edge: string, message: string, sender: Sender): void
  bindings(user: string, bindings: readonly Binding[]): void
  connected(edge: EdgeGreeting): void
  credentialOf(extension: string): CredentialAnswer | Promise<CredentialAnswer>
  /** A core of a newer term is at work: this one must stop. */
  fenced(): void
  /** Whether an edge's machine is being taken out of service. */
  isDraining(edge: EdgeGreeting): boolean
}

type BindingsNotice = Extract<EdgeNotice, { type: 'bindings' }>

/** All edges: messages go through the edge that a leg came by, or through any other while that one is away. */
export class EdgePool {
  readonly #context: VoiceContext
  readonly #peers: PeerOptions
  readonly #handlers: EdgeHandlers
  #links: readonly EdgeLink[] = []
  #started = false
  /** The edge that a user's newest contact is at. */
  readonly #places = new Map<string, string>()

  constructor(context: VoiceContext, peers: PeerOptions, handlers: EdgeHandlers) {
    this.#context = context
    this.#peers = peers
    this.#handlers = handlers
  }

  start(): void {
    this.#started = true
    for (const link of this.#links) link.start()
  }

  /** From now on these: edges that are not among them are let go. */
  setAddresses(addresses: readonly ChannelAddress[]): void {
    const { kept, gone } = sortOut(this.#links, addresses)
    for (const link of gone) void link.close()
    this.#links = addresses.map((address) => {
      const known = kept.get(addressKey(address))
      if (known) return known
      const link = new EdgeLink(this.#context, this.#peers, address, {
        ...this.#handlers,
        told: (from, notice) => this.#told(from, notice),
      })
      if (this.#started) link.start()
      return link
    })
  }

  /**
   * Sends; false when no edge is connected that could: then it is sent when one is. An INVITE that begins a dialog goes by its own edge only:
   * it names that one's address, so another would lead it there, where it is a call that comes in from outside.
   */
  send(edge: string, message: SipMessage): boolean {
    const text = message.toString()
    const ways = beginsDialog(message) ? this.#named(edge) : this.#ordered(edge)
    const sent = ways.some((link) => link.notify({ type: 'sip', message: text }))
    if (sent) this.#context.counters.sent++
    else this.#context.counters.unsent++
    return sent
  }

  /** Tells every edge but those who know already. */
  tellBindings(user: string, bindings: readonly Binding[]): void {
    for (const link of this.#links) link.notify({ type: 'bindings', user, bindings })
  }

  /** Tells every edge whether its machine is being taken out of service. */
  tellDrains(): void {
    for (const link of this.#links) link.tellDrain()
  }

  /** The edge that holds the connection to a user's phone, or any connected one. */
  forUser(user: string): EdgeGreeting | undefined {
    const place = this.#places.get(user)
    const own = this.#links.find((link) => link.connected && link.greeting?.name === place)
    return own?.greeting ?? this.any()
  }

  /** A connected edge, for a leg that begins here. */
  any(): EdgeGreeting | undefined {
    const connected = this.#links.filter((link) => link.connected)
    const stays = connected.find(({ greeting }) => greeting && !this.#handlers.isDraining(greeting))
    return (stays ?? connected[0])?.greeting
  }

  /** The edge of that name, or any connected one. */
  find(name: string): EdgeGreeting | undefined {
    return this.#links.find((link) => link.greeting?.name === name)?.greeting ?? this.any()
  }

  status(): readonly { readonly address: string; readonly name?: string; readonly connected: boolean }[] {
    return this.#links.map((link) => link.status())
  }

  async close(): Promise<void> {
    await Promise.all(this.#links.map((link) => link.close()))
  }

  /** What one edge says of a user's phones is told to the others, so that each can reach them when this one is gone. */
  #told(from: EdgeLink, notice: BindingsNotice): void {
    const { user, bindings } = notice
    for (const link of this.#links) if (link !== from) link.notify(notice)
    const [newest] = [...bindings].sort((one, other) => other.updatedAt - one.updatedAt)
    if (newest?.edge === undefined) this.#places.delete(user)
    else this.#places.set(user, newest.edge)
    this.#handlers.bindings(user, bindings)
  }

  #named(edge: string): readonly EdgeLink[] {
    return this.#links.filter((link) => link.greeting?.name === edge)
  }

  #ordered(edge: string): readonly EdgeLink[] {
    const own = this.#named(edge)
    return own.length === this.#links.length ? own : [...own, ...this.#links.filter((link) => !own.includes(link))]
  }
}

function beginsDialog(message: SipMessage): boolean {
  return message instanceof SipRequest && message.method === 'INVITE' && message.to.tag === undefined
}

/** Which of the links lead to these addresses, and which to none of them. */
export function sortOut<L extends { readonly address: ChannelAddress }>(
  links: readonly L[],
  addresses: readonly ChannelAddress[],
): { readonly kept: ReadonlyMap<string, L>; readonly gone: readonly L[] } {
  const wanted = new Set(addresses.map(addressKey))
  return {
    kept: new Map(links.map((link) => [addressKey(link.address), link])),
    gone: links.filter((link) => !wanted.has(addressKey(link.address))),
  }
}

export function addressKey({ host, port }: ChannelAddress): string {
  return `${host} ${port}`
}

interface LinkHandlers extends EdgeHandlers {
  told(from: EdgeLink, notice: BindingsNotice): void
}

class EdgeLink {
  readonly #context: VoiceContext
  readonly #peers: PeerOptions
  readonly address: ChannelAddress
  readonly #handlers: LinkHandlers
  #client: ChannelClient | undefined
  greeting: EdgeGreeting | undefined

  constructor(context: VoiceContext, peers: PeerOptions, address: ChannelAddress, handlers: LinkHandlers) {
    this.#context = context
    this.#peers = peers
    this.address = address
    this.#handlers = handlers
  }

  get connected(): boolean {
    return this.greeting !== undefined && (this.#client?.connected ?? false)
  }

  start(): void {
    const { secret, core, term, connect } = this.#peers
    this.#client = connect({
      address: this.address,
      secret,
      core,
      term,
      logger: this.#context.logger,
      clock: this.#context.clock,
      connected: (greeting) => this.#greet(greeting as EdgeGreeting),
      refused: (error) => isTandemError(error, 'channel.fenced') && this.#handlers.fenced(),
      notice: (notice) => this.#notice(notice as EdgeNotice),
      request: async (request) => this.#request(request as EdgeRequest),
    })
  }

  notify(notice: unknown): boolean {
    return this.#client?.notify(notice) ?? false
  }

  status(): { address: string; name?: string; connected: boolean } {
    const { host, port } = this.address
    return { address: `${host}:${port}`, ...(this.greeting && { name: this.greeting.name }), connected: this.connected }
  }

  async close(): Promise<void> {
    await this.#client?.close()
  }

  /** An edge of an older release does not know the word, and leaves it alone. */
  tellDrain(): void {
    if (this.greeting) this.notify({ type: 'drain', on: this.#handlers.isDraining(this.greeting) })
  }

  #greet(greeting: EdgeGreeting): void {
    this.greeting = greeting
    this.tellDrain()
    this.#handlers.connected(greeting)
  }

  #notice(notice: EdgeNotice): void {
    if (notice.type === 'sip') {
      this.#context.counters.received++
      const { message, user, source } = notice
      this.#handlers.sip(this.greeting?.name ?? '', message, { user, isSecret: SECRET.includes(source.transport) })
    } else if (notice.type === 'bindings') this.#handlers.told(this, notice)
  }

  async #request(request: EdgeRequest): Promise<CredentialAnswer> {
    return request.type === 'credential' ? this.#handlers.credentialOf(request.user) : {}
  }
}

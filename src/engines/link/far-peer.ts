import type { Clock, Logger } from '#base'
import { type Channel, type ChannelClient, createChannelClient } from '#protocols/control'
import { CONNECTIONS, type Connection, type Peer, type PeerAddress } from './port.ts'

/** How a peer is dialled. */
interface Dialling {
  readonly secret: string
  readonly logger: Logger
  readonly clock: Clock
  readonly term: number
  hello(connection: Connection): string
  changed(): void
  request(value: unknown): Promise<unknown>
}

/** Another core and the two connections to it, whoever dialled them. */
export class FarPeer {
  /** Where it is now; one that is dialled has the same address for good. */
  address: PeerAddress
  readonly #dialled = new Map<Connection, ChannelClient>()
  readonly #accepted = new Map<Connection, Channel>()
  #life: string | undefined

  constructor(address: PeerAddress) {
    this.address = address
  }

  dial({ hello, changed, request, ...rest }: Dialling): void {
    for (const connection of CONNECTIONS) {
      const client = createChannelClient({
        ...rest,
        address: this.address,
        core: hello(connection),
        request,
        connected: (greeting) => {
          this.#life = lifeOf(greeting, this.address.name)
          changed()
        },
        disconnected: changed,
      })
      this.#dialled.set(connection, client)
    }
  }

  /** A connection that the peer dialled; an older one of the same kind counts no more. */
  accept(connection: Connection, channel: Channel, life: string): void {
    this.#accepted.set(connection, channel)
    this.#life = life
  }

  lost(channel: Channel): void {
    for (const [connection, known] of this.#accepted) if (known === channel) this.#accepted.delete(connection)
  }

  /** The connection asked for, or the first that stands; undefined when there is none. */
  channel(over?: Connection): Channel | undefined {
    const wanted = over ? [over] : CONNECTIONS
    return wanted.map((connection) => this.#standing(connection)).find((channel) => channel !== undefined)
  }

  describe(): Peer {
    const up = (connection: Connection) => this.#standing(connection) !== undefined
    return { ...this.address, life: this.#life, main: up('main'), auxiliary: up('auxiliary') }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#dialled.values(), ...this.#accepted.values()].map((channel) => channel.close()))
  }

  #standing(connection: Connection): Channel | undefined {
    const client = this.#dialled.get(connection)
    // A port may be another core's by now: only the one that was looked for counts.
    if (client?.connected && this.#life !== undefined) return client
    return this.#accepted.get(connection)
  }
}

/** The life in a greeting of the core that was dialled; undefined when another listens there now. */
function lifeOf(greeting: unknown, name: string): string | undefined {
  const { name: said, life } = (typeof greeting === 'object' && greeting !== null ? greeting : {}) as Record<
    string,
    unknown
  >
  return said === name && typeof life === 'string' ? life : undefined
}

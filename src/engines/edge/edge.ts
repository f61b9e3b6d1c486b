import { defineErrors } from '#base'
import {
  openTcp,
  openTls,
  openUdp,
  openWs,
  type Receiver,
  type TcpTransport,
  type TlsCredentials,
  type TlsTransport,
  type UdpTransport,
  type WsTransport,
} from '#protocols/sip'
import type { EdgeOptions, EdgeStatus } from './edge-options.ts'
import { EDGE_LIMITS, type EdgeLimits } from './limits.ts'
import { RunningEdge } from './running-edge.ts'

/** What goes wrong when an edge starts. */
export const EDGE_ERRORS = defineErrors({
  'edge.not-started': { sentence: 'the edge has not been started', status: 503 },
})

/** The SIP proxy and registrar, as a whole. */
export interface EdgeEngine {
  /** Opens its sockets. Rejects with `sip.transport.failed` or `channel.listen-failed` when an address cannot be had. */
  start(): Promise<void>
  /** Serves SIP over TLS with these from now on; connections that stand go on. Opens its port if it was not. Rejects like `start`. */
  setTls(credentials: TlsCredentials): Promise<void>
  /** Closes everything at once: what is under way is repeated by its sender to whoever comes next. */
  close(): Promise<void>
  /** What the status page shows. Throws `edge.not-started` before `start` and after `close`. */
  status(): EdgeStatus
}

/** Makes an edge: the one address that phones and trunks talk to. It owns transactions; the core owns decisions. */
export function createEdgeEngine(options: EdgeOptions): EdgeEngine {
  return new Edge(options)
}

/** TCP may find the port taken that UDP was given; another UDP port is then tried. */
const PORT_TRIES_MAX = 20

interface Sockets {
  readonly udp: UdpTransport
  readonly tcp: TcpTransport
  readonly ws?: WsTransport
}

class Edge implements EdgeEngine {
  readonly #options: EdgeOptions
  readonly #limits: EdgeLimits
  #running: RunningEdge | undefined
  #sockets: Sockets | undefined
  #tls: TlsTransport | undefined
  #closed: Promise<void> | undefined

  constructor(options: EdgeOptions) {
    this.#options = options
    this.#limits = { ...EDGE_LIMITS, ...options.limits }
  }

  async start(): Promise<void> {
    // What arrives in the instant before all is wired is dropped; its sender repeats it.
    const receive: Receiver = (bytes, source, fault) => this.#running?.receive(bytes, source, fault)
    const sockets = await this.#open(receive)
    this.#sockets = sockets
    const running = new RunningEdge(this.#options, this.#limits, sockets)
    try {
      await running.start()
    } catch (error) {
      await running.close()
      throw error
    }
    this.#running = running
    if (this.#options.tls) {
      await this.setTls(this.#options.tls).catch(async (error: unknown) => {
        await this.close()
        throw error
      })
    }
    const { port } = sockets.udp.local
    this.#options.logger.info({ listen: this.#options.listen, port }, 'edge started')
  }

  async setTls(credentials: TlsCredentials): Promise<void> {
    const { tlsPort: port, listen: address, clock, logger } = this.#options
    if (!this.#running || port === undefined) return
    if (this.#tls) return this.#tls.setCredentials(credentials)
    const limits = { connectionsMax: this.#limits.connectionsMax }
    this.#tls = await openTls({ address, port, clock, logger, limits, credentials }, (bytes, source, fault) =>
      this.#running?.receive(bytes, source, fault),
    )
    this.#running.addTls(this.#tls)
  }

  close(): Promise<void> {
    this.#closed ??= this.#end()
    return this.#closed
  }

  status(): EdgeStatus {
    if (!this.#running) throw EDGE_ERRORS['edge.not-started']()
    return this.#running.status()
  }

  async #end(): Promise<void> {
    const running = this.#running
    this.#running = undefined
    if (running) await running.close()
    else await Promise.all([this.#sockets?.udp.close(), this.#sockets?.tcp.close(), this.#sockets?.ws?.close()])
  }

  async #open(receive: Receiver): Promise<Sockets> {
    const { listen: address, wsPort: port, clock, logger } = this.#options
    if (port === undefined) return this.#openPair(receive)
    const limits = { connectionsMax: this.#limits.connectionsMax }
    const ws = await openWs({ address, port, clock, logger, limits }, receive)
    try {
      return { ...(await this.#openPair(receive)), ws }
    } catch (error) {
      await ws.close()
      throw error
    }
  }

  /** UDP and TCP on the same port. */
  async #openPair(receive: Receiver): Promise<Sockets> {
    const { listen: address, sipPort, clock, logger } = this.#options
    const limits = { connectionsMax: this.#limits.connectionsMax }
    for (let tries = 1; ; tries++) {
      const udp = await openUdp({ address, port: sipPort, logger }, receive)
      try {
        const tcp = await openTcp({ address, port: udp.local.port, clock, logger, limits }, receive)
        return { udp, tcp }
      } catch (error) {
        await udp.close()
        if (sipPort !== 0 || tries >= PORT_TRIES_MAX) throw error
      }
    }
  }
}

import type { Clock, Logger, Millis } from '#base'
import type { ChannelAddress } from '#protocols/control'
import type { DigestAlgorithm, TlsCredentials } from '#protocols/sip'
import type { ConnectedCore } from './core-link.ts'
import type { EdgeCounters } from './counters.ts'
import type { EdgeLimits } from './limits.ts'
import type { Lookup } from './next-hop.ts'

/** What an edge needs; `limits` and what stands behind it have defaults. */
export interface EdgeOptions {
  /** The address that phones and trunks reach; `0.0.0.0` for all of this machine. */
  readonly listen: string
  /** UDP and TCP port for SIP; 0 takes a free one (the same for both). */
  readonly sipPort: number
  /** TCP port for SIP over WebSocket (RFC 7118) at `/ws`; 0 takes a free one, none unless told. */
  readonly wsPort?: number
  /** TCP port for SIP over TLS; 0 takes a free one, none unless told. It opens when there are credentials: {@link EdgeEngine.setTls}. */
  readonly tlsPort?: number
  /** What SIP over TLS begins with. */
  readonly tls?: TlsCredentials
  /** Calls a minute, all together, from WebSockets over which nobody has registered: visitors' pages. None are taken unless told. */
  readonly visitorCallsPerMinute?: number
  /** The host that stands in Contact, Via and Record-Route: it must outlive every core. */
  readonly advertisedHost: string
  /** Where cores connect to; port 0 takes a free one. */
  readonly control: ChannelAddress
  /** The secret of the pool. */
  readonly secret: string
  readonly name: string
  /** The machine that it runs on: its calls get a media process of the same one first. */
  readonly node?: string
  /** Names this start of the edge; another value each time. */
  readonly instance: string
  /** Key of flow tokens, branches and nonces: kept in the data folder, so that dialogs outlive the edge's process. */
  readonly key: string
  /** Where it keeps what it knows of phones; nowhere unless told: then edge and cores must not die together. */
  readonly bindingFile?: string
  readonly clock: Clock
  readonly logger: Logger
  readonly limits?: Partial<EdgeLimits>
  /** Realm of digest authentication; `tandem` unless told. The secrets that the core hands out are of this realm. */
  readonly realm?: string
  /** Digest algorithms to offer, in this order; MD5 and SHA-256 unless told. Both are taken in any case. */
  readonly algorithms?: readonly DigestAlgorithm[]
  /** Further host names of this pool, such as its domain. */
  readonly domains?: readonly string[]
  /** Addresses whose P-Asserted-Identity is believed: trunks and border controllers. None unless told. */
  readonly trusted?: readonly string[]
  /** How host names are looked up; Node's own look-up unless told. */
  readonly lookup?: Lookup
}

/** What an edge says of itself for the status page. */
export interface EdgeStatus {
  readonly name: string
  readonly instance: string
  readonly sip: { readonly host: string; readonly port: number; readonly wsPort?: number; readonly tlsPort?: number }
  readonly control: ChannelAddress
  readonly core?: ConnectedCore
  /** How long a message takes to the core and back now; 0 without one. */
  readonly lagMs: Millis
  readonly bindings: number
  readonly connections: number
  /** Whether it takes nothing new. */
  readonly draining: boolean
  readonly transactions: {
    /** With phones and trunks, and with the core. */
    readonly outside: number
    readonly inside: number
    /** Requests of either side without a final answer. */
    readonly open: number
  }
  readonly counters: Readonly<EdgeCounters>
  /** Refused messages by the fault's code. */
  readonly faults: Readonly<Record<string, number>>
}

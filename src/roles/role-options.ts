import type { LogLevel } from '#base'
import type { TlsFiles } from './tls-files.ts'

/** What the supervisor tells each role. */
export interface CommonOptions {
  /** The process's own name on its machine: `core1`. */
  readonly process: string
  readonly node: string
  readonly data: string
  readonly logLevel: LogLevel
  /** Authenticates cores to edges and media processes. */
  readonly secret: string
  /** The file to write when the role serves: its pid. */
  readonly readyFile: string
}

export interface ControlAddress {
  readonly name: string
  readonly host: string
  readonly port: number
}

export interface EdgeOptions extends CommonOptions {
  readonly name: string
  readonly listen: string
  /** The address that phones and trunks are told. */
  readonly advertised: string
  readonly sipPort: number
  readonly sipWsPort: number
  /** SIP over TLS: its port, and the files that it is served with. */
  readonly sips?: { readonly port: number; readonly files: TlsFiles } | undefined
  /** Calls a minute from WebSockets that nobody has registered over; none are taken when it is absent. */
  readonly visitorCalls?: number
  readonly control: ControlAddress
  /** Signs flow tokens and nonces; kept in the data folder, so a restarted edge knows its own. */
  readonly key: string
}

export interface MediaOptions extends CommonOptions {
  readonly name: string
  readonly listen: string
  /** The address that parties are told to send to. */
  readonly advertised: string
  readonly rtpPorts: { readonly first: number; readonly last: number }
  readonly control: ControlAddress
  /** The other media processes that write to the data folder's spool. */
  readonly siblings?: readonly string[]
  /** What it has to give; half of its pairs of ports unless told. */
  readonly points?: number
  /** Whether there may be other machines, whose recordings are to be heard here too. */
  readonly shared?: boolean
}

export interface CoreOptions extends CommonOptions {
  readonly listen: string
  readonly httpPort: number
  /** The edge's, for the page that tells people where to call. */
  readonly sipPort: number
  /** The edge's SIP over WebSocket, for the pages' softphones: its port, or the whole URL where it is reached in another way. */
  readonly sipWsPort: number
  readonly sipWsUrl?: string
  /** Calls a minute that visitors' pages may begin; none may when it is absent. */
  readonly visitorCalls?: number
  /** Addresses of balancers before the pages. */
  readonly trustedProxies: readonly string[]
  /** Networks beside the internet that webhooks may be sent to. */
  readonly webhookNetworks: readonly string[]
  /** The host by which other machines, or people, reach this one's pages. */
  readonly advertisedHttp: string
  /** Where this core listens for the other cores, and the host that they are told. */
  readonly peers: { readonly listen: string; readonly told: string }
  readonly databaseUrl: string
  /** Whether cores of other machines share that database. */
  readonly shared: boolean
  readonly redisUrl?: string | undefined
  /** The edge and media processes of this machine; those of others stand in the list of members. */
  readonly edges: readonly ControlAddress[]
  readonly media: readonly ControlAddress[]
  /** Fill an empty log with the demo centre. */
  readonly demo: boolean
  /** Signs the API's bearer tokens. */
  readonly tokenKey: string
  /** Where the pids of the roles of this machine are kept; the primary writes `core.pid` and `core.ready` there. */
  readonly runFolder: string
}

export interface ArchiveOptions extends CommonOptions {
  readonly databaseUrl: string
  /** Whether archives of other machines share that database. */
  readonly shared: boolean
}

/** How a core names itself in the lease: each start by another name, so that handing back a dead one's lease never takes its successor's. */
export function leaseHolder(node: string, pid: number): string {
  return `${node}#${pid}`
}

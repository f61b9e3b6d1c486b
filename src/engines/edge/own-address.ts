import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import { bareHost, bracketed } from '#protocols/sip'

/** What an edge calls itself, and what it answers to. */
export interface OwnAddressOptions {
  /** Host of Contact, Via and Record-Route: an address that outlives any core. */
  readonly host: string
  readonly port: number
  /** The port of SIP over TLS, if it is served. */
  readonly tlsPort?: number | undefined
  readonly listen: string
  /** Further host names that stand for this pool, such as its domain. */
  readonly domains?: readonly string[]
}

/** Knows which hosts and ports mean this edge. */
export class OwnAddress {
  readonly host: string
  readonly port: number
  /** The port of SIP over TLS, when it is served. */
  tlsPort: number | undefined
  readonly #hosts: ReadonlySet<string>

  constructor(options: OwnAddressOptions) {
    this.host = bareHost(options.host)
    this.port = options.port
    this.tlsPort = options.tlsPort
    const { listen, domains = [] } = options
    const hosts = [this.host, bareHost(listen), 'localhost', ...domains]
    if (listen === '0.0.0.0' || listen === '::') hosts.push('127.0.0.1', '::1', ...interfaceAddresses())
    this.#hosts = new Set(hosts.map((host) => host.toLowerCase()))
  }

  /** `host:port` as it stands in a URI or Via of this transport. */
  placeOf(transport: string): string {
    const port = transport === 'tls' ? (this.tlsPort ?? this.port) : this.port
    return `${bracketed(this.host)}:${port}`
  }

  /** Whether a URI's or Via's host and port mean us; a missing port does not tell two elements on one host apart, so it is ours. */
  is(place: { readonly host: string; readonly port?: number | undefined }): boolean {
    if (place.port !== undefined && place.port !== this.port && place.port !== this.tlsPort) return false
    const host = bareHost(place.host).toLowerCase()
    return this.#hosts.has(host.endsWith('.') ? host.slice(0, -1) : host)
  }
}

function interfaceAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((entries) => (entries ?? []).map((entry) => entry.address))
    .filter((address) => isIP(address) > 0)
}

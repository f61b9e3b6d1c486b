import { join } from 'node:path'
import { advertisedAddress, sipAddress } from './advertised.ts'
import type { DataFolder } from './data-folder.ts'
import { mediaNames, mediaOptions } from './media-processes.ts'
import { controlHosts, isShared } from './pool.ts'
import { freePort } from './ports.ts'
import type { ArchiveOptions, CommonOptions, ControlAddress, CoreOptions, EdgeOptions } from './role-options.ts'
import type { Settings } from './settings.ts'

/** What a demo takes of visitors a minute: a class of students with a laptop each. */
const DEMO_VISITOR_CALLS = 60

/** Where the core finds the others. */
export interface Addresses {
  readonly edge: ControlAddress
  readonly media: readonly ControlAddress[]
}

/** Control ports are picked once and kept in the data folder's run options, so a role that is started again is found again. */
export async function controlAddresses(settings: Settings, data: DataFolder): Promise<Addresses> {
  const host = controlHosts(settings).listen
  const address = async (role: string): Promise<ControlAddress> => ({
    name: `${settings.node}-${role}`,
    host,
    port: data.leftPort(role) ?? (await freePort(host)),
  })
  const media: ControlAddress[] = []
  for (const name of mediaNames(settings.mediaProcesses)) media.push(await address(name))
  return { edge: await address('edge'), media }
}

/** What each process of a machine is told when it is started: the settings of the start, in the words of the role. */
export class RoleWiring {
  readonly #settings: Settings
  readonly #data: DataFolder
  readonly #addresses: Addresses
  readonly #demo: boolean

  constructor(settings: Settings, data: DataFolder, parts: { readonly addresses: Addresses; readonly demo: boolean }) {
    this.#settings = settings
    this.#data = data
    this.#addresses = parts.addresses
    this.#demo = parts.demo
  }

  edge(): EdgeOptions {
    const settings = this.#settings
    return {
      ...this.#common('edge'),
      name: `${settings.node}-edge`,
      listen: settings.sipListen ?? settings.listen,
      advertised: sipAddress(settings),
      sipPort: settings.sipPort,
      sipWsPort: settings.sipWsPort,
      sips: sipsOf(settings),
      ...this.#visitorCalls(),
      control: this.#addresses.edge,
      key: this.#data.secret('edge'),
    }
  }

  media() {
    const settings = this.#settings
    return mediaOptions(settings, advertisedAddress(settings), this.#addresses.media, (process) =>
      this.#common(process),
    )
  }

  core(process: string, databaseUrl: string): CoreOptions {
    const settings = this.#settings
    const { edge, media } = this.#addresses
    const host = controlHosts(settings).told
    return {
      ...this.#common(process),
      listen: settings.listen,
      httpPort: settings.httpPort,
      trustedProxies: settings.trustedProxies?.split(',') ?? [],
      webhookNetworks: settings.webhookNetworks?.split(',') ?? [],
      advertisedHttp: advertisedAddress(settings),
      peers: controlHosts(settings),
      sipPort: settings.sipPort,
      sipWsPort: settings.sipWsPort,
      ...(settings.sipWsUrl !== undefined && { sipWsUrl: settings.sipWsUrl }),
      ...this.#visitorCalls(),
      databaseUrl,
      shared: isShared(settings),
      redisUrl: settings.redisUrl,
      edges: [{ ...edge, host }],
      media: media.map((address) => ({ ...address, host })),
      demo: this.#demo,
      tokenKey: this.#data.secret('token'),
      runFolder: join(this.#data.path, 'run'),
    }
  }

  archive(databaseUrl: string): ArchiveOptions {
    return { ...this.#common('archive'), databaseUrl, shared: isShared(this.#settings) }
  }

  /** The demo is there to be called; elsewhere somebody must want visitors' calls. */
  #visitorCalls(): { readonly visitorCalls?: number } {
    const calls = this.#settings.visitorCalls ?? (this.#demo ? DEMO_VISITOR_CALLS : 0)
    return calls > 0 ? { visitorCalls: calls } : {}
  }

  #common(process: string): CommonOptions {
    const { node, logLevel } = this.#settings
    return {
      process,
      node,
      data: this.#data.path,
      logLevel,
      secret: this.#data.secret('pool'),
      readyFile: join(this.#data.path, 'run', `${process}.ready`),
    }
  }
}

/** SIP over TLS, when there is a certificate for it. */
export function sipsOf({ sipsPort: port, tlsCertificate: certificate, tlsKey: key, tlsCa: ca }: Settings) {
  return certificate && key ? { port, files: { certificate, key, ...(ca && { ca }) } } : undefined
}

import { join } from 'node:path'
import { type Clock, defineErrors, type Logger, type Timer } from '#base'
import { DataFolder } from './data-folder.ts'
import { type Database, openDatabase } from './database.ts'
import { checkPort, freePort, type WantedPort } from './ports.ts'
import {
  type ArchiveOptions,
  type CommonOptions,
  type ControlAddress,
  type CoreOptions,
  type EdgeOptions,
  leaseHolder,
  type MediaOptions,
} from './role-options.ts'
import { isAlive, type RoleName, RoleProcess, readPid } from './role-process.ts'
import { isLoopback, SETTINGS_ERRORS, type Settings } from './settings.ts'

/** What can go wrong while a start waits for its roles. */
export const SUPERVISOR_ERRORS = defineErrors({
  'supervisor.not-ready': {
    sentence: 'not ready after {seconds} s: {waiting} did not come up; the reason stands at the end of {log}',
    status: 503,
  },
})

/** A first start on a slow disk makes a database cluster and the history's tables in far less. */
const READY_MS_MAX = 60_000
const READY_POLL_MS = 20
/** Two cores: the primary, and a backup that folds the log as it arrives and takes over within the time that a start would need. */
const CORES: readonly string[] = ['core1', 'core2']
/** How often the output files of the roles are looked at for their size. */
const HOUSEKEEPING_MS = 60_000

/** What a supervisor is made of. */
export interface SupervisorOptions {
  readonly settings: Settings
  readonly clock: Clock
  readonly logger: Logger
  /** A line for the person who waits. */
  progress(line: string): void
  /** For the first start of a centre that is no demo. */
  readonly administratorPassword?: string | undefined
}

/** All roles of one machine, kept running: started in order, started again when one dies, ended in order. */
export class Supervisor {
  readonly #options: SupervisorOptions
  readonly #data: DataFolder
  #database: Database | undefined
  #roles: RoleProcess[] = []
  #housekeeping: Timer | undefined
  #closed = false
  /** Whether the centre is the demo. */
  demo = false

  constructor(options: SupervisorOptions) {
    this.#options = options
    this.#data = new DataFolder(options.settings.data)
  }

  /** Returns when a call would be answered; fails with one sentence when the machine cannot run it, having stopped what it started. */
  async start(): Promise<void> {
    const { settings } = this.#options
    if (settings.demo && !isLoopback(settings.listen))
      throw SETTINGS_ERRORS['settings.open-demo']({ listen: settings.listen })
    this.#data.open()
    this.#data.lock()
    try {
      this.demo = this.#data.demo(settings.demo)
      if (this.demo && !isLoopback(settings.listen))
        throw SETTINGS_ERRORS['settings.open-demo']({ listen: settings.listen })
      await this.#checkPorts()
      this.#database = await openDatabase(this.#options, this.#data.path, this.demo)
      await this.#startRoles(this.#database.url)
      this.#keepHouse()
      await this.#awaitReady()
    } catch (cause) {
      await this.close()
      throw cause
    }
  }

  /** Ends all roles, the core first so that it writes what it accepted, the database last. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#housekeeping?.stop()
    // The primary goes after the other core, which would else take over in the midst of it.
    const primary = readPid(join(this.#data.path, 'run', 'core.pid'))
    const order = this.#roles.toReversed()
    for (const role of order) if (role.pid !== primary) await role.stopIf('core')
    for (const role of order) await role.stop()
    if (order.length > 0) this.#data.forgetPrimary()
    await this.#database?.close()
    this.#data.unlock()
  }

  /** Ports of roles that an earlier supervisor left running are rightly taken. */
  async #checkPorts(): Promise<void> {
    const { listen: host, httpPort, sipPort } = this.#options.settings
    const wanted: (WantedPort & { role: RoleName })[] = [
      { role: 'core', protocol: 'tcp', host, port: httpPort, what: 'web pages and API', option: '--http-port' },
      { role: 'edge', protocol: 'udp', host, port: sipPort, what: 'SIP over UDP', option: '--sip-port' },
      { role: 'edge', protocol: 'tcp', host, port: sipPort, what: 'SIP over TCP', option: '--sip-port' },
    ]
    for (const port of wanted) {
      const left = readPid(join(this.#data.path, 'run', `${port.role}.pid`))
      if (left === undefined || !isAlive(left)) await checkPort(port)
    }
  }

  async #startRoles(databaseUrl: string): Promise<void> {
    const { settings } = this.#options
    const addresses = await this.#controlAddresses()
    const name = (role: string) => `${settings.node}-${role}`
    const edge: EdgeOptions = {
      ...this.#common('edge'),
      name: name('edge'),
      listen: settings.listen,
      sipPort: settings.sipPort,
      control: addresses.edge,
      key: this.#data.secret('edge'),
    }
    const media: MediaOptions = {
      ...this.#common('media'),
      name: name('media'),
      listen: settings.listen,
      rtpPorts: settings.rtpPorts,
      control: addresses.media,
    }
    const archive: ArchiveOptions = { ...this.#common('archive'), databaseUrl }
    const core = (process: string): CoreOptions => ({
      ...this.#common(process),
      listen: settings.listen,
      httpPort: settings.httpPort,
      databaseUrl,
      edges: [addresses.edge],
      media: [addresses.media],
      demo: this.demo,
      tokenKey: this.#data.secret('token'),
      runFolder: join(this.#data.path, 'run'),
    })
    this.#launch('media', 'media', media)
    this.#launch('edge', 'edge', edge)
    this.#launch('archive', 'archive', archive)
    for (const process of CORES) this.#launch('core', process, core(process))
  }

  /** Control ports are picked once and kept in the data folder's run options, so a role that is started again is found again. */
  async #controlAddresses(): Promise<{ edge: ControlAddress; media: ControlAddress }> {
    const { node } = this.#options.settings
    const address = async (role: string): Promise<ControlAddress> => ({
      name: `${node}-${role}`,
      host: '127.0.0.1',
      port: this.#data.leftPort(role) ?? (await freePort('127.0.0.1')),
    })
    return { edge: await address('edge'), media: await address('media') }
  }

  #common(process: string): CommonOptions {
    const { settings } = this.#options
    return {
      node: settings.node,
      data: this.#data.path,
      logLevel: settings.logLevel,
      secret: this.#data.secret('pool'),
      readyFile: join(this.#data.path, 'run', `${process}.ready`),
    }
  }

  #launch(role: RoleName, name: string, options: CommonOptions): void {
    const { clock, logger } = this.#options
    const died = role === 'core' ? (pid: number) => this.#handBackLease(pid) : undefined
    const process = new RoleProcess({ role, name, options, data: this.#data.path, clock, logger, died })
    this.#roles.push(process)
    if (process.start()) this.#options.progress(`${name} was still running and goes on`)
  }

  /** A core that is seen dead cannot write any more: the next need not wait for its lease to lapse. */
  #handBackLease(pid: number): void {
    const { logger, settings } = this.#options
    this.#database?.handBackLease(leaseHolder(settings.node, pid)).catch((cause: unknown) => {
      logger.warn({ problem: String(cause) }, 'the lease could not be handed back; it lapses by itself')
    })
  }

  #keepHouse(): void {
    this.#housekeeping = this.#options.clock.after(HOUSEKEEPING_MS, () => {
      this.#data.rotateLogs(['edge', 'media', 'archive', ...CORES])
      this.#keepHouse()
    })
  }

  async #awaitReady(): Promise<void> {
    const primary = join(this.#data.path, 'run', 'core.ready')
    for (let waitedMs = 0; ; waitedMs += READY_POLL_MS) {
      const waiting = this.#roles.filter((role) => !role.ready()).map(({ name }) => name)
      const served = this.#roles.some(({ pid }) => pid !== undefined && pid === readPid(primary))
      if (served && waiting.every((name) => CORES.includes(name))) return
      if (waitedMs >= READY_MS_MAX) {
        const log = join(this.#data.path, 'log', `${waiting[0] ?? 'core1'}.log`)
        throw SUPERVISOR_ERRORS['supervisor.not-ready']({
          seconds: READY_MS_MAX / 1000,
          waiting: waiting.join(', ') || 'a primary core',
          log,
        })
      }
      await new Promise<void>((resolve) => this.#options.clock.after(READY_POLL_MS, resolve))
    }
  }
}

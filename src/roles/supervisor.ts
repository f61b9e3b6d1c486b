import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Clock, defineErrors, type Logger, type Timer } from '#base'
import { Announcer } from '#seams/members'
import { advertisedAddress, sipAddress } from './advertised.ts'
import { DataFolder } from './data-folder.ts'
import { type Database, openDatabase } from './database.ts'
import { openDrills } from './drill-runner.ts'
import { CORES } from './local-status.ts'
import { mediaNames, mediaOptions } from './media-processes.ts'
import { controlHosts, isShared, roleMember } from './pool.ts'
import { checkPort, checkRtpPorts, freePort, wantedPorts } from './ports.ts'
import { isAlive, readPid } from './process-table.ts'
import { lastProblem } from './role-log.ts'
import {
  type ArchiveOptions,
  type CommonOptions,
  type ControlAddress,
  type CoreOptions,
  type EdgeOptions,
  leaseHolder,
} from './role-options.ts'
import { type RoleName, RoleProcess } from './role-process.ts'
import { administratorPassword } from './seed.ts'
import { isLoopback, SETTINGS_ERRORS, type Settings } from './settings.ts'
import { checkTlsTime, readTlsFiles } from './tls-files.ts'

/** What can go wrong while a start waits for its roles. */
export const SUPERVISOR_ERRORS = defineErrors({
  'supervisor.not-ready': {
    sentence: 'not ready after {seconds} s: {waiting} did not come up{reason}; see the end of {log}',
    status: 503,
  },
  'supervisor.same-name': {
    sentence: 'another machine of the pool is named {node} and lives: give this one another name with --node',
    status: 409,
  },
  'supervisor.stopped': { sentence: 'the start was told to stop before it was ready', status: 503 },
})

/** A first start on a slow disk makes a database cluster and the history's tables in far less. */
const READY_MS_MAX = 60_000
const READY_POLL_MS = 20
/** A core that serves answers at once. */
const READY_ASK_MS_MAX = 1_000
/** Where the core finds the others. */
interface Addresses {
  readonly edge: ControlAddress
  readonly media: readonly ControlAddress[]
}
/** A machine that lives says so twice in this time. */
const TWIN_MS = 5_000
/** What cores, edges and browsers of one pool believe each other by. */
const POOL_SECRETS = ['pool', 'token', 'edge'] as const
/** Whose process may rightly hold a port that a start wants. */
const PORT_OWNERS: Readonly<Record<'core' | 'edge', readonly string[]>> = { core: CORES, edge: ['edge'] }
/** How often disk and output files are looked at: a disk that fills is told of while there is time to act. */
const HOUSEKEEPING_MS = 2_000
/** Below this a busy machine's recordings fill the disk within the hour. */
const DISK_MEGABYTES_MIN = 128

/** What a demo takes of visitors a minute: a class of students with a laptop each. */
const DEMO_VISITOR_CALLS = 60

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
  #announcer: Announcer | undefined
  #drills: { close(): Promise<void> } | undefined
  #roles: RoleProcess[] = []
  #housekeeping: Timer | undefined
  #starting: Promise<void> | undefined
  #diskFull = false
  #closing: Promise<void> | undefined
  /** Whether the centre is the demo. */
  demo = false

  constructor(options: SupervisorOptions) {
    this.#options = options
    this.#data = new DataFolder(options.settings.data)
  }

  /** Returns when a call would be answered; fails with one sentence when the machine cannot run it, having stopped what it started. */
  async start(): Promise<void> {
    const { settings, clock } = this.#options
    this.#refuseOpenDemo(settings.demo)
    const sips = sipsOf(settings)
    if (sips) checkTlsTime(sips.files, readTlsFiles(sips.files), clock.now())
    this.#data.open()
    this.#data.lock()
    this.#starting = this.#begin()
    try {
      await this.#starting
    } catch (cause) {
      await this.close()
      throw cause
    }
  }

  /** Ends what was started, the core first so that it writes what it accepted, the database last; also in the midst of a start. */
  close(): Promise<void> {
    this.#closing ??= this.#end()
    return this.#closing
  }

  /** What needs no database comes up beside it; what nobody on a call waits for comes last. */
  async #begin(): Promise<void> {
    this.demo = this.#data.demo(this.#options.settings.demo)
    this.#refuseOpenDemo(this.demo)
    this.#refuseNobody()
    await this.#checkPorts()
    this.#goOn()
    const addresses = await this.#controlAddresses()
    this.#goOn()
    const shared = isShared(this.#options.settings)
    // The secrets of a pool lie in its database.
    if (!shared) this.#startCallRoles(addresses)
    this.#database = await openDatabase(this.#options, this.#data.path)
    this.#goOn()
    if (shared) {
      await this.#refuseTwin(this.#database)
      await this.#shareSecrets(this.#database)
      this.#startCallRoles(addresses)
    }
    this.#announce(this.#database, addresses)
    this.#returnLease()
    const startBackup = this.#startDataRoles(addresses, this.#database.url)
    await this.#database.seed(this.demo)
    this.#data.made(this.demo)
    this.#keepHouse()
    this.#drills = openDrills(this.#options, this.#database, this.#data.path)
    await this.#awaitReady()
    startBackup()
  }

  async #end(): Promise<void> {
    // A start that is under way ends at its next step.
    await this.#starting?.catch(() => {})
    this.#housekeeping?.stop()
    // The primary goes after the other core, which would else take over in the midst of it.
    const primary = readPid(join(this.#data.path, 'run', 'core.pid'))
    for (const role of this.#roles) if (role.pid !== primary) await role.stopIf('core')
    for (const role of this.#roles) await role.stopIf('core')
    await Promise.all(this.#roles.map((role) => role.stop()))
    if (this.#roles.length > 0) this.#data.forgetPrimary()
    await this.#drills?.close()
    await this.#announcer?.close(true)
    // A backup that was ended could not say so itself.
    const cores = CORES.map((name) => `${this.#options.settings.node}-${name}`)
    await this.#database?.members.withdraw(cores, 0).catch(() => 0)
    await this.#database?.close()
    this.#data.unlock()
  }

  /** Throws in a start that was told to stop meanwhile. */
  #goOn(): void {
    if (this.#closing) throw SUPERVISOR_ERRORS['supervisor.stopped']()
  }

  #refuseOpenDemo(demo: boolean): void {
    const { listen, sipListen = listen } = this.#options.settings
    for (const address of [listen, sipListen])
      if (demo && !isLoopback(address)) throw SETTINGS_ERRORS['settings.open-demo']({ listen: address })
  }

  /** A new centre without an administrator is refused before anything is made; one in an operator's own database may have its own. */
  #refuseNobody(): void {
    if (this.demo || !this.#data.isNew() || this.#options.settings.postgresUrl) return
    administratorPassword(this.#data.path, this.#options.administratorPassword)
  }

  /** Ports of roles that an earlier supervisor left running are rightly taken. */
  async #checkPorts(): Promise<void> {
    const { settings } = this.#options
    const left = (name: string) => {
      const pid = readPid(join(this.#data.path, 'run', `${name}.pid`))
      return pid !== undefined && isAlive(pid)
    }
    for (const port of wantedPorts(settings)) if (!PORT_OWNERS[port.owner].some(left)) await checkPort(port)
    if (!mediaNames(settings.mediaProcesses).some(left)) await checkRtpPorts(settings.listen, settings.rtpPorts)
  }

  /** Two machines of one name would take each other's place. One that is this machine's own former life has the same data folder. */
  async #refuseTwin({ members }: Database): Promise<void> {
    const { node } = this.#options.settings
    const machine = this.#data.secret('machine')
    const twins = async () => (await members.list()).filter((one) => one.node === node && one.machine !== machine)
    const beats = new Map(
      (await twins()).flatMap(({ name, machine: its, beat }) => (its ? [[name, beat] as const] : [])),
    )
    if (beats.size === 0) return
    await new Promise<void>((resolve) => this.#options.clock.after(TWIN_MS, resolve))
    const lives = (await twins()).some(({ name, beat }) => beat !== (beats.get(name) ?? beat))
    if (lives) throw SUPERVISOR_ERRORS['supervisor.same-name']({ node })
  }

  async #shareSecrets(database: Database): Promise<void> {
    for (const name of POOL_SECRETS)
      this.#data.keepSecret(name, await database.shareSecret(name, this.#data.secret(name)))
  }

  /** Tells the pool where this machine's edge, media process and archive are; its cores speak for themselves. */
  #announce(database: Database, addresses: Addresses): void {
    const { settings, clock, logger } = this.#options
    const announcer = new Announcer({ members: database.members, clock, logger })
    this.#announcer = announcer
    const own = { clock, machine: this.#data.secret('machine') }
    const { edge, media } = addresses
    announcer.set(roleMember('edge', settings, { ...own, name: edge.name, control: edge }))
    for (const control of media) announcer.set(roleMember('media', settings, { ...own, name: control.name, control }))
    announcer.set(roleMember('archive', settings, { ...own, name: `${settings.node}-archive` }))
  }

  #startCallRoles(addresses: Addresses): void {
    const { settings } = this.#options
    const advertised = advertisedAddress(settings)
    const name = (role: string) => `${settings.node}-${role}`
    const edge: EdgeOptions = {
      ...this.#common('edge'),
      name: name('edge'),
      listen: settings.sipListen ?? settings.listen,
      advertised: sipAddress(settings),
      sipPort: settings.sipPort,
      sipWsPort: settings.sipWsPort,
      sips: sipsOf(settings),
      ...this.#visitorCalls(),
      control: addresses.edge,
      key: this.#data.secret('edge'),
    }
    const media = mediaOptions(settings, advertised, addresses.media, (process) => this.#common(process))
    for (const process of media) this.#launch('media', process.name, process.options)
    this.#launch('edge', 'edge', edge)
  }

  /** The demo is there to be called; elsewhere somebody must want visitors' calls. */
  #visitorCalls(): { readonly visitorCalls?: number } {
    const calls = this.#options.settings.visitorCalls ?? (this.demo ? DEMO_VISITOR_CALLS : 0)
    return calls > 0 ? { visitorCalls: calls } : {}
  }

  /** Starts the first core and the archive; the backup cores, which take their share of a start's time, when it is called back. */
  #startDataRoles(addresses: Addresses, databaseUrl: string): () => void {
    const { settings } = this.#options
    const core = (process: string): CoreOptions => ({
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
      edges: [{ ...addresses.edge, host: controlHosts(settings).told }],
      media: addresses.media.map((address) => ({ ...address, host: controlHosts(settings).told })),
      demo: this.demo,
      tokenKey: this.#data.secret('token'),
      runFolder: join(this.#data.path, 'run'),
    })
    const archive: ArchiveOptions = { ...this.#common('archive'), databaseUrl }
    const launch = (names: readonly string[]) => {
      for (const name of names) this.#launch('core', name, core(name))
    }
    const left = CORES.filter((name) => existsSync(join(this.#data.path, 'run', `${name}.pid`)))
    const first = left.length > 0 ? left : CORES.slice(0, 1)
    launch(first)
    // What an earlier life wrote must not be taken for a primary of this one, whose number may be the same.
    if (!this.#roles.some((role) => role.adopted)) this.#data.forgetPrimary()
    this.#launch('archive', 'archive', archive)
    return () => launch(CORES.filter((name) => !first.includes(name)))
  }

  /** A core that died while no supervisor saw it gives its lease back now. */
  #returnLease(): void {
    const pid = readPid(join(this.#data.path, 'run', 'core.pid'))
    if (pid !== undefined && !isAlive(pid)) this.#handBackLease(pid)
  }

  /** Control ports are picked once and kept in the data folder's run options, so a role that is started again is found again. */
  async #controlAddresses(): Promise<Addresses> {
    const { settings } = this.#options
    const host = controlHosts(settings).listen
    const address = async (role: string): Promise<ControlAddress> => ({
      name: `${settings.node}-${role}`,
      host,
      port: this.#data.leftPort(role) ?? (await freePort(host)),
    })
    const media: ControlAddress[] = []
    for (const name of mediaNames(settings.mediaProcesses)) media.push(await address(name))
    return { edge: await address('edge'), media }
  }

  #common(process: string): CommonOptions {
    const { settings } = this.#options
    return {
      process,
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
    // The next primary may be one of another machine, which writes no mark here.
    if (readPid(join(this.#data.path, 'run', 'core.pid')) === pid && isShared(settings)) this.#data.forgetPrimary()
    this.#database?.handBackLease(leaseHolder(settings.node, pid)).catch((cause: unknown) => {
      logger.warn({ problem: String(cause) }, 'the lease could not be handed back; it lapses by itself')
    })
  }

  #keepHouse(): void {
    this.#housekeeping = this.#options.clock.after(HOUSEKEEPING_MS, () => {
      try {
        const media = mediaNames(this.#options.settings.mediaProcesses)
        this.#data.rotateLogs(['supervisor', 'edge', 'archive', ...media, ...CORES])
        this.#watchDisk()
      } catch (cause) {
        this.#options.logger.warn({ problem: String(cause) }, 'the data folder cannot be looked after')
      }
      this.#keepHouse()
    })
  }

  /** Says once that the disk is nearly full, and once that it no longer is. */
  #watchDisk(): void {
    const megabytesLeft = Math.floor(this.#data.bytesLeft() / 1024 ** 2)
    const full = megabytesLeft < DISK_MEGABYTES_MIN
    if (full === this.#diskFull) return
    this.#diskFull = full
    const { logger } = this.#options
    if (full)
      logger.error(
        { megabytesLeft, folder: this.#data.path },
        'the disk is nearly full: when it is, calls that are up go on and new ones wait until there is room',
      )
    else logger.warn({ megabytesLeft }, 'the disk has room again')
  }

  async #awaitReady(): Promise<void> {
    for (let waitedMs = 0; ; waitedMs += READY_POLL_MS) {
      this.#goOn()
      const waiting = this.#roles.filter((role) => !role.ready()).map(({ name }) => name)
      if ((await this.#isServed()) && waiting.every((name) => CORES.includes(name))) return
      if (waitedMs >= READY_MS_MAX) throw this.#notReady(waiting)
      await new Promise<void>((resolve) => this.#options.clock.after(READY_POLL_MS, resolve))
    }
  }

  /** A core of this machine is primary; or one of another machine is, and one of ours stands behind it. */
  async #isServed(): Promise<boolean> {
    const { settings } = this.#options
    const cores = this.#roles.filter((role) => CORES.includes(role.name) && role.ready())
    const primary = readPid(join(this.#data.path, 'run', 'core.ready'))
    if (cores.some((role) => role.pid === primary)) return true
    if (cores.length === 0 || !isShared(settings)) return false
    const holder = await this.#database?.primary().catch(() => undefined)
    if (holder === undefined || this.#roles.some(({ pid }) => pid && leaseHolder(settings.node, pid) === holder))
      return false
    const health = `http://${advertisedAddress({ ...settings, advertise: undefined })}:${settings.httpPort}/health`
    return fetch(health, { signal: AbortSignal.timeout(READY_ASK_MS_MAX) }).then(
      ({ ok }) => ok,
      () => false,
    )
  }

  #notReady(waiting: readonly string[]): unknown {
    const name = waiting[0] ?? CORES[0] ?? ''
    const reason = lastProblem(this.#data.path, name)
    return SUPERVISOR_ERRORS['supervisor.not-ready']({
      seconds: READY_MS_MAX / 1000,
      waiting: waiting.join(', ') || 'a primary core',
      reason: reason ? ` (${reason})` : '',
      log: join(this.#data.path, 'log', `${name}.log`),
    })
  }
}

/** SIP over TLS, when there is a certificate for it. */
function sipsOf({ sipsPort: port, tlsCertificate: certificate, tlsKey: key, tlsCa: ca }: Settings) {
  return certificate && key ? { port, files: { certificate, key, ...(ca && { ca }) } } : undefined
}

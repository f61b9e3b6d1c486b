import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Clock, defineErrors, type Logger } from '#base'
import { Announcer } from '#seams/members'
import { advertisedAddress } from './advertised.ts'
import { DataFolder } from './data-folder.ts'
import { type Database, openDatabase } from './database.ts'
import { openDrills } from './drill-runner.ts'
import { Housekeeping } from './housekeeping.ts'
import { CORES } from './local-status.ts'
import { mediaNames } from './media-processes.ts'
import { isShared, roleMember } from './pool.ts'
import { isAlive, readPid } from './process-table.ts'
import { lastProblem } from './role-log.ts'
import { type CommonOptions, leaseHolder } from './role-options.ts'
import { type RoleName, RoleProcess } from './role-process.ts'
import { type Addresses, controlAddresses, RoleWiring } from './role-wiring.ts'
import type { Settings } from './settings.ts'
import { checkCertificate, checkPorts, refuseNobody, refuseOpenDemo, refuseTwin } from './start-checks.ts'

/** What can go wrong while a start waits for its roles. */
export const SUPERVISOR_ERRORS = defineErrors({
  'supervisor.not-ready': {
    sentence: 'not ready after {seconds} s: {waiting} did not come up{reason}; see the end of {log}',
    status: 503,
  },
  'supervisor.stopped': { sentence: 'the start was told to stop before it was ready', status: 503 },
})

/** A first start on a slow disk makes a database cluster and the history's tables in far less. */
const READY_MS_MAX = 60_000
const READY_POLL_MS = 20
/** A core that serves answers at once. */
const READY_ASK_MS_MAX = 1_000
/** What cores, edges and browsers of one pool believe each other by. */
const POOL_SECRETS = ['pool', 'token', 'edge'] as const
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
  #housekeeping: Housekeeping | undefined
  #starting: Promise<void> | undefined
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
    refuseOpenDemo(settings, settings.demo)
    checkCertificate(settings, clock)
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
    const { settings, clock, logger } = this.#options
    this.demo = this.#data.demo(settings.demo)
    refuseOpenDemo(settings, this.demo)
    if (!this.demo) refuseNobody(this.#data, settings, this.#options.administratorPassword)
    await checkPorts(this.#data, settings)
    this.#goOn()
    const addresses = await controlAddresses(settings, this.#data)
    this.#goOn()
    const wiring = new RoleWiring(settings, this.#data, { addresses, demo: this.demo })
    const shared = isShared(settings)
    // The secrets of a pool lie in its database.
    if (!shared) this.#startCallRoles(wiring)
    this.#database = await openDatabase(this.#options, this.#data.path)
    this.#goOn()
    if (shared) {
      await refuseTwin(this.#data, this.#database, { node: settings.node, clock })
      await this.#shareSecrets(this.#database)
      this.#startCallRoles(wiring)
    }
    this.#announce(this.#database, addresses)
    this.#returnLease()
    const startBackup = this.#startDataRoles(wiring, this.#database.url)
    await this.#database.seed(this.demo)
    this.#data.made(this.demo)
    const logs = ['supervisor', 'edge', 'archive', ...mediaNames(settings.mediaProcesses), ...CORES]
    this.#housekeeping = new Housekeeping(this.#data, logs, { clock, logger })
    this.#drills = openDrills(this.#options, this.#database, this.#data.path)
    await this.#awaitReady()
    startBackup()
  }

  async #end(): Promise<void> {
    // A start that is under way ends at its next step.
    await this.#starting?.catch(() => {})
    this.#housekeeping?.close()
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

  #startCallRoles(wiring: RoleWiring): void {
    for (const process of wiring.media()) this.#launch('media', process.name, process.options)
    this.#launch('edge', 'edge', wiring.edge())
  }

  /** Starts the first core and the archive; the backup cores, which take their share of a start's time, when it is called back. */
  #startDataRoles(wiring: RoleWiring, databaseUrl: string): () => void {
    const launch = (names: readonly string[]) => {
      for (const name of names) this.#launch('core', name, wiring.core(name, databaseUrl))
    }
    const left = CORES.filter((name) => existsSync(join(this.#data.path, 'run', `${name}.pid`)))
    const first = left.length > 0 ? left : CORES.slice(0, 1)
    launch(first)
    // What an earlier life wrote must not be taken for a primary of this one, whose number may be the same.
    if (!this.#roles.some((role) => role.adopted)) this.#data.forgetPrimary()
    this.#launch('archive', 'archive', wiring.archive(databaseUrl))
    return () => launch(CORES.filter((name) => !first.includes(name)))
  }

  /** A core that died while no supervisor saw it gives its lease back now. */
  #returnLease(): void {
    const pid = readPid(join(this.#data.path, 'run', 'core.pid'))
    if (pid !== undefined && !isAlive(pid)) this.#handBackLease(pid)
  }

  #launch(role: RoleName, name: string, options: CommonOptions): void {
    const { clock, logger } = this.#options
    const core = {
      died: (pid: number) => this.#coreDied(pid),
      isReplaced: () => this.#otherCores(name).some((other) => other.ready()),
    }
    const process = new RoleProcess({
      ...{ role, name, options, data: this.#data.path, clock, logger },
      ...(role === 'core' && core),
    })
    this.#roles.push(process)
    if (process.start()) this.#options.progress(`${name} was still running and goes on`)
  }

  #otherCores(name: string): readonly RoleProcess[] {
    return this.#roles.filter((role) => CORES.includes(role.name) && role.name !== name)
  }

  /** One that waits to be started behind a takeover is needed at once when its other died too. */
  #coreDied(pid: number): void {
    this.#handBackLease(pid)
    for (const role of this.#roles) if (CORES.includes(role.name) && role.pid !== pid) role.hurry()
  }

  /** A core that is seen dead cannot write any more: the next need not wait for its lease to lapse. */
  #handBackLease(pid: number): void {
    const { logger, settings } = this.#options
    // The next primary may be one of another machine, which writes no mark here.
    if (readPid(join(this.#data.path, 'run', 'core.pid')) === pid && isShared(settings)) this.#data.forgetPrimary()
    this.#database?.handBackLease(leaseHolder(settings.node, pid)).then(
      (held) => held && logger.info({ diedPid: pid }, 'the lease of a core that died is handed back'),
      (cause: unknown) => {
        logger.warn({ problem: String(cause) }, 'the lease could not be handed back; it lapses by itself')
      },
    )
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

import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Clock, Logger, Timer } from '#base'
import { isAlive, isRunning, readPid, signal } from './process-table.ts'
import { lastProblem } from './role-log.ts'

/** A process that died at once is started again after this long, doubling while it goes on dying. */
const RESTART_DELAY_MS = 100
/** A machine that cannot start a role is tried this often at the least: quick enough to heal unattended, slow enough not to fill the log. */
const RESTART_DELAY_MS_MAX = 5_000
/**
 * A core that died is started again so much later where another stands behind it: loading it takes a second of a processor, which the
 * takeover needs that very moment. Until then the other machine's cores, or nobody, stand behind the new primary.
 */
const BEHIND_TAKEOVER_MS = 1_000
/** A process that lived this long did not die of its start. */
const SETTLED_MS = 3_000
/** How often an adopted process (not our child, so no signal tells) is looked at. */
const ADOPTED_POLL_MS = 50
/** What a role may take to end in order before it is killed: a core writes what it accepted. */
const STOP_MS_MAX = 10_000
const STOP_POLL_MS = 20

export type RoleName = 'edge' | 'core' | 'media' | 'archive'

export interface RoleProcessOptions {
  readonly role: RoleName
  /** Names this process among those of its role on this machine: `core1`. Files of the run folder begin with it. */
  readonly name: string
  /** What the process is told; may hold secrets, so it goes through a file that only the owner reads. */
  readonly options: unknown
  /** The data folder: its `run` holds pid and options, its `log` the output. */
  readonly data: string
  readonly clock: Clock
  readonly logger: Logger
  /** Called when the process is seen dead without having been stopped, before it is started again. */
  died?(pid: number): void
  /** Whether another process does its work meanwhile, so that it need not be there at once. */
  isReplaced?(): boolean
}

/**
 * Keeps one role running: starts it, or takes over one that an earlier supervisor left, and starts it again whenever it dies.
 * The process is in a session of its own with its output in a file, so it outlives a supervisor that is killed.
 */
export class RoleProcess {
  readonly #options: RoleProcessOptions
  #child: ChildProcess | undefined
  #pid: number | undefined
  #outdated: number | undefined
  #startedAt = 0
  #delayMs = RESTART_DELAY_MS
  #stopped = false
  #timer: Timer | undefined
  /** It waits for nothing but the end of a takeover. */
  #isBehind = false
  /** How often the role was started again after a death. */
  restarts = 0

  constructor(options: RoleProcessOptions) {
    this.#options = options
  }

  get pid(): number | undefined {
    return this.#pid
  }

  get name(): string {
    return this.#options.name
  }

  /** Whether the process was left by an earlier supervisor. */
  get adopted(): boolean {
    return this.#pid !== undefined && this.#child === undefined
  }

  /** Takes over the process that the pid file names if it lives and is this role, else starts one. True when taken over as it is. */
  start(): boolean {
    const left = readPid(this.#file('pid'))
    if (left === undefined || !isRunning(left, [this.#options.role, this.#file('options.json')])) {
      this.#spawn()
      return false
    }
    this.#pid = left
    this.#startedAt = this.#options.clock.monotonic()
    this.#watchAdopted(left)
    if (readFileSync(this.#file('options.json'), 'utf8') === JSON.stringify(this.#options.options)) return true
    // It was started with other settings: it ends in order, and its successor gets those of now.
    this.#outdated = left
    signal(left, 'SIGTERM')
    return false
  }

  /** Whether the role has said that it serves (it writes its own `ready` file). */
  ready(): boolean {
    if (this.#pid === undefined || this.#pid === this.#outdated) return false
    return readPid(this.#file('ready')) === this.#pid
  }

  /** Asks the role to end, kills it if it does not, and does not start it again. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#timer?.stop()
    const pid = this.#pid
    if (pid === undefined) return
    signal(pid, 'SIGTERM')
    for (let waitedMs = 0; isAlive(pid); waitedMs += STOP_POLL_MS) {
      if (waitedMs >= STOP_MS_MAX) signal(pid, 'SIGKILL')
      await new Promise<void>((resolve) => this.#options.clock.after(STOP_POLL_MS, resolve))
    }
    this.#pid = undefined
    for (const kind of ['pid', 'ready', 'options.json']) rmSync(this.#file(kind), { force: true })
  }

  /** Stops the process if it is of this role. */
  async stopIf(role: RoleName): Promise<void> {
    if (role === this.#options.role) await this.stop()
  }

  /** A full disk must not end the supervisor, which holds the rest of the machine together. */
  #spawn(): void {
    try {
      this.#spawnNow()
    } catch (cause) {
      const { clock, logger, name } = this.#options
      logger.error({ process: name, problem: String(cause) }, 'a role could not be started; trying again')
      this.#timer = clock.after(RESTART_DELAY_MS_MAX, () => this.#spawn())
    }
  }

  #spawnNow(): void {
    const { role, name, options, data } = this.#options
    this.#writeOptions(JSON.stringify(options))
    rmSync(this.#file('ready'), { force: true })
    const output = openSync(join(data, 'log', `${name}.log`), 'a', 0o600)
    const main = fileURLToPath(new URL('./main.ts', import.meta.url))
    const child = spawn(process.execPath, [main, role, this.#file('options.json')], {
      // The working folder of whoever starts it may be removed while it runs.
      cwd: data,
      stdio: ['ignore', output, output],
      detached: true,
    })
    closeSync(output)
    this.#child = child
    this.#pid = child.pid
    this.#startedAt = this.#options.clock.monotonic()
    child.once('error', (cause) => {
      this.#options.logger.error({ process: name, problem: cause.message }, 'a role could not be started; trying again')
      if (child.pid === undefined) this.#timer = this.#options.clock.after(RESTART_DELAY_MS_MAX, () => this.#spawn())
    })
    child.once('exit', () => {
      if (this.#child === child) this.#exited(child.pid ?? 0)
    })
    child.unref()
    if (child.pid !== undefined) this.#writePid(child.pid)
  }

  /** Without its number on the disk the role runs all the same; only a later supervisor would not find it. */
  #writePid(pid: number): void {
    const { logger, name } = this.#options
    try {
      writeFileSync(this.#file('pid'), String(pid))
    } catch (cause) {
      logger.error({ process: name, problem: String(cause) }, 'the number of a process could not be written')
    }
  }

  /** Whole or not at all, and only when they changed: what is on a full disk stays usable. */
  #writeOptions(text: string): void {
    const file = this.#file('options.json')
    if (existsSync(file) && readFileSync(file, 'utf8') === text) return
    writeFileSync(`${file}.new`, text, { mode: 0o600 })
    renameSync(`${file}.new`, file)
  }

  #watchAdopted(pid: number): void {
    this.#timer = this.#options.clock.after(ADOPTED_POLL_MS, () => {
      if (isAlive(pid)) this.#watchAdopted(pid)
      else this.#exited(pid)
    })
  }

  #exited(pid: number): void {
    if (this.#stopped) return
    if (pid === this.#outdated) return this.#replaceOutdated(pid)
    const { clock, logger, name } = this.#options
    const livedMs = clock.monotonic() - this.#startedAt
    // First whoever waits for this death: all else takes time from them.
    this.#options.died?.(pid)
    const reason = lastProblem(this.#options.data, name, clock.now() - livedMs)
    logger.warn(
      { process: name, diedPid: pid, livedMs: Math.round(livedMs), ...(reason ? { reason } : {}) },
      'a role died and is started again',
    )
    this.#pid = undefined
    this.restarts++
    const behindMs = this.#options.isReplaced?.() ? BEHIND_TAKEOVER_MS : 0
    if (livedMs >= SETTLED_MS) {
      this.#delayMs = RESTART_DELAY_MS
      if (behindMs === 0) this.#spawn()
      else {
        this.#isBehind = true
        this.#timer = clock.after(behindMs, () => this.hurry())
      }
      return
    }
    this.#timer = clock.after(Math.max(behindMs, this.#delayMs), () => this.#spawn())
    this.#delayMs = Math.min(this.#delayMs * 2, RESTART_DELAY_MS_MAX)
  }

  /** Starts a process that waits for the end of a takeover now; one that dies again and again is not hurried. */
  hurry(): void {
    if (!this.#isBehind || this.#stopped) return
    this.#isBehind = false
    this.#timer?.stop()
    this.#spawn()
  }

  #replaceOutdated(pid: number): void {
    this.#options.logger.info(
      { process: this.name, endedPid: pid },
      'a role of other settings ended and is started anew',
    )
    this.#outdated = undefined
    this.#options.died?.(pid)
    this.#spawn()
  }

  #file(kind: string): string {
    return join(this.#options.data, 'run', `${this.#options.name}.${kind}`)
  }
}

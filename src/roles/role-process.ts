import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Clock, Logger, Timer } from '#base'

/** A process that died at once is started again after this long, doubling while it goes on dying. */
const RESTART_DELAY_MS = 100
/** A machine that cannot start a role is tried this often at the least: quick enough to heal unattended, slow enough not to fill the log. */
const RESTART_DELAY_MS_MAX = 5_000
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
}

/**
 * Keeps one role running: starts it, or takes over one that an earlier supervisor left, and starts it again whenever it dies.
 * The process is in a session of its own with its output in a file, so it outlives a supervisor that is killed.
 */
export class RoleProcess {
  readonly #options: RoleProcessOptions
  #child: ChildProcess | undefined
  #pid: number | undefined
  #startedAt = 0
  #delayMs = RESTART_DELAY_MS
  #stopped = false
  #timer: Timer | undefined
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

  /** Takes over the process that the pid file names if it lives and is this role, else starts one. True when taken over. */
  start(): boolean {
    const left = readPid(this.#file('pid'))
    if (left !== undefined && isRole(left, this.#options.role, this.#file('options.json'))) {
      this.#pid = left
      this.#startedAt = this.#options.clock.monotonic()
      this.#watchAdopted(left)
      return true
    }
    this.#spawn()
    return false
  }

  /** Whether the role has said that it serves (it writes its own `ready` file). */
  ready(): boolean {
    return this.#pid !== undefined && readPid(this.#file('ready')) === this.#pid
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

  #spawn(): void {
    const { role, name, options, data } = this.#options
    writeFileSync(this.#file('options.json'), JSON.stringify(options), { mode: 0o600 })
    rmSync(this.#file('ready'), { force: true })
    const output = openSync(join(data, 'log', `${name}.log`), 'a', 0o600)
    const main = fileURLToPath(new URL('./main.ts', import.meta.url))
    const child = spawn(process.execPath, [main, role, this.#file('options.json')], {
      stdio: ['ignore', output, output],
      detached: true,
    })
    closeSync(output)
    this.#child = child
    this.#pid = child.pid
    this.#startedAt = this.#options.clock.monotonic()
    if (child.pid !== undefined) writeFileSync(this.#file('pid'), String(child.pid))
    child.once('error', (cause) =>
      this.#options.logger.error({ role, name, problem: cause.message }, 'the role could not be started'),
    )
    child.once('exit', () => {
      if (this.#child === child) this.#exited(child.pid ?? 0)
    })
    child.unref()
  }

  #watchAdopted(pid: number): void {
    this.#timer = this.#options.clock.after(ADOPTED_POLL_MS, () => {
      if (isAlive(pid)) this.#watchAdopted(pid)
      else this.#exited(pid)
    })
  }

  #exited(pid: number): void {
    if (this.#stopped) return
    const { clock, logger, name } = this.#options
    const livedMs = clock.monotonic() - this.#startedAt
    logger.warn({ process: name, diedPid: pid, livedMs: Math.round(livedMs) }, 'a role died and is started again')
    this.#pid = undefined
    this.restarts++
    this.#options.died?.(pid)
    if (livedMs >= SETTLED_MS) {
      this.#delayMs = RESTART_DELAY_MS
      this.#spawn()
      return
    }
    this.#timer = clock.after(this.#delayMs, () => this.#spawn())
    this.#delayMs = Math.min(this.#delayMs * 2, RESTART_DELAY_MS_MAX)
  }

  #file(kind: string): string {
    return join(this.#options.data, 'run', `${this.#options.name}.${kind}`)
  }
}

/** The number that a pid file holds; undefined when there is none. */
export function readPid(file: string): number | undefined {
  if (!existsSync(file)) return undefined
  const pid = Number.parseInt(readFileSync(file, 'utf8'), 10)
  return Number.isInteger(pid) && pid > 1 ? pid : undefined
}

/** Whether a process with this number exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM'
  }
  return !isZombie(pid)
}

/** A dead child that nobody has reaped yet still has a number: it is dead all the same. */
function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) === 'Z'
  } catch {
    return false
  }
}

/** Numbers of processes are used again: the command line tells whether it is still ours. */
function isRole(pid: number, role: RoleName, optionsFile: string): boolean {
  if (!isAlive(pid)) return false
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
    return words.includes(role) && words.includes(optionsFile)
  } catch {
    return false
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It is gone already: what was asked for.
  }
}

import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ApiClient, eventually } from './api-client.ts'
import { freePort, freeRtpRange } from './free-ports.ts'
import { leaveLogs, watchLogs } from './system-logs.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** The first start makes a database, and the pages where nobody has; on a busy machine that takes its time. */
const START_MS_MAX = 210_000

/** A supervisor that has not ended its children by then hangs. */
const STOP_MS_MAX = 30_000

/** The processes that a test may kill. */
export type SystemRole = 'core' | 'edge' | 'media' | 'media2' | 'archive'

/** A whole Tandem on this machine, started as a user starts it: `tandem start --demo` on free ports in a data folder of its own. */
export interface System {
  readonly http: string
  readonly sip: { readonly host: string; readonly port: number }
  readonly data: string
  /** What `tandem start` printed, in full. */
  output(): string
  /** A client that is logged in. */
  api(user?: string): Promise<ApiClient>
  /** The process number of a role as it is now. */
  pid(role: SystemRole): number
  /** The other processes that it runs, such as the backup core and the archive; not the supervisor. */
  otherPids(): number[]
  /** The process of the embedded database. */
  postgresPid(): number
  /** Kills the supervisor and every role at one stroke, as when the machine loses power; an embedded database lives on. Another signal than SIGKILL instead. */
  crash(signal?: NodeJS.Signals): void
  /** Sends a signal (SIGKILL unless told) and gives the number that it went to. */
  kill(role: SystemRole, signal?: NodeJS.Signals): number
  /** Waits for another process in this role than that one. */
  replaced(role: SystemRole, before: number): Promise<number>
  /** The media process that has this port. */
  mediaAt(port: number): 'media' | 'media2'
  /** The end of a role's log, for failing tests. */
  log(role: SystemRole | 'supervisor', bytes?: number): string
  stop(): Promise<void>
}

/** The ports of a system that others must find again after it was started anew. */
export interface SystemPorts {
  readonly http: number
  readonly sip: number
  readonly rtp: string
}

export interface SystemOptions {
  /** Goes on with the data of a system that was stopped. */
  readonly data?: string
  /** Its ports; free ones unless told. */
  readonly ports?: SystemPorts
  readonly environment?: Readonly<Record<string, string>>
  /** Leaves the data folder for somebody to look into. */
  readonly keepData?: boolean
  /** The tree whose program is started; this one, unless a test changed a copy of it. */
  readonly tree?: string
  /** The number of a group of their own for its processes, by which a network tells them from others'; root alone may give one. */
  readonly group?: number
}

/** Whether folders of systems stay, logs and all, for whoever looks into a test that failed: set `KEEP_TEST_DATA=1`. */
export const KEEPS = process.env['KEEP_TEST_DATA'] === '1'

/** Starts a system and waits until it says that a call would be answered. */
export async function startSystem(options: SystemOptions = {}): Promise<System> {
  const data = options.data ?? mkdtempSync(join(tmpdir(), 'tandem-'))
  const [sips, ws] = await Promise.all([freePort(), freePort()])
  const { http, sip, rtp } = options.ports ?? { http: await freePort(), sip: await freePort(), rtp: freeRtpRange() }
  const child = spawn(process.execPath, [join(options.tree ?? ROOT, 'bin/tandem.js'), 'start', '--demo'], {
    cwd: data,
    env: {
      ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TANDEM_'))),
      TANDEM_HTTP_PORT: String(http),
      TANDEM_SIP_PORT: String(sip),
      TANDEM_SIPS_PORT: String(sips),
      TANDEM_SIP_WS_PORT: String(ws),
      TANDEM_RTP_PORTS: rtp,
      TANDEM_DATA: data,
      ...options.environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.group === undefined ? {} : { gid: options.group }),
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
  }
  watchLogs(data)
  const orphans = () => endRoles(data, child)
  process.once('exit', orphans)
  const stop = async () => {
    await endChild(child)
    endRoles(data, child)
    process.removeListener('exit', orphans)
    leaveLogs(data)
    if (!options.data && !options.keepData && !KEEPS)
      rmSync(data, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }
  const system = describeSystem({ http, sip, data, child }, () => output, stop)
  try {
    await ready(child, () => output)
  } catch (cause) {
    await stop()
    throw cause
  }
  return system
}

async function ready(child: ChildProcess, output: () => string): Promise<void> {
  await eventually(
    'the line "ready in … ms"',
    () => {
      if (/^ready in \d+ ms/m.test(output())) return true
      return child.exitCode === null && child.signalCode === null ? undefined : false
    },
    START_MS_MAX,
  ).then(
    (well) => {
      if (!well) throw new Error(`tandem start ended with ${child.exitCode ?? child.signalCode}:\n${output()}`)
    },
    (cause: unknown) => {
      throw new Error(`tandem start was not ready in ${START_MS_MAX} ms:\n${output()}`, { cause })
    },
  )
}

function describeSystem(
  at: { readonly http: number; readonly sip: number; readonly data: string; readonly child: ChildProcess },
  output: () => string,
  stop: () => Promise<void>,
): System {
  const base = `http://127.0.0.1:${at.http}`
  const pid = (role: SystemRole) => readPid(at.data, role)
  return {
    http: base,
    sip: { host: '127.0.0.1', port: at.sip },
    data: at.data,
    output,
    api: (user = 'supervisor') => eventually(`a session for ${user}`, () => new ApiClient(base).logIn(user)),
    pid,
    otherPids: () => {
      const names = ['edge', 'core', 'media', 'media2', 'supervisor'].map((name) => join(at.data, 'run', `${name}.pid`))
      const known = names.filter((file) => existsSync(file)).map(readPidFile)
      return pidsOf(at.data).filter((number) => !known.includes(number))
    },
    postgresPid: () =>
      Number(readFileSync(join(at.data, 'postgres', 'cluster', 'postmaster.pid'), 'utf8').split('\n')[0]),
    crash(signal = 'SIGKILL') {
      for (const number of new Set([at.child.pid ?? 0, ...pidsOf(at.data)])) signalIfThere(number, signal)
    },
    kill(role, signal = 'SIGKILL') {
      const number = pid(role)
      process.kill(number, signal)
      return number
    },
    replaced: (role, before) =>
      eventually(`another ${role}`, () => {
        const now = pid(role)
        return now !== before && isAlive(now) ? now : undefined
      }),
    mediaAt: (port) => {
      const found = (['media', 'media2'] as const).find((role) => {
        const { first, last } = rtpPortsOf(at.data, role)
        return port >= first && port <= last
      })
      if (!found) throw new Error(`no media process has port ${port}`)
      return found
    },
    log: (role, bytes = 8_000) => {
      const file = join(at.data, 'log', `${role}.log`)
      return existsSync(file) ? readFileSync(file, 'utf8').slice(-bytes) : `(no ${file})`
    },
    stop,
  }
}

function pidsOf(data: string): number[] {
  const run = join(data, 'run')
  const files = existsSync(run) ? readdirSync(run).filter((name) => name.endsWith('.pid')) : []
  return [...new Set(files.map((file) => readPidFile(join(run, file))))].filter((pid) => pid > 1)
}

function readPidFile(file: string): number {
  return Number(readFileSync(file, 'utf8').trim())
}

/** The number of a role's process, as the supervisor wrote it into the data folder. */
export function readPid(data: string, role: SystemRole): number {
  return readPidFile(join(data, 'run', `${role}.pid`))
}

function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  if (pid > 1 && isAlive(pid)) process.kill(pid, signal)
}

/** The ports that a media process was started with. */
function rtpPortsOf(data: string, role: SystemRole): { readonly first: number; readonly last: number } {
  return JSON.parse(readFileSync(join(data, 'run', `${role}.options.json`), 'utf8')).rtpPorts
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Ends what a supervisor left behind that did not end in order: no test leaves processes on the machine. */
function endRoles(data: string, child: ChildProcess): void {
  if (child.exitCode === 0) return
  child.kill('SIGTERM')
  for (const pid of pidsOf(data)) if (isAlive(pid)) process.kill(pid, 'SIGTERM')
}

async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX)
  await ended
  clearTimeout(timer)
}

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from './api-client.ts'
import { freePort } from './free-ports.ts'

/** A real redis-server of a test's own. */
export interface TestRedis {
  readonly url: string
  readonly port: number
  readonly pid: number
  /** Starts it again on the same port after it was killed; with an empty memory. */
  start(): Promise<void>
  /** What it answers to a command of one line. */
  says(command: string): Promise<string>
  /** Sends a signal, SIGKILL unless told. */
  kill(signal?: NodeJS.Signals): void
  stop(): Promise<void>
}

/** Starts a redis-server that keeps nothing on disk; `settings` as on its command line. */
export async function startRedis(settings: readonly string[] = [], given?: number): Promise<TestRedis> {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-redis-'))
  const port = given ?? (await freePort())
  const own = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder]
  return startServer([...own, ...settings], port, folder)
}

async function startServer(args: readonly string[], port: number, folder: string): Promise<TestRedis> {
  let child: ChildProcess | undefined
  const end = () => child?.kill('SIGKILL')
  process.once('exit', end)
  const redis: TestRedis = {
    url: `redis://127.0.0.1:${port}`,
    port,
    get pid() {
      return child?.pid ?? 0
    },
    async start() {
      child = spawn('redis-server', args, { stdio: 'ignore' })
      await eventually('redis-server', () => answers(port))
    },
    says: (command) => ask(port, command),
    kill: (signal = 'SIGKILL') => void child?.kill(signal),
    async stop() {
      process.removeListener('exit', end)
      const ended = new Promise((resolve) => child?.once('exit', resolve))
      if (child?.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL')
        await ended
      }
      rmSync(folder, { recursive: true, force: true })
    },
  }
  await redis.start()
  return redis
}

/** A Sentinel that watches the master on that port and replaces it within some seconds of its death; two of them must agree. */
export async function startSentinel(name: string, master: number): Promise<TestRedis> {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'tandem-sentinel-'))
  const file = join(folder, 'sentinel.conf')
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${folder}`,
    `sentinel monitor ${name} 127.0.0.1 ${master} 2`,
    `sentinel down-after-milliseconds ${name} 1000`,
    `sentinel failover-timeout ${name} 5000`,
  ]
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 })
  return startServer([file, '--sentinel'], port, folder)
}

function ask(port: number, command: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect({ host: '127.0.0.1', port }, () => socket.write(`${command}\r\nquit\r\n`))
    socket.on('data', (data) => {
      answer += data.toString()
    })
    socket.once('error', () => resolve(''))
    socket.once('close', () => resolve(answer))
  })
}

function answers(port: number): Promise<true | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    const done = (result: true | undefined) => {
      socket.destroy()
      resolve(result)
    }
    socket.once('error', () => done(undefined))
    socket.once('connect', () => done(true))
  })
}

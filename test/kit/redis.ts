import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
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
  /** Sends a signal, SIGKILL unless told. */
  kill(signal?: NodeJS.Signals): void
  stop(): Promise<void>
}

/** Starts a redis-server that keeps nothing on disk; `settings` as on its command line. */
export async function startRedis(settings: readonly string[] = [], given?: number): Promise<TestRedis> {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-redis-'))
  const port = given ?? (await freePort())
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
      const ports = settings.includes('--port') ? [] : ['--port', String(port)]
      const args = [...ports, '--bind', '127.0.0.1', '--save', '', '--dir', folder, ...settings]
      child = spawn('redis-server', args, { stdio: 'ignore' })
      await eventually('redis-server', () => answers(port))
    },
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

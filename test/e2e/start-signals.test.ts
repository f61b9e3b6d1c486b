/** Every way in which a person or a machine tells `npm start` to end: all processes go, also in the midst of the first start. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../kit/api-client.ts'
import { freePort, freeRtpRange } from '../kit/free-ports.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** A path with a space: nobody chooses it, and it happens. */
const data = join(mkdtempSync(join(tmpdir(), 'tandem-signals-')), 'the data')
const started: Started[] = []
let ports: Record<string, string>

interface Started {
  readonly child: ChildProcess
  readonly ended: Promise<number | NodeJS.Signals | null>
  output(): string
}

/** Starts `npm start`, or Tandem itself, as the leader of a process group as a shell does. */
function start(command: 'npm' | 'tandem', more: Readonly<Record<string, string | undefined>> = {}): Started {
  const [file, ...words] = command === 'npm' ? ['npm', 'start'] : [process.execPath, 'bin/tandem.js', 'start', '--demo']
  const environment = Object.entries(process.env).filter(([name]) => !name.startsWith('TANDEM_'))
  const child = spawn(file!, words, {
    cwd: ROOT,
    detached: true,
    env: { ...Object.fromEntries(environment), ...ports, TANDEM_DATA: data, ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) =>
    child.once('exit', (code, signal) => resolve(code ?? signal)),
  )
  const one = { child, ended, output: () => output }
  started.push(one)
  return one
}

function says(one: Started, what: RegExp): Promise<true> {
  return eventually(`${what} in: ${one.output()}`, () => (what.test(one.output()) ? true : undefined), 120_000)
}

/** The processes whose command line names the data folder. */
function left(): string {
  return spawnSync('pgrep', ['-af', data], { encoding: 'utf8' }).stdout
}

beforeAll(async () => {
  ports = {
    TANDEM_HTTP_PORT: String(await freePort()),
    TANDEM_SIP_PORT: String(await freePort()),
    TANDEM_SIP_WS_PORT: String(await freePort()),
    TANDEM_RTP_PORTS: freeRtpRange(),
  }
})

afterEach(async () => {
  for (const { child, ended } of started.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid!, 'SIGTERM')
    await ended
  }
})

afterAll(() => rmSync(join(data, '..'), { recursive: true, force: true, maxRetries: 5 }))

describe('npm start', () => {
  it('ends in the midst of its first start, and leaves nothing half made', async () => {
    const one = start('tandem')
    await says(one, /Making a new database/)
    process.kill(-one.child.pid!, 'SIGINT')
    expect(await one.ended).toBe(0)
    expect(left()).toBe('')
    expect(readdirSync(join(data, 'postgres')).filter((name) => name.startsWith('cluster.'))).toEqual([])
    expect(one.output()).not.toMatch(/ready in|error|\n\s+at /)
  })

  it('ends on Ctrl-C, which reaches npm and Tandem at once', async () => {
    const one = start('npm')
    await says(one, /^ready in \d+ ms/m)
    process.kill(-one.child.pid!, 'SIGINT')
    await one.ended
    await says(one, /stopped; the data are kept/)
    expect(left()).toBe('')
  })

  it('ends when npm alone is told to, and npm waits for it', async () => {
    const one = start('npm')
    await says(one, /^ready in \d+ ms/m)
    one.child.kill('SIGTERM')
    await one.ended
    expect(one.output()).toMatch(/stopped; the data are kept/)
    expect(left()).toBe('')
  })

  it('lives on when nobody reads its output any more, and ends in order though it is told twice', async () => {
    const one = start('tandem', { HOME: undefined, TMPDIR: '/nonexistent' })
    await says(one, /^ready in \d+ ms/m)
    one.child.stdout?.destroy()
    one.child.stderr?.destroy()
    const health = `http://127.0.0.1:${ports['TANDEM_HTTP_PORT']}/health/primary`
    for (const role of ['archive', 'edge']) spawnSync('pkill', ['-9', '-f', join(data, 'run', `${role}.options.json`)])
    await eventually('edge and archive are started again', () =>
      [/ edge /, / archive /].every((role) => role.test(left())) ? true : undefined,
    )
    await eventually('calls that would be answered', async () => ((await fetch(health)).ok ? true : undefined))
    one.child.kill('SIGTERM')
    one.child.kill('SIGTERM')
    expect(await one.ended).toBe(0)
    expect(left()).toBe('')
  })
})

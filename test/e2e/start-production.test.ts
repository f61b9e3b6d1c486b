/** A centre that is no demo, from its first start to its end, as its operator sees it by `start`, `status` and `doctor`. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ApiClient, eventually } from '../kit/api-client.ts'
import { freePort, freeRtpRange } from '../kit/free-ports.ts'
import { endOf } from '../kit/outside.ts'

const TANDEM = fileURLToPath(new URL('../../bin/tandem.js', import.meta.url))
const PASSWORD = 'a-long-enough-password'

const folder = mkdtempSync(join(tmpdir(), 'tandem-production-'))
const data = join(folder, 'data')
let environment: Record<string, string | undefined>
let http: number
let supervisor: ChildProcess | undefined
let output = ''

beforeAll(async () => {
  http = await freePort()
  environment = {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TANDEM_'))),
    TANDEM_HTTP_PORT: String(http),
    TANDEM_SIP_PORT: String(await freePort()),
    TANDEM_SIP_WS_PORT: String(await freePort()),
    TANDEM_RTP_PORTS: freeRtpRange(),
    // Relative: it is meant from where the command is given.
    TANDEM_DATA: 'data',
  }
})

afterAll(async () => {
  if (supervisor) {
    supervisor.kill('SIGTERM')
    await eventually('everything to end', () => (left() === '' ? true : undefined))
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})

/** Runs a command to its end. */
function tandem(words: readonly string[], more: Record<string, string> = {}) {
  const child = spawn(process.execPath, [TANDEM, ...words], {
    cwd: folder,
    env: { ...environment, ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return endOf(child, 120_000)
}

async function startAnew(password?: string): Promise<void> {
  output = ''
  const child = spawn(process.execPath, [TANDEM, 'start'], {
    cwd: folder,
    env: { ...environment, ...(password ? { TANDEM_ADMIN_PASSWORD: password } : {}) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  supervisor = child
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
  await eventually('ready', () => (/^ready in/m.test(output) ? true : undefined), 120_000)
}

function left(): string {
  return spawnSync('pgrep', ['-af', data], { encoding: 'utf8' }).stdout
}

function logIn(user: string, password: string): Promise<ApiClient> {
  return new ApiClient(`http://127.0.0.1:${http}`).logIn(user, password)
}

describe('tandem status and doctor on a machine where nothing runs', () => {
  it('say so, and make nothing', async () => {
    const status = await tandem(['status'])
    expect(status).toMatchObject({ code: 1, output: expect.stringContaining('Tandem does not run on the data folder') })
    const doctor = await tandem(['doctor'])
    expect(doctor.output).toContain('nothing stands in the way')
    expect(doctor.code).toBe(0)
    expect(existsSync(data)).toBe(false)
  })
})

describe('a centre that is no demo', () => {
  it('asks for its administrator before it makes anything', async () => {
    for (const password of ['', 'short']) {
      const { code, output } = await tandem(['start'], { TANDEM_ADMIN_PASSWORD: password })
      expect(code).toBe(1)
      expect(output).toContain('set TANDEM_ADMIN_PASSWORD (at least 12 characters)')
      expect(output).not.toMatch(/\n\s+at /)
    }
    expect(readdirSync(data)).not.toContain('postgres')
    expect(left()).toBe('')
  })

  it('lets its administrator in and none of the demo', async () => {
    await startAnew(PASSWORD)
    const users = await (await logIn('admin', PASSWORD)).get<{ items?: unknown[] } | unknown[]>('/users')
    expect(Array.isArray(users) ? users : users.items).toHaveLength(1)
    for (const user of ['supervisor', 'agent1']) await expect(logIn(user, `demo-${user}`)).rejects.toThrow('401')
    expect(output).not.toMatch(/demo-|2001/)
  })

  it('is whole by status and doctor', async () => {
    const json = await eventually('a whole machine', async () => {
      const { code, output } = await tandem(['status', '--json'])
      return code === 0 ? JSON.parse(output) : undefined
    })
    expect(json.roles.map(({ role, ready }: { role: string; ready: boolean }) => [role, ready])).toEqual([
      ['edge', true],
      ['core', true],
      ['media', true],
      ['media', true],
      ['archive', true],
    ])
    expect(json.cluster.term).toBe(1)
    const doctor = await tandem(['doctor'])
    expect(doctor.output).toContain('nothing stands in the way')
  })

  it('is half dead by status and doctor without its supervisor, and whole again by the next start', async () => {
    supervisor?.kill('SIGKILL')
    await eventually('its end', () => (supervisor?.signalCode ? true : undefined))
    process.kill(Number(readFileSync(join(data, 'run', 'archive.pid'), 'utf8')), 'SIGKILL')
    const status = await tandem(['status'])
    expect(status.code).toBe(1)
    expect(status.output).toContain('nothing that dies is started again')
    expect(status.output).toMatch(/archive +not running/)
    expect(status.output).toMatch(/primary node1#\d+, term 1/)
    const doctor = await tandem(['doctor'])
    expect(doctor).toMatchObject({ code: 1, output: expect.stringContaining('2 to mend') })
    await startAnew()
    expect(output).toContain('core1 was still running and goes on')
    await logIn('admin', PASSWORD)
    expect(await tandem(['start'])).toMatchObject({ code: 1, output: expect.stringContaining('already runs') })
  })

  it('writes no password and no key into a log', () => {
    const secrets = ['pool', 'token', 'edge'].map((name) => readFileSync(join(data, 'run', `${name}.secret`), 'utf8'))
    const logs = readdirSync(join(data, 'log')).map((name) => readFileSync(join(data, 'log', name), 'utf8'))
    for (const secret of [PASSWORD, ...secrets]) expect(logs.join().includes(secret)).toBe(false)
    expect(logs.join()).not.toMatch(/postgres:\/\//)
  })
})

describe('a data folder of a newer PostgreSQL', () => {
  it('is refused, and nothing is left running', async () => {
    const newer = join(folder, 'newer')
    mkdirSync(join(newer, 'postgres', 'cluster'), { recursive: true })
    writeFileSync(join(newer, 'postgres', 'cluster', 'PG_VERSION'), '16\n')
    const [http, sip] = [await freePort(), await freePort()]
    const words = ['start', '--demo', '--data', newer, '--http-port', String(http), '--sip-port', String(sip)]
    const ws = String(await freePort())
    const { code, output } = await tandem(words, { TANDEM_RTP_PORTS: freeRtpRange(), TANDEM_SIP_WS_PORT: ws })
    expect(code).toBe(1)
    expect(output).toContain('was written by PostgreSQL 16, but this release of Tandem brings 15')
    expect(spawnSync('pgrep', ['-af', newer], { encoding: 'utf8' }).stdout).toBe('')
  })
})

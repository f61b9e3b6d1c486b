import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiClient, eventually } from '../kit/api-client.ts'
import { runCommand } from '../kit/command.ts'
import { freePort, freeRtpRange } from '../kit/free-ports.ts'
import { Phone } from '../kit/phone.ts'
import { type Pool, startPool } from '../kit/pool.ts'
import { hasDebianPostgres } from '../kit/postgres-pair.ts'
import { type System, startSystem } from '../kit/system.ts'

/** The commands of a block of the page. */
function commandsOf(block: string): string {
  const page = readFileSync(new URL('../../docs/operations/backup.md', import.meta.url), 'utf8')
  const [, commands = ''] = new RegExp(`\`\`\`sh ${block}\\n([\\s\\S]*?)\`\`\``).exec(page) ?? []
  expect(commands).toContain('pg_')
  return commands
}

interface Kept {
  readonly version: number
  readonly calls: readonly { readonly id: string; readonly from: string; readonly state: string }[]
  readonly recordings: readonly string[]
  readonly sound: Buffer
}

/** What a restore has to bring back, as the API shows it. */
async function kept(system: System): Promise<Kept> {
  const api = await system.api()
  const { version } = await (await system.api('admin')).get<Kept>('/configuration')
  const { items: calls } = await api.get<{ items: Kept['calls'] }>('/interactions?limit=100&state=closed')
  const call = calls.find(({ from }) => from.includes('7820001'))
  if (!call) return { version, calls, recordings: [], sound: Buffer.alloc(0) }
  const { recordings } = await api.get<Pick<Kept, 'recordings'>>(`/interactions/${call.id}`)
  const [recording] = recordings
  const sound = recording === undefined ? Buffer.alloc(0) : await soundOf(api, recording)
  return { version, calls, recordings, sound }
}

/** Nothing while it is not in storage. */
async function soundOf(api: ApiClient, id: string): Promise<Buffer> {
  const answer = await api.raw('GET', `/recordings/${id}/audio`)
  return answer.status === 200 ? Buffer.from(await answer.arrayBuffer()) : Buffer.alloc(0)
}

describe.skipIf(!hasDebianPostgres())('a backup (needs the package postgresql)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-backup-'))
  let pool: Pool
  let restored: System | undefined
  let restoredUrl: string
  let other: System | undefined
  let before: Kept
  beforeAll(async () => {
    pool = await startPool({ nodes: ['node1'], redis: false })
    mkdirSync(join(folder, 'backup'))
    mkdirSync(join(folder, 'data'))
  })
  afterAll(async () => {
    await Promise.all([restored?.stop(), other?.stop()])
    await pool?.close()
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  })

  const run = (block: string, url: string, data: string) =>
    promisify(execFile)('sh', ['-ec', commandsOf(block)], {
      env: { ...process.env, TANDEM_POSTGRES_URL: url, TANDEM_DATA: data, BACKUP: join(folder, 'backup') },
    })

  it('is made while the system runs, with a call and its recording', async () => {
    const node = pool.node('node1')
    const phone = await Phone.open({ server: node.sip, user: '7820001' })
    const call = await phone.dial('1011')
    await call.connected()
    const api = await node.api()
    await eventually('the message to be recorded', async () => {
      const { items } = await api.get<{ items: Kept['calls'] }>('/interactions?limit=100&state=open')
      const { recordings } = await api.get<Kept>(`/interactions/${items[0]?.id}`)
      return recordings.length > 0 ? true : undefined
    })
    await call.hangUp()
    await phone.close()
    before = await eventually(
      'the recording in storage',
      async () => {
        const now = await kept(node)
        return now.sound.length > 0 ? now : undefined
      },
      40_000,
    )
    await run('backup', pool.postgres.url, node.data)
  })

  it('is not restored over a system that is there: that is refused, and nobody notices (fault 27)', async () => {
    const node = pool.node('node1')
    const primary = await pool.primary()
    await expect(run('restore', pool.postgres.url, join(folder, 'data'))).rejects.toMatchObject({
      stderr: expect.stringContaining('schema "tandem" already exists'),
    })
    expect(await pool.primary()).toBe(primary)
    expect(await kept(node)).toEqual(before)
  })

  it('makes a new data folder with a new database what the old ones were (DR-03, DR-01)', async () => {
    const node = pool.node('node1')
    await pool.stop('node1')
    await pool.query('create database restored')
    const url = new URL(pool.postgres.url)
    url.pathname = '/restored'
    const data = join(folder, 'data')
    await run('restore', url.toString(), data)
    const environment = { TANDEM_POSTGRES_URL: url.toString(), TANDEM_NODE: 'node1' }
    restored = await startSystem({ data, environment })
    expect(restored.http).not.toBe(node.http)
    expect(await kept(restored)).toEqual(before)
    const phone = await Phone.open({ server: restored.sip, user: '7820002' })
    const call = await phone.dial('1010')
    await call.connected()
    await call.hangUp()
    await phone.close()
    restoredUrl = url.toString()
  })

  it('is taken over by a machine that the last primary did not know only when its operator says so (DR-01, fault 27)', async () => {
    restored?.crash()
    const data = join(folder, 'other')
    mkdirSync(data)
    const ports = { http: await freePort(), sip: await freePort(), rtp: freeRtpRange() }
    const environment = { TANDEM_POSTGRES_URL: restoredUrl, TANDEM_NODE: 'node9' }
    const starting = startSystem({ data, ports, environment })
    starting.catch(() => {})
    await eventually(
      'a core that waits for those who were known',
      () => (waits(join(data, 'log')) ? true : undefined),
      200_000,
    )
    const tandem = (...words: string[]) =>
      runCommand(['takeover', ...words], { ...environment, TANDEM_DATA: data, TANDEM_HTTP_PORT: String(ports.http) })
    const asked = await tandem()
    expect([asked.code, asked.stderr]).toEqual([1, 'tandem: nothing was changed\n'])
    expect(asked.stdout).toMatch(/it knew node1-core\d.*, and not node9\n/)
    expect(asked.stdout).toContain('those events are never written')
    const known = () => onRestored<{ known: string[] }>('select known from tandem.lease')
    expect((await known()).known).not.toContain('node9-core1')
    const done = await tandem('--yes')
    expect([done.code, done.stderr]).toEqual([0, ''])
    expect(done.stdout).toMatch(/primary node9#\d+, term \d+/)
    other = await starting
    const phone = await Phone.open({ server: other.sip, user: '7820003' })
    const call = await phone.dial('1010')
    await call.connected()
    await call.hangUp()
    await phone.close()
    const again = await tandem('--yes')
    // A machine that stands still for the time of a lease has none; it may take it again.
    const sentence = /^tandem: (node9#\d+ is the primary; |node9 may take over as it is)/
    expect([again.code, again.stderr]).toEqual([1, expect.stringMatching(sentence)])
  })

  async function onRestored<T>(text: string): Promise<T> {
    const client = new Client({ connectionString: restoredUrl })
    await client.connect()
    try {
      return (await client.query(text)).rows[0] as T
    } finally {
      await client.end()
    }
  }
})

/** Whether a core of this machine has said that others may hold more than the database. */
function waits(logs: string): boolean {
  return ['core1', 'core2'].some((core) => {
    const file = join(logs, `${core}.log`)
    return existsSync(file) && readFileSync(file, 'utf8').includes('the last primary did not know this core')
  })
}

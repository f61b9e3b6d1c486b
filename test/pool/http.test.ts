import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { ServerMessage } from '#api/contract'
import { ApiClient, eventually } from '../kit/api-client.ts'
import { Phone } from '../kit/phone.ts'
import type { PhoneCall } from '../kit/phone-call.ts'
import { type Pool, type PoolNode, startPool } from '../kit/pool.ts'

interface Module {
  readonly name: string
  readonly healthy: boolean
  readonly detail: string
}

interface Cluster {
  readonly primary: string
  readonly term: number
  readonly position: number
  readonly cores: readonly { name: string; role: string; node: string; lag: number; modules: Module[] }[]
  readonly others: readonly { name: string; role: string; node: string; modules: Module[] }[]
  readonly machines: readonly { node: string; modules: (Module & { detail: string })[] }[]
}

/** What a browser sees that goes on from a sequence; ends with its first answer. */
function resume(base: string, token: string, sequence?: number): Promise<ServerMessage> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${base.replace('http', 'ws')}/ws`)
    socket.on('error', reject)
    socket.on('open', () =>
      socket.send(JSON.stringify({ type: 'resume', token, topics: ['agents'], ...(sequence && { sequence }) })),
    )
    socket.on('message', (data) => {
      resolve(JSON.parse(String(data)) as ServerMessage)
      socket.close()
    })
  })
}

const LETTER = 'a letter that outlives the machine that took it'

/** A work item with a document that was sent to the machine of that address. */
async function sendLetter(base: string): Promise<{ item: string; hash: string }> {
  const api = new ApiClient(base)
  const { token } = await api.post<{ token: string }>('/sessions', { user: 'admin', password: 'demo-admin' })
  const headers = { authorization: `Bearer ${token}` }
  const upload = await fetch(`${base}/api/v1/documents?name=letter.txt`, {
    ...{ method: 'POST', body: LETTER, headers: { ...headers, 'content-type': 'application/octet-stream' } },
  })
  const { hash } = (await upload.json()) as { hash: string }
  const item = { type: 'work-item', subject: 'a letter', queue: 'support', documents: [{ hash, name: 'letter.txt' }] }
  const made = await api.raw('POST', '/interactions', item, headers)
  return { item: ((await made.json()) as { id: string }).id, hash }
}

/** A phone that registers at one machine is called by somebody who dials in at the other. */
async function ringsThrough(one: PoolNode, other: PoolNode): Promise<void> {
  const agent = await Phone.open({ server: one.sip, user: '2001', password: 'demo-agent1' })
  const caller = await Phone.open({ server: other.sip, user: '7830001' })
  const rung: PhoneCall[] = []
  agent.incoming = (call) => void rung.push(call)
  expect(await agent.register()).toBe(200)
  const api = await other.api()
  await eventually('agent1 to be reachable', async () => {
    const agents = await api.get<readonly { user: string; status: string }[]>('/agents/live')
    return agents.find(({ user }) => user === 'agent1')?.status === 'ready' ? true : undefined
  })
  const call = await caller.dial('2001')
  const its = await eventually('the agent’s phone to ring', () => rung[0])
  its.answer()
  await call.connected(20_000)
  expect(await call.hangUp()).toBe(200)
  expect(await agent.register(0)).toBe(200)
  await Promise.all([agent.close(), caller.close()])
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('HTTP on every core of a pool', () => {
  let pool: Pool
  let primary: ApiClient
  let backup: ApiClient
  let letter: { item: string; hash: string } | undefined
  let gone = ''
  /** A token whose log-out only registers know. */
  let loggedOut = ''
  beforeAll(async () => {
    pool = await startPool()
    primary = await pool.node('node1').api('admin')
    backup = await pool.node('node2').api('admin')
    gone = pool.node('node1').data
  })
  afterAll(() => pool?.close())

  const status = async (node: string, path: string) => (await fetch(`${pool.node(node).http}${path}`)).status

  it('tells a balancer where pages are, and where the primary is', async () => {
    expect(await status('node1', '/health')).toBe(200)
    expect(await status('node2', '/health')).toBe(200)
    expect(await status('node1', '/health/primary')).toBe(200)
    expect(await status('node2', '/health/primary')).toBe(503)
  })

  it('takes a change at a backup, which sees it when it is done (AA-10, SW-19)', async () => {
    const answer = await backup.raw('POST', '/agents/agent1/status', { status: 'ready' })
    expect(answer.status).toBe(200)
    const there = await backup.get<readonly { user: string; status: string }[]>('/agents/live')
    expect(JSON.stringify(there)).toMatch(/"agent1"/)
    expect(await backup.get('/agents/live')).toEqual(await primary.get('/agents/live'))
  })

  it('passes back what the primary refuses', async () => {
    const answer = await backup.raw('POST', '/agents/nobody/status', { status: 'ready' })
    expect(answer.status).toBe(404)
    expect(answer.headers.get('content-type')).toMatch('application/problem+json')
    const stranger = new ApiClient(pool.node('node2').http)
    expect((await stranger.raw('POST', '/agents/agent1/status', { status: 'ready' })).status).toBe(401)
  })

  it('shows the whole pool on any core, each part with a check of its own (AA-08, AA-21)', async () => {
    const whole = (api: ApiClient) =>
      eventually('a whole pool', async () => {
        const seen = await api.get<Cluster>('/cluster')
        const well = [...seen.cores, ...seen.others].every(
          ({ modules }) => modules.length > 0 && modules.every(({ healthy }) => healthy),
        )
        return well && seen.cores.length === 4 && seen.others.length === 6 ? seen : undefined
      })
    const cluster = await whole(backup)
    expect(cluster.cores.map(({ role }) => role).sort()).toEqual(['backup', 'backup', 'backup', 'primary'])
    expect(cluster.cores[0]?.name).toBe(await pool.primary())
    expect(cluster.cores.every(({ lag }) => lag < 100)).toBe(true)
    expect(new Set(cluster.others.map(({ node }) => node))).toEqual(new Set(['node1', 'node2']))
    const asked = await whole(primary)
    const checks = (role: string) =>
      [...asked.cores, ...asked.others].find((one) => one.role === role)?.modules.map(({ name }) => name)
    expect(checks('primary')).toEqual(['voice', 'log', 'journal', 'event loop', 'switchover', 'registers'])
    expect([checks('edge'), checks('archive'), checks('media')]).toEqual([
      ['channel'],
      [expect.stringMatching(/pulse|process/)],
      ['channel', 'points'],
    ])
  })

  it('shows on any core what each machine lends to its processes, and a folder of files that takes none (AA-08, AA-21)', async () => {
    const machine = async (api: ApiClient, node: string) =>
      (await api.get<Cluster>('/cluster')).machines.find((one) => one.node === node)
    const files = (api: ApiClient, words: RegExp) =>
      eventually(`files of node1: ${words}`, async () => {
        const told = (await machine(api, 'node1'))?.modules.find(({ name }) => name === 'files')
        return told && words.test(told.detail) ? told.healthy : undefined
      })
    for (const api of [primary, backup])
      for (const node of ['node1', 'node2'])
        await eventually(
          `what ${node} has`,
          async () =>
            (await machine(api, node))?.modules.map(({ name }) => name).join() === 'memory,processor,files' ||
            undefined,
        )
    await files(primary, /^stored and read in/)
    // A share that is no longer there: a file lies in its place.
    const folder = join(pool.node('node1').data, 'blobs')
    renameSync(folder, `${folder}.away`)
    try {
      writeFileSync(folder, 'no folder')
      for (const api of [primary, backup]) expect(await files(api, /^cannot be stored: ENOTDIR/)).toBe(false)
    } finally {
      rmSync(folder)
      renameSync(`${folder}.away`, folder)
    }
    // Told at once to the other machine, as it began.
    for (const api of [primary, backup]) await files(api, /^stored and read in/)
  })

  it('has every change of the configuration on every core: people, queues, flows, numbers, settings, and what is removed (RPL-02, RPL-03, RPL-04, RPL-06, RPL-13, RPL-20, MSU-01, SW-54, CFG-03, CFG-11, CFG-19)', async () => {
    type Document = Readonly<Record<string, Readonly<Record<string, object>>>>
    const version = async (api: ApiClient) => (await api.get<{ version: number }>('/configuration')).version
    const document = (api: ApiClient) => api.get<Document>('/configuration/document')
    const [first, before] = [await version(primary), await document(primary)]
    const changed = {
      ...before,
      users: { ...before['users'], newcomer: { ...before['users']?.['agent1'], extension: '2777' } },
      queues: { ...before['queues'], orders: before['queues']?.['support'] },
      flows: { ...before['flows'], goodbye: { start: 'end', steps: { end: { type: 'hang-up' } } } },
      numbers: { ...before['numbers'], '1777': { type: 'flow', flow: 'goodbye' } },
      parameters: { ...before['parameters'], 'Switchover Max TS Failures': { value: '3' } },
    }
    // Taken at the backup and done by the primary: then it is on both.
    await backup.post('/configuration/publish', { basedOn: first, document: changed })
    expect([await document(primary), await version(primary)]).toEqual([changed, first + 1])
    expect(await document(backup)).toEqual(changed)
    await primary.post('/configuration/publish', { basedOn: first + 1, document: before })
    await eventually('the removal at the backup', async () =>
      (await version(backup)) === first + 2 ? true : undefined,
    )
    expect(await document(backup)).toEqual(before)
    // What belongs to one machine is no part of it: each still has its own name and ports.
    const { cores } = await backup.get<Cluster>('/cluster')
    expect(new Set(cores.map(({ node }) => node))).toEqual(new Set(['node1', 'node2']))
    for (const node of ['node1', 'node2']) expect(await status(node, '/health')).toBe(200)
  })

  it('names every machine alike on every core, also the one that leads (RPL-05, HSB-16)', async () => {
    const names = ({ primary: leads, cores, others }: Cluster) => [
      leads,
      ...[...cores, ...others].map(({ name, node }) => `${node} ${name}`).sort(),
    ]
    const there = names(await backup.get<Cluster>('/cluster'))
    expect(names(await primary.get<Cluster>('/cluster'))).toEqual(there)
    expect(there[0]).toBe(await pool.primary())
    expect(there).toContain('node2 node2-edge')
  })

  it('answers under whatever name it is asked: that of the pages need not be that of SIP (AA-05)', async () => {
    const { port, host } = new URL(pool.node('node2').http)
    const headers = { host: 'desk.example', origin: 'https://desk.example' }
    const asked = (path: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        get({ host: '127.0.0.1', port, path, headers }, (answer) => {
          answer.resume()
          resolve(answer.statusCode)
        }).on('error', reject)
      })
    for (const path of ['/health', '/desk']) expect([path, await asked(path)]).toEqual([path, 200])
    const socket = new WebSocket(`ws://${host}/ws`, { headers })
    await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject))
    socket.close()
  })

  it('plays a recording that another machine has, and gives files to nobody but the pool', async () => {
    const sound = Buffer.concat([Buffer.from('RIFF'), Buffer.alloc(1000, 7)])
    mkdirSync(join(pool.node('node1').data, 'blobs', 'recordings'), { recursive: true })
    writeFileSync(join(pool.node('node1').data, 'blobs', 'recordings', 'r1.wav'), sound)
    await pool.query(
      `insert into tandem.recording (id, interaction, started_at, duration_ms, channels, codec, state, blob_key, size_bytes, attributes)
       values ('r1', 'i1', 1, 125, 1, 'pcmu', 'stored', 'recordings/r1.wav', $1, '{}')`,
      [sound.length],
    )
    const supervisor = await pool.node('node2').api()
    const answer = await supervisor.raw('GET', '/recordings/r1/audio')
    expect(answer.status).toBe(200)
    expect(Buffer.from(await answer.arrayBuffer()).equals(sound)).toBe(true)
    expect(await status('node1', '/blobs/recordings/r1.wav')).toBe(404)
  })

  it('lets people log in and out while Redis is away, on every machine, and tells it who is there when it is back empty (LIC-05, FS-24, FS-40, MSU-09)', async () => {
    const redis = pool.redis!
    const logIn = (node: string, user: string) => pool.node(node).api(user)
    const at = (node: string, token: string, method = 'GET', path = '/sessions/current') =>
      new ApiClient(pool.node(node).http).raw(method, path, undefined, { authorization: `Bearer ${token}` })
    const session = async (node: string, user: string) => {
      const api = new ApiClient(pool.node(node).http)
      return (await api.post<{ token: string }>('/sessions', { user, password: `demo-${user}` })).token
    }
    await logIn('node1', 'agent11')
    const registers = async () => {
      const { cores } = await backup.get<Cluster>('/cluster')
      return cores.flatMap(({ modules }) => modules).find(({ name }) => name === 'registers')
    }
    expect(await registers()).toMatchObject({ healthy: true })
    redis.kill()
    // It is still shown as ill: one failure more, and each core would be alone.
    await eventually('it to be shown that Redis is away, and that the cores do without', async () => {
      const { healthy, detail } = (await registers())!
      return !healthy && detail.includes('over their links') ? true : undefined
    })
    const [stays, leaves] = [await session('node1', 'admin'), await session('node1', 'agent13')]
    // Who is there is whoever asks for something.
    await (await logIn('node2', 'agent15')).get('/sessions/current')
    expect([(await at('node2', stays)).status, (await at('node2', leaves)).status]).toEqual([200, 200])
    expect((await at('node1', leaves, 'DELETE', '/sessions')).status).toBe(204)
    const isOut = async () => (await at('node2', leaves)).status === 401
    await eventually('the log-out at the other machine', async () => ((await isOut()) ? true : undefined))
    await eventually('both machines’ log-ins in one list', async () => {
      const list = (await (await at('node2', stays, 'GET', '/sessions')).json()) as { items: { user: string }[] }
      const users = list.items.map(({ user }) => user)
      return ['admin', 'agent15'].every((user) => users.includes(user)) ? true : undefined
    })
    await ringsThrough(pool.node('node1'), pool.node('node2'))
    await redis.start()
    await eventually('it to be shown that Redis is back', async () => ((await registers())?.healthy ? true : undefined))
    for (const user of ['agent11', 'agent15'])
      await eventually(`the seat of ${user}`, async () =>
        (await redis.says('keys *seat*')).includes(`/${user}`) ? true : undefined,
      )
    await eventually('the log-out in Redis', async () =>
      (await redis.says('keys *session-over*')).includes('session-over/') ? true : undefined,
    )
    expect([(await at('node2', stays)).status, await isOut()]).toEqual([200, true])
    loggedOut = leaves
  })

  it('has each file on a second machine (IR-17)', async () => {
    letter = await sendLetter(pool.node('node1').http)
    const { hash } = letter
    const lies = (node: string) => join(pool.node(node).data, 'blobs', 'files', hash.slice(0, 2), hash)
    expect(readFileSync(lies('node1'), 'utf8')).toBe(LETTER)
    // At once, but for a machine that is so busy that it is made up for: a minute, and some.
    await eventually('the copy', () => (existsSync(lies('node2')) ? true : undefined), 150_000)
    expect(readFileSync(lies('node2'), 'utf8')).toBe(LETTER)
    const metrics = await (await fetch(`${pool.node('node1').http}/metrics`)).text()
    expect(metrics).toMatch(/^tandem_files_without_copy \d+$/m)
  })

  it('lets a browser go on at the other core, and takes changes while the primary is replaced (FS-13, FS-32, AA-07, AA-18, HSB-08)', async () => {
    const { token } = await backup.post<{ token: string }>('/sessions', {
      user: 'supervisor',
      password: 'demo-supervisor',
    })
    const first = await resume(pool.node('node1').http, token)
    expect(first.type).toBe('snapshot')
    const before = await pool.primary()
    const pid = Number(before.split('#')[1])
    pool.crash('node1')
    await eventually('the end of the primary', () => (isAlive(pid) ? undefined : true))
    // Nobody is primary now: it waits for the next one.
    const changed = await backup.raw('POST', '/agents/agent3/status', { status: 'not-ready' })
    expect(changed.status).toBe(200)
    expect(await pool.primary(before)).toMatch(/^node2#/)
    const next = await resume(pool.node('node2').http, token, first.type === 'snapshot' ? first.sequence : 0)
    expect(next.type).toBe('changes')
    expect(JSON.stringify(next)).toContain('agent3')
    const out = { authorization: `Bearer ${loggedOut}` }
    expect((await new ApiClient(pool.node('node2').http).raw('GET', '/sessions/current', undefined, out)).status).toBe(
      401,
    )
    await eventually('health of the primary', async () =>
      (await status('node2', '/health/primary')) === 200 ? true : undefined,
    )
  })
  it('gives a file that was sent to a machine that is gone with its disk (IR-17)', async () => {
    expect(pool.nodes().map(({ name }) => name)).toEqual(['node2'])
    rmSync(gone, { recursive: true, force: true })
    const answer = await backup.raw('GET', `/interactions/${letter!.item}/item/documents/${letter!.hash}`)
    expect([answer.status, await answer.text()]).toEqual([200, LETTER])
  })
})

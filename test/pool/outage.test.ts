/** The store of a pool goes away for all, or for the primary alone: what was let out is in the log afterwards, once, whoever is primary. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { hearsMore } from '../e2e/kill-stage.ts'
import { ApiClient, eventually } from '../kit/api-client.ts'
import { Phone } from '../kit/phone.ts'
import type { PhoneCall } from '../kit/phone-call.ts'
import { type Pool, type PoolNode, startPool } from '../kit/pool.ts'

interface Seen {
  readonly id: string
  readonly from: string
  readonly state: string
}

let pool: Pool
const phones: Phone[] = []
const sockets: WebSocket[] = []
let streams = 1
let users = 7_820_000

async function dial(node: PoolNode, number = '1010'): Promise<{ readonly user: string; readonly call: PhoneCall }> {
  const user = String(users++)
  const phone = await Phone.open({ server: node.sip, user, nextStream: () => streams++ })
  phones.push(phone)
  return { user, call: await phone.dial(number) }
}

/** A call that is answered; gives who called and how long that took. */
async function answered(node: PoolNode) {
  const startedAt = performance.now()
  const { user, call } = await dial(node)
  await call.connected()
  const tookMs = performance.now() - startedAt
  await hearsMore(call, 5)
  return { user, call, tookMs }
}

/** What a core's own fold knows of a caller. */
async function knows(api: ApiClient, user: string): Promise<Seen> {
  return eventually(`the call of ${user}`, async () => {
    const { items } = await api.get<{ items: Seen[] }>('/interactions?state=open&limit=100')
    return items.find(({ from }) => from.includes(user))
  })
}

/** Every caller stands in history once, and closed. */
async function historyHas(callers: readonly string[]): Promise<void> {
  const api = await pool.nodes()[0]!.api()
  await eventually(
    'each call once in history',
    async () => {
      const { items } = await api.get<{ items: Seen[] }>('/interactions?state=closed&limit=200')
      const times = callers.map((user) => items.filter(({ from }) => from.includes(user)).length)
      return times.every((count) => count === 1) ? true : undefined
    },
    60_000,
  )
}

/** A browser that follows a node, from what it has seen on; its first message and the code that it is closed with. */
async function browser(node: PoolNode, sequence?: number) {
  const account = { user: 'supervisor', password: 'demo-supervisor' }
  const api = new ApiClient((await pool.primaryNode()).http)
  const { token } = await api.post<{ token: string }>('/sessions', account)
  const socket = new WebSocket(`${node.http.replace('http', 'ws')}/ws`)
  sockets.push(socket)
  const first = new Promise<unknown>((resolve, reject) => {
    socket.once('message', (data) => resolve(JSON.parse(String(data))))
    socket.once('error', reject)
  })
  const closed = new Promise<number>((resolve) => socket.once('close', resolve))
  socket.on('open', () => socket.send(JSON.stringify({ type: 'resume', token, topics: ['agents'], sequence })))
  return { first, closed }
}

function isAlive(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0)
  } catch {
    return false
  }
}

/** The node that leads, and the other one. */
async function roles(): Promise<{ readonly leading: PoolNode; readonly other: PoolNode }> {
  const leading = await pool.primaryNode()
  return { leading, other: pool.nodes().find(({ name }) => name !== leading.name)! }
}

/** The lease names a core of each node: from then on an outage is survived. */
async function protectedBy(...nodes: readonly string[]): Promise<void> {
  await eventually(
    `the lease names cores of ${nodes.join(' and ')}`,
    async () => {
      const [row] = await pool.query<{ known: string[] | null }>('select known from tandem.lease')
      const machines = new Set(row?.known?.map((name) => name.slice(0, name.lastIndexOf('-'))))
      return nodes.every((name) => machines.has(name)) && machines.size === nodes.length ? true : undefined
    },
    60_000,
  )
}

beforeAll(async () => {
  pool = await startPool({ ownWays: true })
  await protectedBy('node1', 'node2')
})
// A test that fails leaves the pool to the next one as it found it.
afterEach(async () => {
  for (const name of ['node1', 'node2']) pool.way(name).mend()
  for (const name of ['node1', 'node2']) if (!pool.nodes().some((node) => node.name === name)) await pool.start(name)
  await protectedBy('node1', 'node2')
})
afterAll(async () => {
  for (const socket of sockets) socket.terminate()
  await Promise.all(phones.map((one) => one.close()))
  await pool?.close()
})

/** A new password is refused in a sentence, and nothing else of the request is done: the old one opens, and no version says that there is a new one. */
async function passwordsAreNotSet(node: PoolNode): Promise<void> {
  const admin = await node.api('admin')
  const version = async () => (await admin.get<{ version: number }>('/configuration')).version
  const before = await version()
  const changed = async (name: string, change: object) => {
    const { name: _, ...value } = await admin.get<{ name: string }>(`/users/${name}`)
    return admin.raw('PUT', `/users/${name}`, { ...value, ...change, basedOn: before })
  }
  for (const answer of [
    await admin.raw('POST', '/users/agent5/password', { password: 'set while it is away' }),
    await changed('agent5', { displayName: 'Else', password: 'set while it is away' }),
  ]) {
    const { detail } = (await answer.json()) as { detail: string }
    expect([answer.status, detail]).toEqual([
      503,
      expect.stringContaining('nothing was changed: passwords are kept by the database'),
    ])
  }
  expect(await version()).toBe(before)
  await node.api('agent5')
  // Who shall be out is disabled: that is configuration, and is taken.
  expect((await changed('agent7', { disabled: true })).status).toBe(200)
  expect(
    (await new ApiClient(node.http).raw('POST', '/sessions', { user: 'agent7', password: 'demo-agent7' })).status,
  ).toBe(403)
}

describe('a pool whose database goes away', () => {
  it('for all: calls are answered, the other machine follows, people log in, no password is set, and history has each call once (FS-03, FS-27, FS-38, CFG-06, MSU-14)', async () => {
    const [one, two] = [pool.node('node1'), pool.node('node2')]
    const [api, backup] = [await one.api(), await two.api()]
    const standing = await answered(one)
    const primary = await pool.primary()
    for (const name of ['node1', 'node2']) pool.way(name).cut()
    const calls: Awaited<ReturnType<typeof answered>>[] = []
    try {
      for (const node of [one, two, one, two]) {
        const made = await answered(node)
        calls.push(made)
        // Its own fold has it, though the database does not.
        await knows(backup, made.user)
      }
      // Fresh log-ins, at the primary and at the other machine.
      for (const node of [one, two])
        expect((await (await node.api('agent3')).get<{ user: string }>('/sessions/current')).user).toBe('agent3')
      await passwordsAreNotSet(one)
      await eventually('events that wait with the consent of the other machine', async () => {
        const { waits } = await api.get<{ waits: { events: number; others: { said: string }[] } | null }>('/cluster')
        return waits && waits.events > 0 && waits.others.some(({ said }) => said === 'consents') ? true : undefined
      })
      await hearsMore(standing.call)
      for (const { call } of [standing, ...calls]) await call.hangUp()
    } finally {
      for (const name of ['node1', 'node2']) pool.way(name).mend()
    }
    await historyHas([standing, ...calls].map(({ user }) => user))
    expect(await pool.primary()).toBe(primary)
    const answeredMs = calls.map(({ tookMs }) => Math.round(tookMs))
    console.log(JSON.stringify({ bench: 'calls while the database is away for all', answeredMs }))
  })

  it('for a backup’s machine alone: the primary tells it what is so; without that too it shows no browser what was, is none for a balancer, and serves again when it is back (SW-01)', async () => {
    const { leading, other } = await roles()
    pool.way(other.name).hold()
    const made = await answered(leading)
    await knows(await other.api(), made.user)
    const { sequence } = (await (await browser(leading)).first) as { sequence: number }
    const there = await browser(other, sequence)
    expect(await there.first).not.toMatchObject({ type: 'problem' })
    const health = async () => (await fetch(`${other.http}/health`)).status
    expect(await health()).toBe(200)
    await made.call.hangUp()
    await historyHas([made.user])

    pool.crash(leading.name)
    expect(await there.closed).toBe(4504)
    await eventually('a machine that is none for a balancer', async () => ((await health()) === 503 ? true : undefined))
    pool.way(other.name).mend()
    await eventually('a machine that is one again', async () => ((await health()) === 200 ? true : undefined))
    const back = await browser(other, sequence)
    expect(((await back.first) as { sequence: number }).sequence).toBeGreaterThanOrEqual(sequence)
    await pool.start(leading.name)
    await pool.connected(2, 2)
  })

  it('for the primary alone: it hands over within the time of a lease, and nothing that was let out is lost (SW-07, SW-76, SW-04)', async () => {
    const before = await pool.primary()
    const { leading, other } = await roles()
    const standing = await answered(leading)
    const seen = await knows(await other.api(), standing.user)
    pool.way(leading.name).cut()
    const cutAt = performance.now()
    // Its events find out that the database is away for this machine alone.
    const next = await answered(other)
    const handedOverMs = Math.round(performance.now() - cutAt)
    expect(await pool.primary(before)).toContain(`${other.name}#`)
    await hearsMore(standing.call)
    expect(await knows(await other.api(), standing.user)).toEqual(seen)
    pool.way(leading.name).mend()
    for (const { call } of [standing, next]) await call.hangUp()
    await historyHas([standing.user, next.user])
    console.log(JSON.stringify({ bench: 'primary alone without the database', newCallAnsweredMs: handedOverMs }))
  })

  it('just when a core has started anew: it is fed like the others, and calls are answered (FS-03)', async () => {
    const { leading, other } = await roles()
    const ready = join(other.data, 'run', 'core1.ready')
    const said = () => (existsSync(ready) ? readFileSync(ready, 'utf8') : '')
    // It may just be starting after the test before, and the file be that of its life before.
    const before = await eventually('a core that is ready', () => (isAlive(Number(said())) ? said() : undefined))
    await eventually('the lease names that core', async () => {
      const [row] = await pool.query<{ known: string[] | null }>('select known from tandem.lease')
      return row?.known?.includes(`${other.name}-core1`) || undefined
    })
    process.kill(Number(before), 'SIGKILL')
    await eventually('the next core says that it is ready', () => (said() !== '' && said() !== before) || undefined)
    for (const name of ['node1', 'node2']) pool.way(name).cut()
    const { call, user } = await answered(leading)
    for (const name of ['node1', 'node2']) pool.way(name).mend()
    await call.hangUp()
    await historyHas([user])
  })

  it('and then its primary dies: the other machine writes what it was given, and goes on (FS-02, FS-03)', async () => {
    const before = await pool.primary()
    const { leading, other } = await roles()
    await pool.connected(2, 2)
    const there = await other.api()
    for (const name of ['node1', 'node2']) pool.way(name).cut()
    const waiting = await dial(other, '1001')
    await waiting.call.connected()
    const { user } = await answered(other)
    const seen = await knows(there, waiting.user)
    const [stored] = await pool.query<{ sequence: string }>('select sequence from tandem.log_head')
    pool.crash(leading.name)
    await hearsMore(waiting.call)
    pool.way(other.name).mend()
    expect(await pool.primary(before)).toContain(`${other.name}#`)
    expect(await knows(await other.api(), waiting.user)).toEqual(seen)
    // The lease comes first, what waited is written under it.
    await eventually('what waited is written', async () => {
      const [now] = await pool.query<{ sequence: string }>('select sequence from tandem.log_head')
      return Number(now?.sequence) > Number(stored?.sequence) ? true : undefined
    })
    await hearsMore(waiting.call)
    const next = await answered(other)
    for (const { call } of [waiting, next]) await call.hangUp()
    await historyHas([waiting.user, next.user])
    expect(user).not.toBe(next.user)
  })

  it.each<[string, () => Promise<void>, () => Promise<void>]>([
    [
      'that answers after half a second and more',
      async () => {
        for (const name of ['node1', 'node2']) pool.way(name).slow(700)
      },
      async () => {},
    ],
    [
      'that hangs',
      async () => {
        for (const name of ['node1', 'node2']) pool.way(name).hold()
      },
      async () => {},
    ],
    [
      'that takes no changes',
      async () => {
        await pool.query('alter system set default_transaction_read_only = on')
        await pool.query('select pg_reload_conf()')
      },
      async () => {
        await pool.query('alter system reset default_transaction_read_only')
        await pool.query('select pg_reload_conf()')
      },
    ],
  ])('one %s counts as away for all (FS-03)', async (_, spoil, mend) => {
    const one = pool.node('node1')
    const { other } = await roles()
    const primary = await pool.primary()
    await pool.connected(2, 2)
    const backup = await other.api()
    await spoil()
    const calls: Awaited<ReturnType<typeof answered>>[] = []
    try {
      for (let made = 0; made < 4; made++) {
        calls.push(await answered(one))
        await knows(backup, calls.at(-1)!.user)
      }
      for (const { call } of calls) await call.hangUp()
    } finally {
      await mend()
      for (const name of ['node1', 'node2']) pool.way(name).mend()
    }
    await historyHas(calls.map(({ user }) => user))
    expect(await pool.primary()).toBe(primary)
  })
})

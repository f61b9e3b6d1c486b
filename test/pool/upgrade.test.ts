/** Two builds of formats that differ, one machine after the other, under calls; the way back, and where it ends. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Cluster } from '#api/contract'
import { removeTree } from '../chaos/mutate.ts'
import { hearsMore, type SeenInteraction, talking } from '../e2e/kill-stage.ts'
import { eventually } from '../kit/api-client.ts'
import { type CommandResult, runCommand } from '../kit/command.ts'
import { makeNextRelease, NEXT_RELEASE } from '../kit/next-release.ts'
import { Phone } from '../kit/phone.ts'
import type { PhoneCall } from '../kit/phone-call.ts'
import { type Pool, startPool } from '../kit/pool.ts'

/** A new call this often, over the edge that is in service. */
const CALL_EVERY_MS = 500

let pool: Pool
let next: string
const phones: Phone[] = []
let streams = 1
let longestGapMs = 0

async function phone(node: string, user: string, password?: string): Promise<Phone> {
  const opened = await Phone.open({
    server: pool.node(node).sip,
    user,
    nextStream: () => streams++,
    gapSeen: ({ ms }) => {
      longestGapMs = Math.max(longestGapMs, ms)
    },
    ...(password === undefined ? {} : { password }),
  })
  phones.push(opened)
  return opened
}

/** Runs a command on a machine, of the build that the machine has. */
function tandem(node: string, tree: string | undefined, ...words: string[]): Promise<CommandResult> {
  const { data, http } = pool.node(node)
  const environment = { TANDEM_NODE: node, TANDEM_DATA: data, TANDEM_HTTP_PORT: new URL(http).port }
  return runCommand(words, { ...environment, TANDEM_POSTGRES_URL: pool.postgres.url }, tree)
}

/** The number of a process of a machine, by the name of its file. */
function pidOf(node: string, name: string): number {
  return Number(readFileSync(join(pool.node(node).data, 'run', `${name}.pid`), 'utf8'))
}

/** Kills both cores of a machine, whose supervisor stands still meanwhile: nobody gives their lease back, and none of that build is there to take it. */
async function withoutCores(node: string, meanwhile: () => Promise<void>): Promise<void> {
  const supervisor = pidOf(node, 'supervisor')
  process.kill(supervisor, 'SIGSTOP')
  try {
    for (const core of ['core1', 'core2']) process.kill(pidOf(node, core), 'SIGKILL')
    await meanwhile()
  } finally {
    process.kill(supervisor, 'SIGCONT')
  }
}

/** The pool as the machine's core sees it, when it looks so. */
function cluster(node: string, what: string, holds: (now: Cluster) => boolean): Promise<Cluster> {
  return eventually(
    what,
    async () => {
      const api = await pool.node(node).api('admin')
      const now = await api.get<Cluster>('/cluster')
      return holds(now) ? now : undefined
    },
    120_000,
  )
}

/** Whether a backup of that machine pings the primary and might take over. */
function hasBackup({ cores }: Cluster, node: string): boolean {
  return cores.some(
    (core) => core.node === node && core.modules?.some(({ name, detail }) => name === 'pings' && detail === 'backup'),
  )
}

const isPrimaryAt = ({ primary }: Cluster, node: string) => primary?.startsWith(`${node}#`) ?? false

/** Calls that come all the while, each answered, heard and hung up. */
class NewCalls {
  answered = 0
  failed: string[] = []
  node = 'node2'
  #stopped = false
  #running: Promise<void> | undefined

  start(): void {
    this.#running = this.#run()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#running
  }

  async #run(): Promise<void> {
    const callers = new Map<string, Phone>()
    const calls: Promise<void>[] = []
    for (let number = 0; !this.#stopped; number++) {
      const { node } = this
      const caller = callers.get(node) ?? (await phone(node, `7830${node.slice(-1)}`))
      callers.set(node, caller)
      calls.push(this.#call(caller, `${number} at ${node}`))
      await new Promise((resolve) => setTimeout(resolve, CALL_EVERY_MS))
    }
    await Promise.all(calls)
  }

  async #call(caller: Phone, which: string): Promise<void> {
    try {
      const call = await caller.dial('1009')
      await call.connected(60_000)
      this.answered++
      await call.hangUp()
    } catch (cause) {
      this.failed.push(`${which}: ${String(cause)}`)
    }
  }
}

beforeAll(async () => {
  next = makeNextRelease()
  pool = await startPool()
}, 300_000)
afterAll(async () => {
  await Promise.all(phones.map((one) => one.close()))
  await pool?.close()
  if (next) removeTree(next)
})

describe('a rolling upgrade under calls', () => {
  const standing: PhoneCall[] = []
  const newCalls = new NewCalls()
  let talk: readonly [PhoneCall, PhoneCall]
  let waiting: PhoneCall
  let place: string | null

  const waiter = async (node: string) => {
    const api = await pool.node(node).api()
    const { items } = await api.get<{ items: SeenInteraction[] }>('/interactions?state=open&limit=100')
    return items.find(({ from }) => from.includes('7820003'))
  }

  /** New calls go on to be answered from here. */
  async function answeredMore(): Promise<void> {
    const before = newCalls.answered
    await eventually(
      'three new calls that are answered',
      () => (newCalls.answered > before + 2 ? true : undefined),
      120_000,
    )
  }

  async function allGoOn(): Promise<void> {
    await Promise.all([talking(...talk), hearsMore(waiting), ...standing.map((call) => hearsMore(call))])
    const calls = [...talk, waiting, ...standing]
    expect(calls.map(({ state }) => state)).toEqual(calls.map(() => 'connected'))
  }

  /** Takes a machine out of service, changes its build, and takes it back. */
  async function upgrade(node: string, other: string, otherTree: string | undefined): Promise<void> {
    newCalls.node = other
    const drained = await tandem(node, undefined, 'drain', node)
    expect(drained).toMatchObject({ code: 0, stderr: '' })
    expect(drained.stdout).toContain(`${node} takes no new work`)
    // Its own edge still carries the calls that came by it; their sound is elsewhere.
    expect(drained.stdout).not.toContain('sound here')
    await cluster(other, `${other} is primary`, (now) => isPrimaryAt(now, other))
    await allGoOn()
    await pool.stop(node)
    await pool.start(node, next)
    expect((await tandem(other, otherTree, 'drain', node, '--undo')).stdout).toContain(`${node} takes work again`)
    await pool.connected(2, 2)
    await cluster(other, `a backup on ${node}`, (now) => hasBackup(now, node))
    await allGoOn()
  }

  it('begins with one release, a talk, a caller who waits, and calls that come', async () => {
    const agent = await phone('node2', '2001', 'demo-agent1')
    const rung: PhoneCall[] = []
    agent.incoming = (call) => {
      rung.push(call)
      call.ring()
    }
    expect(await agent.register()).toBe(200)
    // The edge tells the primary, which is on the other machine.
    await eventually('the agent to be reachable', async () => {
      const agents = await (await pool.node('node1').api()).get<{ user: string; status: string }[]>('/agents/live')
      return agents.find(({ user }) => user === 'agent1')?.status === 'ready' ? true : undefined
    })
    const caller = await (await phone('node1', '7820001')).dial('2001')
    const answering = await eventually('the phone of the agent to ring', () => rung[0])
    answering.answer()
    await caller.connected()
    talk = [caller, answering]
    waiting = await (await phone('node1', '7820003')).dial('1001')
    await waiting.connected()
    for (const [node, user] of [
      ['node1', '7820004'],
      ['node2', '7820005'],
    ] as const) {
      const call = await (await phone(node, user)).dial('1010')
      await call.connected()
      standing.push(call)
    }
    await allGoOn()
    place = (await eventually('the place in the queue', async () => (await waiter('node1'))?.queuedAt)) ?? null
    const now = await cluster('node1', 'backups on both machines', (one) => hasBackup(one, 'node2'))
    expect(now.level).toBe(1)
    newCalls.start()
  })

  it('changes the primary’s machine: what it carries goes to the other, and two releases share the pool (SW-11, SW-16)', async () => {
    await upgrade('node1', 'node2', undefined)
    const now = await cluster('node2', 'both releases', ({ cores }) =>
      [NEXT_RELEASE, '0.1.0'].every((release) => cores.some((core) => core.release === release)),
    )
    // The newer one is a backup that takes over by itself, as it writes and reads the pool's level.
    expect(now).toMatchObject({ level: 1, switchover: { pair: 'active' } })
  })

  it('does not raise the format while one core does not read it, and says which (SW-16)', async () => {
    const api = await pool.node('node2').api('admin')
    const refused = await api.raw('PUT', '/cluster/level', { level: 2 })
    expect(refused.status).toBe(409)
    expect(((await refused.json()) as { detail: string }).detail).toMatch(
      /not every core reads level 2 \(.*node2-core\d reads up to 1.*\); upgrade or remove them first/,
    )
  })

  it('goes to the newer release and back, which writes the older one’s format alone (SW-15, SW-16)', async () => {
    expect(await tandem('node2', undefined, 'switchover', '--to', 'node1')).toMatchObject({ code: 0 })
    await cluster('node2', 'the newer is primary', (now) => isPrimaryAt(now, 'node1') && hasBackup(now, 'node2'))
    await allGoOn()
    expect(await tandem('node1', next, 'switchover', '--to', 'node2')).toMatchObject({ code: 0 })
    await cluster('node2', 'the older is primary', (now) => isPrimaryAt(now, 'node2') && hasBackup(now, 'node1'))
    await allGoOn()
    // Only a format above the pool's has the release in a takeover.
    const rows = await pool.query<{ body: string }>(
      'select body from tandem.log union all select body from tandem.log_archive',
    )
    const takeovers = rows.map(({ body }) => body).filter((body) => body.includes('"TookOver"'))
    expect(takeovers.length).toBeGreaterThan(2)
    expect(takeovers.filter((body) => body.includes('"release"'))).toEqual([])
  })

  it('outlives a death in the midst of it: the newer release takes over from the older, and the older from the newer (FS-06, SW-16)', async () => {
    for (const [dies, next] of [
      ['node2', 'node1'],
      ['node1', 'node2'],
    ] as const) {
      await cluster(dies, `${dies} is primary`, (now) => isPrimaryAt(now, dies) && hasBackup(now, next))
      const before = await pool.primary()
      await withoutCores(dies, async () => {
        expect(await pool.primary(before)).toMatch(new RegExp(`^${next}#`))
        await cluster(next, `${next} takes over by itself`, (now) => isPrimaryAt(now, next))
        await answeredMore()
        await allGoOn()
      })
      const now = await cluster(next, `a backup on ${dies} again`, (one) => hasBackup(one, dies))
      expect(isPrimaryAt(now, next)).toBe(true)
      expect((await waiter(next))?.queuedAt).toBe(place)
    }
  })

  it('loses nothing while there is no backup on the other machine, and that one has all when it is back (FS-10)', async () => {
    const { term, primary } = await cluster('node2', 'a backup on node1', (now) => hasBackup(now, 'node1'))
    await withoutCores('node1', async () => {
      await answeredMore()
      await allGoOn()
    })
    const now = await cluster('node2', 'a backup on node1 again', (one) => hasBackup(one, 'node1'))
    expect(now).toMatchObject({ term, primary })
    const api = await pool.node('node1').api('admin')
    await eventually('node1 to have folded as far', async () => {
      const { cores } = await api.get<Cluster>('/cluster')
      const mine = cores.filter(({ node }) => node === 'node1')
      return mine.length === 2 && mine.every(({ position }) => (position ?? 0) >= now.position) ? true : undefined
    })
    const { id, queuedAt } = (await waiter('node2'))!
    expect(await waiter('node1')).toMatchObject({ id, queuedAt, state: 'queued' })
  })

  it('changes the other machine, and nothing is lost: talk, place, music, new calls (SW-10)', async () => {
    await upgrade('node2', 'node1', next)
    await newCalls.stop()
    expect(newCalls.failed).toEqual([])
    expect(newCalls.answered).toBeGreaterThan(10)
    expect((await waiter('node1'))?.queuedAt).toBe(place)
    await cluster('node1', 'one release', ({ cores }) => cores.every(({ release }) => release === NEXT_RELEASE))
    console.log(
      JSON.stringify({ bench: 'rolling upgrade', newCalls: newCalls.answered, longestGapMs: Math.round(longestGapMs) }),
    )
  })

  it('raises the format when all read it; an older build may join then, and is refused as primary with the reason (SW-12, SW-14)', async () => {
    const api = await pool.node('node1').api('admin')
    expect(await api.raw('PUT', '/cluster/level', { level: 2 }).then(({ status }) => status)).toBe(200)
    await pool.stop('node2')
    await pool.start('node2')
    const now = await cluster('node1', 'an older core beside the newer', ({ cores }) =>
      cores.some(
        ({ node, modules }) => node === 'node2' && modules?.some(({ detail }) => detail?.includes('upgrade-lower')),
      ),
    )
    expect(now.level).toBe(2)
    const status = await tandem('node1', next, 'status')
    expect(status.stdout).toContain('backup, upgrade-lower')
    const refused = await tandem('node1', next, 'switchover', '--to', 'node2')
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringMatching(/it reads the log’s formats 1 to 1, and the log is written in 2/),
    ])
    await allGoOn()
  })

  it('has every call once in its history, and ended by whoever hung up', async () => {
    for (const call of [talk[0], waiting, ...standing]) await call.hangUp()
    const numbers = ['7820001', '7820003', '7820004', '7820005']
    await eventually(
      'the four records',
      async () => {
        const rows = await pool.query<{ address: string }>(
          `select from_address as address from tandem.interaction_summary where from_address like '%782000%'`,
        )
        const each = numbers.filter((number) => rows.some(({ address }) => address.includes(number)))
        return each.length === numbers.length && rows.length === numbers.length ? true : undefined
      },
      60_000,
    )
  })
})

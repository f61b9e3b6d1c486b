/** One run: a system, callers, agents and clients, and a nemesis; it leaves its folder full of histories and judges nothing. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ApiClient, eventually } from '../kit/api-client.ts'
import { startPool } from '../kit/pool.ts'
import type { TestRedis } from '../kit/redis.ts'
import { sharedNow } from '../kit/rtp-stream.ts'
import { type System, startSystem } from '../kit/system.ts'
import { Random } from '../simulation/random.ts'
import { collect, journalCaughtUp } from './collect.ts'
import { FAULTS } from './faults/index.ts'
import { HistoryWriter } from './history.ts'
import { Network } from './network.ts'
import { planCalls } from './plan.ts'
import type { RunMeta, RunOptions } from './run-options.ts'
import { ActorProcess, makeWorld, type World } from './world.ts'

/** After the last call the status of every agent must be true by then. */
const SETTLE_MS = 5_500
const JOURNAL_MS_MAX = 20_000
/** Callers and agents come to an end by their own limits; a run that lasts longer hangs. */
const ACTORS_MS_MAX = 240_000
const FAKETIME = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1'

const options = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as RunOptions
const nemesisHistory = new HistoryWriter(join(options.folder, 'nemesis.jsonl'))

/** What a run is made against: one machine, or several that share a PostgreSQL and a Redis. */
interface Site {
  readonly systems: readonly System[]
  readonly redis?: TestRedis
  readonly databaseUrl: string
  readonly shiftClock?: (offset: string) => void
  stop(): Promise<void>
}

async function startSeveral(): Promise<Site> {
  const nodes = Array.from({ length: options.nodes ?? 1 }, (_, index) => `node${index + 1}`)
  const pool = await startPool({ nodes })
  return {
    systems: pool.nodes(),
    ...(pool.redis ? { redis: pool.redis } : {}),
    databaseUrl: pool.postgres.url,
    stop: () => pool.close(),
  }
}

async function start(): Promise<Site> {
  if ((options.nodes ?? 1) > 1) return startSeveral()
  const clockFile = join(options.folder, 'clock-offset')
  const faults = options.faults.map((id) => FAULTS[id]!)
  const fakes = faults.some(({ needs }) => needs === 'clock')
  if (fakes) writeFileSync(clockFile, '+0')
  const environment: Record<string, string> = fakes
    ? {
        LD_PRELOAD: FAKETIME,
        FAKETIME_TIMESTAMP_FILE: clockFile,
        FAKETIME_NO_CACHE: '1',
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
      }
    : {}
  const data = join(options.folder, 'data')
  mkdirSync(data, { recursive: true })
  const system = await startSystem({ data, environment, ...(options.tree ? { tree: options.tree } : {}) })
  const site = { systems: [system], databaseUrl: urlOf(system), stop: () => system.stop() }
  return fakes ? { ...site, shiftClock: (offset) => writeFileSync(clockFile, offset) } : site
}

/** Short times, so that a short run sees whole lives of calls. */
async function configure(admin: ApiClient): Promise<void> {
  for (const queue of ['support', 'sales']) {
    const { version, queues } = await admin.get<{ version: number; queues: { name: string }[] }>('/configuration')
    const { name, ...now } = queues.find((one) => one.name === queue)!
    const body = { ...now, ringTimeoutMs: options.ringTimeoutMs, ronaMs: 3_000, wrapUpMs: options.wrapUpMs }
    const answer = await admin.raw('PUT', `/configuration/queues/${name}`, body, { 'if-match': `"${version}"` })
    if (!answer.ok) throw new Error(`queue ${queue} could not be changed: ${await answer.text()}`)
  }
}

function playedAgents(): { user: string; extension: string; password: string }[] {
  return Array.from({ length: options.agents }, (_, index) => {
    const number = index + 1
    return { user: `agent${number}`, extension: String(2000 + number), password: `demo-agent${number}` }
  })
}

async function agentsReady(system: System, users: readonly string[]): Promise<void> {
  const api = await system.api()
  await eventually('all agents ready', async () => {
    const live = await api.get<{ user: string; status: string }[]>('/agents/live')
    return users.every((user) => live.find((one) => one.user === user)?.status === 'ready') ? true : undefined
  })
}

async function main(): Promise<void> {
  const site = await start()
  const { systems, databaseUrl } = site
  const system = systems[0]!
  const agents = playedAgents()
  const actors = (['callers', 'agents', 'clients'] as const).map((name) => new ActorProcess(name))
  const [callers, , clients] = actors
  try {
    await configure(await system.api('admin'))
    const task = {
      server: system.sip,
      host: '127.0.0.1',
      api: systems.map(({ http }) => http),
      plans: planCalls(options),
      agents,
      folder: options.folder,
      seed: options.seed,
      browsers: options.browsers,
    }
    writeFileSync(join(options.folder, 'plan.json'), JSON.stringify(task.plans))
    await Promise.all(actors.map((actor) => actor.prepare(task)))
    await agentsReady(
      system,
      agents.map(({ user }) => user),
    )
    const world = makeWorld({
      systems,
      redis: site.redis,
      network: options.namespace ? new Network() : undefined,
      random: new Random(options.seed ^ 0x5eed),
      loadMs: (options.calls / options.rate) * 1_000,
      history: nemesisHistory,
      shiftClock: site.shiftClock,
    })
    nemesisHistory.note('nemesis', 'info', 'load')
    for (const actor of actors) actor.go()
    await Promise.all([doFaults(world), callers!.done(ACTORS_MS_MAX)])
    world.network?.healAll()
    nemesisHistory.note('nemesis', 'info', 'load-over')
    await world.wait(SETTLE_MS)
    nemesisHistory.note('nemesis', 'info', 'settled')
    const live = await (await system.api()).get<{ user: string; status: string; extension: string }[]>('/agents/live')
    await clients!.finish()
    await journalCaughtUp(databaseUrl, JOURNAL_MS_MAX)
    await Promise.all(actors.map((actor) => actor.finish()))
    const blobs = systems.map(({ data }) => join(data, 'blobs'))
    await collect({ databaseUrl, blobs, folder: options.folder, agents: live })
    writeMeta(agents)
  } finally {
    await Promise.all(actors.map((actor) => actor.finish()))
    await site.stop()
    await nemesisHistory.close()
  }
}

async function doFaults(world: World): Promise<void> {
  for (const id of options.faults) {
    const fault = FAULTS[id]!
    world.note('invoke', 'fault', { id, name: fault.name })
    await fault.run(world)
    world.note('ok', 'fault', { id })
  }
}

function urlOf(system: System): string {
  for (const name of ['core1', 'core2']) {
    const file = join(system.data, 'run', `${name}.options.json`)
    if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')).databaseUrl
  }
  throw new Error('no core has said where its database is')
}

function writeMeta(agents: readonly { user: string; extension: string }[]): void {
  const meta: RunMeta = {
    ...options,
    endedAt: sharedNow(),
    wallOffset: Date.now() - sharedNow(),
    played: agents.map(({ user, extension }) => ({ user, extension })),
  }
  writeFileSync(join(options.folder, 'meta.json'), JSON.stringify(meta, null, 1))
}

// What it started ends with it: systems at the exit of this process, actors when they are no longer connected.
for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, () => process.exit(3))
main().then(
  () => process.exit(0),
  (cause: unknown) => {
    console.error(cause instanceof Error ? cause.stack : cause)
    process.exit(1)
  },
)

/** One run: a system, callers, agents and clients, and a nemesis; it leaves its folder full of histories and judges nothing. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ApiClient, eventually } from '../kit/api-client.ts'
import { sharedNow } from '../kit/rtp-stream.ts'
import type { System } from '../kit/system.ts'
import { Random } from '../simulation/random.ts'
import type { ActorTask } from './actors/actor.ts'
import { collect, journalCaughtUp } from './collect.ts'
import { FAULTS, type Fault, STRIKES_MS } from './faults/index.ts'
import { HistoryWriter } from './history.ts'
import { Network } from './network.ts'
import { planCalls } from './plan.ts'
import type { RunMeta, RunOptions } from './run-options.ts'
import { startSite } from './site.ts'
import { StarvationWatch } from './starvation.ts'
import { ActorProcess, makeWorld, type World } from './world.ts'

/** After the last call the status of every agent must be true by then. */
const SETTLE_MS = 5_500
/** Journal and archive follow within a second or two; on a busy machine they take their time. */
const JOURNAL_MS_MAX = 60_000
/** Callers and agents come to an end by their own limits; a run that lasts longer hangs. */
const ACTORS_MS_MAX = 360_000
const options = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as RunOptions
const nemesisHistory = new HistoryWriter(join(options.folder, 'nemesis.jsonl'))

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

/** The worst network that one of the faults gives to the phones. */
function phonesNetwork(): Pick<ActorTask, 'network'> {
  const network = options.faults.map((id) => FAULTS[id]?.phones).find((one) => one !== undefined)
  return network ? { network } : {}
}

async function main(): Promise<void> {
  const network = options.namespace ? new Network() : undefined
  const needs = new Set(options.faults.map((id) => FAULTS[id]?.needs))
  const site = await startSite(options, { needs, network })
  const { systems, database } = site
  const databaseUrl = database.url
  const system = systems[0]!
  const agents = playedAgents()
  const actors = (['callers', 'agents', 'clients'] as const).map((name) => new ActorProcess(name))
  const [callers, , clients] = actors
  let starvation: StarvationWatch | undefined
  try {
    await configure(await system.api('admin'))
    const task: ActorTask = {
      server: system.sip,
      host: '127.0.0.1',
      api: systems.map(({ http }) => http),
      plans: planCalls(options),
      agents,
      folder: options.folder,
      seed: options.seed,
      browsers: options.browsers,
      ...phonesNetwork(),
    }
    writeFileSync(join(options.folder, 'plan.json'), JSON.stringify(task.plans))
    await Promise.all(actors.map((actor) => actor.prepare(task)))
    await agentsReady(
      system,
      agents.map(({ user }) => user),
    )
    const world = makeWorld({
      systems,
      database,
      redis: site.redis,
      relays: site.relays,
      controlRelays: site.controlRelays,
      network,
      random: new Random(options.seed ^ 0x5eed),
      loadMs: (options.calls / options.rate) * 1_000,
      history: nemesisHistory,
      task,
      shiftClock: site.shiftClock,
      upgrade: site.upgrade,
    })
    starvation = new StarvationWatch(
      systems.map(({ data }) => data),
      nemesisHistory,
    )
    nemesisHistory.note('nemesis', 'info', 'load')
    for (const actor of actors) actor.go()
    await Promise.all([doFaults(world), callers!.done(ACTORS_MS_MAX)])
    world.network?.healAll()
    for (const relay of [...site.relays, ...site.controlRelays]) relay.slow()
    nemesisHistory.note('nemesis', 'info', 'load-over')
    await world.wait(SETTLE_MS)
    nemesisHistory.note('nemesis', 'info', 'settled')
    const live = await (await system.api()).get<{ user: string; status: string; extension: string }[]>('/agents/live')
    starvation.close()
    await clients!.finish()
    await journalCaughtUp(databaseUrl, JOURNAL_MS_MAX)
    await Promise.all(actors.map((actor) => actor.finish()))
    const blobs = systems.map(({ data }) => join(data, 'blobs'))
    await collect({ databaseUrl, blobs, folder: options.folder, agents: live })
    writeMeta(agents)
  } finally {
    starvation?.close()
    await Promise.all(actors.map((actor) => actor.finish()))
    await site.stop()
    await nemesisHistory.close()
  }
}

/** One after the other; or, in a double fault, each so long after the one before it, whether that is over or not. */
async function doFaults(world: World): Promise<void> {
  const faults = options.faults.map((id) => FAULTS[id]!)
  if (options.apartMs === undefined) {
    for (const fault of faults) {
      await untilItStrikes(world, fault)
      await strike(world, fault)
    }
    return
  }
  await untilItStrikes(world, faults[0]!)
  await Promise.all(
    faults.map(async (fault, index) => {
      await world.wait(index * options.apartMs!)
      await strike(world, fault)
    }),
  )
}

async function untilItStrikes(world: World, { strikesMs = STRIKES_MS }: Fault): Promise<void> {
  await world.wait(world.random.between(...strikesMs))
}

async function strike(world: World, fault: Fault): Promise<void> {
  world.note('invoke', 'fault', { id: fault.id, name: fault.name })
  await fault.run(world)
  world.note('ok', 'fault', { id: fault.id })
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

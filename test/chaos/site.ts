import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { eventually } from '../kit/api-client.ts'
import { makeNextRelease } from '../kit/next-release.ts'
import { type Pool, startPool } from '../kit/pool.ts'
import type { TestRedis } from '../kit/redis.ts'
import { Relay } from '../kit/relay.ts'
import { type System, startSystem } from '../kit/system.ts'
import { linksOf } from './links.ts'
import { removeTree } from './mutate.ts'
import { type Network, RELAY_PORTS } from './network.ts'
import type { RunOptions } from './run-options.ts'
import { sidesOf } from './sides.ts'

/** More connections than one way has in a run. */
const RELAY_PORTS_EACH = 400

const FAKETIME = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1'

/** The database of a site, as whoever may kill it sees it. */
export interface SiteDatabase {
  readonly url: string
  /** Every process of the server, the first being the one that starts the others. */
  pids(): readonly number[]
  /** Starts it again after it was killed; where a supervisor of the installation does that, nothing. */
  start(): Promise<void>
}

/** The release that a run began with, and the next one. */
export type Build = 'this' | 'next'

/** What changes the builds of a pool's machines. */
export interface Upgrade {
  readonly databaseUrl: string
  /** The tree whose program a machine runs. */
  treeOf(node: string): string | undefined
  /** Ends a machine in order and starts it as that release, with its data and its ports. */
  change(node: string, to: Build): Promise<void>
}

/** What a run is made against: one machine, or several that share a PostgreSQL and a Redis. */
export interface Site {
  readonly systems: readonly System[]
  readonly database: SiteDatabase
  readonly redis?: TestRedis
  /** The ways to the database and to Redis, if they lead through something that can be made slow. */
  readonly relays: readonly Relay[]
  /** The ways from the cores to the edge and to media, likewise. */
  readonly controlRelays: readonly Relay[]
  readonly shiftClock?: (offset: string) => void
  readonly upgrade?: Upgrade
  stop(): Promise<void>
}

/** Starts what the faults of the run need. */
export async function startSite(
  options: RunOptions,
  { needs, network }: { readonly needs: ReadonlySet<string | undefined>; readonly network: Network | undefined },
): Promise<Site> {
  const wishes: Wishes = {
    ...(needs.has('clock') ? { clock: fakeClock(options.folder) } : {}),
    ...(needs.has('relay') || needs.has('relays') ? { network } : {}),
    ...(needs.has('releases') ? { releases: true } : {}),
    ...(needs.has('halves') ? { parting: network } : {}),
  }
  const site = await ((options.nodes ?? 1) > 1 ? startSeveral(options, wishes) : startOne(options, wishes))
  if (!needs.has('relays') || !network) return site
  const controlRelays = await leadControls(site.systems, network)
  return {
    ...site,
    controlRelays,
    async stop() {
      await site.stop()
      await Promise.all(controlRelays.map((relay) => relay.close()))
    },
  }
}

interface Wishes {
  /** There shall be another release to go to. */
  readonly releases?: boolean
  /** The network that shall be able to part the machines. */
  readonly parting?: Network | undefined
  readonly clock?: FakeClock
  /** The ways to the stores shall lead through relays, by this network. */
  readonly network?: Network | undefined
}

async function startSeveral(options: RunOptions, { clock, network, parting, releases }: Wishes): Promise<Site> {
  const nodes = Array.from({ length: options.nodes ?? 1 }, (_, index) => `node${index + 1}`)
  const relays: Relay[] = []
  const through = async (url: string): Promise<string> => {
    const at = new URL(url)
    const relay = await Relay.open({ host: at.hostname, port: Number(at.port) })
    relays.push(relay)
    at.port = String(relay.port)
    return at.href
  }
  const tree = options.tree ? { tree: options.tree } : {}
  const environment = clock ? { environment: clock.environment } : {}
  const sides = parting ? sidesOf(nodes) : []
  parting?.tellApart(sides)
  const pool = await startPool({
    folder: join(options.folder, 'pool'),
    nodes,
    ...tree,
    ...environment,
    ...(network ? { through } : {}),
    groups: Object.fromEntries(sides.map(({ name, group }) => [name, group])),
  })
  const upgrade = releases ? upgradeOf(pool, options.tree) : undefined
  return {
    ...(upgrade ? { upgrade } : {}),
    systems: pool.nodes(),
    ...(pool.redis ? { redis: pool.redis } : {}),
    database: poolDatabase(pool),
    relays,
    controlRelays: [],
    ...(clock ? { shiftClock: clock.shift } : {}),
    async stop() {
      await pool.close()
      upgrade?.remove()
      await Promise.all(relays.map((relay) => relay.close()))
    },
  }
}

/** The next release as a tree of its own, made when it is needed first. */
function upgradeOf(pool: Pool, tree: string | undefined): Upgrade & { remove(): void } {
  const running = new Map<string, string>()
  let next: string | undefined
  return {
    databaseUrl: pool.postgres.url,
    treeOf: (node) => running.get(node) ?? tree,
    async change(node, to) {
      next ??= makeNextRelease()
      await pool.stop(node)
      if (to === 'next') running.set(node, next)
      else running.delete(node)
      await pool.start(node, running.get(node) ?? tree)
    },
    remove() {
      if (next) removeTree(next)
    },
  }
}

function poolDatabase(pool: Pool): SiteDatabase {
  return {
    url: pool.postgres.url,
    pids: () => [pool.postgres.pid, ...childrenOf(pool.postgres.pid)],
    start: () => pool.startPostgres(),
  }
}

async function startOne(options: RunOptions, { clock, network }: Wishes): Promise<Site> {
  const data = join(options.folder, 'data')
  mkdirSync(data, { recursive: true })
  const tree = options.tree ? { tree: options.tree } : {}
  const system = await startSystem({ data, environment: clock?.environment ?? {}, ...tree })
  const url = urlOf(system)
  const relays = network ? [await leadThroughRelay(url, network)] : []
  return {
    systems: [system],
    database: {
      url,
      pids: () => [system.postgresPid(), ...childrenOf(system.postgresPid())],
      start: () => Promise.resolve(),
    },
    relays,
    controlRelays: [],
    ...(clock ? { shiftClock: clock.shift } : {}),
    async stop() {
      await system.stop()
      await Promise.all(relays.map((relay) => relay.close()))
    },
  }
}

/** The installation chose the port of its database itself: what connects from now on goes through a relay, and what is connected does it again. */
async function leadThroughRelay(url: string, network: Network): Promise<Relay> {
  const { hostname: host, port } = new URL(url)
  const relay = await Relay.open({ host, port: Number(port), localPort: RELAY_PORTS.first })
  network.lead(Number(port), relay.port)
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and backend_type = 'client backend'`,
  )
  await client.end()
  return relay
}

/** What the cores say to edges and media processes, and hear of them, goes through relays from now on. */
async function leadControls(systems: readonly System[], network: Network): Promise<Relay[]> {
  const links = systems.flatMap((system) => {
    const { edge, media, otherMedia } = linksOf(system)
    return [edge, media, ...(otherMedia ? [otherMedia] : [])]
  })
  return Promise.all(
    links.map(async (link, index) => {
      const port = link.ports[0]!
      const localPort = RELAY_PORTS.first + (index + 1) * RELAY_PORTS_EACH
      const relay = await Relay.open({ host: '127.0.0.1', port, localPort })
      network.lead(port, relay.port)
      network.reset(link)
      await eventually(`a core that reaches ${link.name} through the relay`, () => relay.connections > 0 || undefined)
      return relay
    }),
  )
}

/** A wall clock for the processes of the installation that can be set off while they run; monotonic time stays true. */
interface FakeClock {
  readonly environment: Readonly<Record<string, string>>
  shift(offset: string): void
}

function fakeClock(folder: string): FakeClock {
  const file = join(folder, 'clock-offset')
  writeFileSync(file, '+0')
  return {
    environment: {
      LD_PRELOAD: FAKETIME,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
    shift: (offset) => writeFileSync(file, offset),
  }
}

function urlOf(system: System): string {
  for (const name of ['core1', 'core2']) {
    const file = join(system.data, 'run', `${name}.options.json`)
    if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')).databaseUrl
  }
  throw new Error('no core has said where its database is')
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { chmod } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { silentLogger } from '#base'
import { type EmbeddedOptions, type EmbeddedPostgres, startEmbedded } from '#seams/store'
import { eventually } from './api-client.ts'
import { freeHalfRtpRange, freePort } from './free-ports.ts'
import { startRedis, type TestRedis } from './redis.ts'
import { KEEPS, type System, type SystemPorts, startSystem } from './system.ts'
import { TcpWay } from './tcp-way.ts'

/** One machine of a pool: what `tandem start` runs, with a name, ports and a data folder of its own. */
export interface PoolNode extends System {
  readonly name: string
}

/** A pool of nodes on this machine with one real PostgreSQL and one real Redis. */
export interface Pool {
  readonly postgres: EmbeddedPostgres
  readonly redis: TestRedis | undefined
  /** Starts the database again after it was killed. */
  startPostgres(): Promise<void>
  /** The nodes that were started and neither crashed nor stopped. */
  nodes(): readonly PoolNode[]
  node(name: string): PoolNode
  /** Starts a node, for the first time or again with the data and ports that it had; its program of another tree where one is named. */
  start(name: string, tree?: string): Promise<PoolNode>
  /** Kills supervisor and roles of a node at one stroke. */
  crash(name: string): void
  /** Stops them where they are: silent, as a machine whose power was cut. `crash` ends it. */
  freeze(name: string): void
  /** The node's own way to PostgreSQL, if the pool was started with such. */
  way(name: string): TcpWay
  /** Ends a node in order. */
  stop(name: string): Promise<void>
  /** The core that holds the lease (`node1#1234`), waiting until it is another one than that. */
  primary(before?: string): Promise<string>
  /** The node that the primary runs on. */
  primaryNode(before?: string): Promise<PoolNode>
  /** Waits until the primary is connected to so many edges and media processes. */
  connected(edges: number, media: number): Promise<void>
  /** What the database says. */
  query<T>(text: string, values?: readonly unknown[]): Promise<readonly T[]>
  close(): Promise<void>
}

export interface PoolOptions {
  /** The names of the nodes that are started, one after the other: the first is the primary. */
  readonly nodes?: readonly string[]
  readonly redis?: boolean
  readonly environment?: Readonly<Record<string, string>>
  /** PostgreSQL settings; `fsync` is off unless told. */
  readonly postgres?: Readonly<Record<string, string>>
  /** Leads the nodes another way to the database and to Redis: of a URL, gives the one that they are told. */
  readonly through?: (url: string) => Promise<string>
  /** Gives each node a way of its own to PostgreSQL. */
  readonly ownWays?: boolean
  /** The tree whose program the nodes run, if it is a changed copy. */
  readonly tree?: string
  /** The group of each node's processes, by its name, where they shall have one of their own. */
  readonly groups?: Readonly<Record<string, number>>
  /** Where everything of it lies, and stays; unless told, a folder that goes with the pool (but see {@link KEEPS}). */
  readonly folder?: string
}

/** Starts a pool and waits until its primary is connected to every node's edge and media process. */
export async function startPool(options: PoolOptions = {}): Promise<Pool> {
  const parent = options.folder ?? mkdtempSync(join(tmpdir(), 'tandem-pool-'))
  mkdirSync(parent, { recursive: true })
  await chmod(parent, 0o755)
  const settings = { fsync: 'off', max_connections: '200', ...options.postgres }
  const server = { folder: join(parent, 'postgres'), logger: silentLogger, settings }
  const postgres = await startEmbedded(server)
  const redis = options.redis === false ? undefined : await startRedis()
  const through = options.through ?? ((url) => Promise.resolve(url))
  const environment = {
    TANDEM_POSTGRES_URL: await through(postgres.url),
    ...(redis && { TANDEM_REDIS_URL: await through(redis.url) }),
    ...options.environment,
  }
  const pool = new LocalPool(parent, {
    postgres,
    server,
    redis,
    environment,
    tree: options.tree,
    ownWays: options.ownWays,
    groups: options.groups ?? {},
    stays: KEEPS || options.folder !== undefined,
  })
  try {
    const names = options.nodes ?? ['node1', 'node2']
    for (const name of names) await pool.start(name)
    await pool.connected(names.length, names.length)
  } catch (cause) {
    await pool.close()
    throw cause
  }
  return pool
}

interface PoolParts {
  readonly postgres: EmbeddedPostgres
  readonly server: EmbeddedOptions
  readonly redis: TestRedis | undefined
  readonly environment: Readonly<Record<string, string>>
  readonly tree: string | undefined
  readonly ownWays: boolean | undefined
  readonly groups: Readonly<Record<string, number>>
  readonly stays: boolean
}

class LocalPool implements Pool {
  readonly redis: TestRedis | undefined
  readonly #parent: string
  readonly #parts: PoolParts
  #postgres: EmbeddedPostgres
  readonly #nodes = new Map<string, PoolNode>()
  readonly #ports = new Map<string, SystemPorts>()
  readonly #ways = new Map<string, TcpWay>()
  readonly #crashed = new Map<string, PoolNode>()

  constructor(parent: string, parts: PoolParts) {
    this.#parent = parent
    this.#parts = parts
    this.#postgres = parts.postgres
    this.redis = parts.redis
  }

  get postgres(): EmbeddedPostgres {
    return this.#postgres
  }

  async startPostgres(): Promise<void> {
    this.#postgres = await startEmbedded(this.#parts.server)
  }

  nodes(): readonly PoolNode[] {
    return [...this.#nodes.values()]
  }

  node(name: string): PoolNode {
    const node = this.#nodes.get(name)
    if (!node) throw new Error(`${name} does not run`)
    return node
  }

  way(name: string): TcpWay {
    const way = this.#ways.get(name)
    if (!way) throw new Error(`${name} has no way of its own`)
    return way
  }

  async start(name: string, tree: string | undefined = this.#parts.tree): Promise<PoolNode> {
    // What is left of its former life is ended first: it would look for the same processes.
    await this.#crashed.get(name)?.stop()
    this.#crashed.delete(name)
    const data = join(this.#parent, name)
    mkdirSync(data, { recursive: true })
    const ports = this.#ports.get(name) ?? (await this.#newPorts())
    this.#ports.set(name, ports)
    const group = this.#parts.groups[name]
    const system = await startSystem({
      data,
      ports,
      ...(group === undefined ? {} : { group }),
      environment: {
        TANDEM_NODE: name,
        // The other node has the second one.
        TANDEM_MEDIA_PROCESSES: '1',
        ...this.#parts.environment,
        ...(this.#parts.ownWays && { TANDEM_POSTGRES_URL: await this.#through(name) }),
      },
      ...(tree ? { tree } : {}),
    })
    const node = { ...system, name }
    this.#nodes.set(name, node)
    return node
  }

  crash(name: string): void {
    const node = this.node(name)
    node.crash()
    this.#crashed.set(name, node)
    this.#nodes.delete(name)
  }

  freeze(name: string): void {
    this.node(name).crash('SIGSTOP')
  }

  async stop(name: string): Promise<void> {
    const node = this.node(name)
    this.#nodes.delete(name)
    await node.stop()
  }

  primary(before?: string): Promise<string> {
    return eventually(`a primary${before ? ` after ${before}` : ''}`, async () => {
      const [lease] = await this.query<{ holder: string | null }>(
        'select holder from tandem.lease where expires_at > clock_timestamp()',
      )
      return lease?.holder && lease.holder !== before ? lease.holder : undefined
    })
  }

  async primaryNode(before?: string): Promise<PoolNode> {
    return this.node((await this.primary(before)).split('#')[0] ?? '')
  }

  async connected(edges: number, media: number): Promise<void> {
    await eventually(`${edges} edges and ${media} media processes obey the primary`, async () => {
      const [member] = await this.query<{ http: string }>(
        `select details->>'http' as http from tandem.member where details->>'life' = $1`,
        [await this.primary()],
      )
      const text = await (await fetch(`${member?.http}/metrics`)).text()
      const gauge = (name: string) => Number(new RegExp(`^tandem_${name}_connected (\\d+)`, 'm').exec(text)?.[1])
      return gauge('edges') === edges && gauge('media') === media ? true : undefined
    })
  }

  async query<T>(text: string, values: readonly unknown[] = []): Promise<readonly T[]> {
    const client = new Client({ connectionString: this.postgres.url })
    // A server that is killed now fails the query; told as an event too, it would end the run.
    client.on('error', () => {})
    await client.connect()
    try {
      return (await client.query(text, [...values])).rows
    } finally {
      await client.end()
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.nodes(), ...this.#crashed.values()].map((node) => node.stop()))
    await Promise.all([...this.#ways.values()].map((way) => way.close()))
    await this.redis?.stop()
    await this.postgres.close()
    if (!this.#parts.stays) rmSync(this.#parent, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }

  async #through(name: string): Promise<string> {
    const url = new URL(this.#parts.environment['TANDEM_POSTGRES_URL'] ?? this.postgres.url)
    const way = this.#ways.get(name) ?? (await TcpWay.open(Number(url.port)))
    this.#ways.set(name, way)
    url.port = String(way.port)
    return url.toString()
  }

  async #newPorts(): Promise<SystemPorts> {
    return { http: await freePort(), sip: await freePort(), rtp: freeHalfRtpRange() }
  }
}

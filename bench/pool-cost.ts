import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '../test/kit/api-client.ts'
import { Phone } from '../test/kit/phone.ts'
import { type Pool, type PoolNode, startPool } from '../test/kit/pool.ts'
import { RtpTicker } from '../test/kit/rtp-stream.ts'
import { machine, processCpuMs, processTree } from './support-processes.ts'

/** 40 calls a second of five seconds each are 200 that stand. */
const RATE = 40
const HOLD_MS = 5_000
const SECONDS = 10
const WARM_UP_SECONDS = 6
/** Followed and alone in turn, so that what changes on the machine meanwhile meets both. */
const ROUNDS = 3
/** How long the idle pool is watched: what it does for nobody is not the price of a call. */
const IDLE_MS = 4_000
/** Issue 3: what two followers may add, and how far behind they may be. */
const RATIO_MAX = 1.3
const LAG_MS_MAX = 20

const LIMIT = 'each backup asks for, parses and folds every event, gathered for 7 ms; the primary tells each of them'

/**
 * What it costs that backups follow: processor time of everything (every core, edge, media process, archive and the database) for an echo call of five seconds, sound included, with two
 * backups that follow, and with all backups stopped where they are, in turn, in the same pool; and how far behind the events those two are.
 */
export async function run(print: (line: string) => void = console.log): Promise<void> {
  const pool = await startPool()
  try {
    const primary = await pool.primaryNode()
    const other = pool.nodes().find((node) => node !== primary)!
    const [first = 0, second = 0, third = 0] = await backupPids(pool)
    // The third stays where it is from here on: two follow.
    process.kill(third, 'SIGSTOP')
    const callers = new Callers(primary)
    await callers.call(WARM_UP_SECONDS)
    const followed = new Spent()
    const alone = new Spent()
    const lag = new Lag(other)
    for (let round = 0; round < ROUNDS; round++) {
      await lag.during(() => followed.add(pool, callers))
      for (const pid of [first, second]) process.kill(pid, 'SIGSTOP')
      await alone.add(pool, callers)
      for (const pid of [first, second]) process.kill(pid, 'SIGCONT')
      await caughtUp(primary, other)
    }
    process.kill(third, 'SIGCONT')
    callers.close()
    const told = { size: RATE, calls: followed.calls, failed: followed.failed + alone.failed, machine: machine() }
    const [cpuMicros, peer] = [followed.micros(), alone.micros()]
    const unit = 'processor time of a call with two backups that follow, of that with none'
    const figure = Math.round((cpuMicros.all / peer.all) * 100) / 100
    print(JSON.stringify({ bench: 'pool.cost', figure, unit, aim: RATIO_MAX, cpuMicros, peer, limit: LIMIT, ...told }))
    const bound = 'ms from an event until a backup has it, kept by 99 of 100'
    print(
      JSON.stringify({
        bench: 'pool.lag',
        ...lag.told(),
        unit: bound,
        aim: LAG_MS_MAX,
        peer: null,
        limit: LIMIT,
        ...told,
      }),
    )
  } finally {
    await pool.close()
  }
}

/** The processor time of calls, by what spent it. */
class Spent {
  calls = 0
  failed = 0
  readonly #ms = { cores: 0, database: 0, others: 0 }

  async add(pool: Pool, callers: Callers): Promise<void> {
    const idleFrom = cpuMs(pool)
    await new Promise((resolve) => setTimeout(resolve, IDLE_MS))
    const before = cpuMs(pool)
    const { calls, good, seconds } = await callers.call(SECONDS)
    const after = cpuMs(pool)
    for (const part of ['cores', 'database', 'others'] as const) {
      const idle = (before[part] - idleFrom[part]) / IDLE_MS
      this.#ms[part] += after[part] - before[part] - idle * seconds * 1_000
    }
    this.calls += calls
    this.failed += calls - good
  }

  micros() {
    const { cores, database, others } = this.#ms
    const each = (ms: number) => Math.round((ms * 1_000) / (this.calls - this.failed))
    return { cores: each(cores), database: each(database), others: each(others), all: each(cores + database + others) }
  }
}

/** Callers of the echo who speak and listen, 50 packets a second each way; each stays for five seconds. */
class Callers {
  readonly #server: PoolNode['sip']
  readonly #ticker = new RtpTicker()
  #users = 7_900_000

  constructor({ sip }: PoolNode) {
    this.#server = sip
  }

  /** New ones at the rate for so long; comes back when the last is gone. */
  async call(seconds: number): Promise<{ readonly calls: number; readonly good: number; readonly seconds: number }> {
    const begun = performance.now()
    const calls: Promise<boolean>[] = []
    for (let number = 0; number < RATE * seconds; number++) {
      const early = begun + (number * 1_000) / RATE - performance.now()
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, early)))
      calls.push(this.#one().catch(() => false))
    }
    const good = (await Promise.all(calls)).filter(Boolean).length
    return { calls: calls.length, good, seconds: (performance.now() - begun) / 1_000 }
  }

  close(): void {
    this.#ticker.close()
  }

  async #one(): Promise<boolean> {
    const phone = await Phone.open({ server: this.#server, user: String(this.#users++), ticker: this.#ticker })
    try {
      const call = await phone.dial('1009')
      await call.connected(20_000)
      await new Promise((resolve) => setTimeout(resolve, HOLD_MS))
      return (await call.hangUp()) === 200 && call.media.heard.size > 0
    } finally {
      await phone.close()
    }
  }
}

/** Every core but the primary; those of the primary's own machine last. */
async function backupPids(pool: Pool): Promise<number[]> {
  const [node = '', primary] = (await pool.primary()).split('#')
  const all = pool
    .nodes()
    .flatMap((one) => pidsOf(one, /^core\d*\.pid$/).map((pid) => ({ pid, here: one.name === node })))
  return all
    .filter(({ pid }) => pid !== Number(primary))
    .sort((a, b) => Number(a.here) - Number(b.here))
    .map(({ pid }) => pid)
}

function pidsOf({ data }: PoolNode, files: RegExp): number[] {
  const run = join(data, 'run')
  const found = readdirSync(run).filter((file) => files.test(file))
  return [...new Set(found.map((file) => Number(readFileSync(join(run, file), 'utf8'))))]
}

function cpuMs(pool: Pool): { readonly cores: number; readonly database: number; readonly others: number } {
  const sum = (pids: readonly number[]) => pids.reduce((total, pid) => total + processCpuMs(pid), 0)
  const cores = pool.nodes().flatMap((node) => pidsOf(node, /^core\d*\.pid$/))
  const all = pool.nodes().flatMap((node) => pidsOf(node, /\.pid$/))
  const others = all.filter((pid) => !cores.includes(pid))
  return { cores: sum(cores), database: sum(processTree(pool.postgres.pid)), others: sum(others) }
}

/** A backup that was stopped has much to read; what it costs is not the price of the next calls. */
async function caughtUp(primary: PoolNode, other: PoolNode): Promise<void> {
  await eventually('the backup at the head of the log', async () => {
    const [head, at] = await Promise.all([primary, other].map((node) => gauge(node, 'tandem_log_sequence')))
    return head === at ? true : undefined
  })
}

async function metricsOf({ http }: PoolNode): Promise<string> {
  return (await fetch(`${http}/metrics`)).text()
}

async function gauge(node: PoolNode, name: string): Promise<number> {
  return Number(new RegExp(`^${name} (\\d+)`, 'm').exec(await metricsOf(node))?.[1])
}

/** The histogram of the backup that serves the other machine. */
class Lag {
  readonly #node: PoolNode
  readonly #counts = new Map<number, number>()

  constructor(node: PoolNode) {
    this.#node = node
  }

  async during(work: () => Promise<void>): Promise<void> {
    const before = await this.#buckets()
    await work()
    for (const [bound, count] of await this.#buckets())
      this.#counts.set(bound, (this.#counts.get(bound) ?? 0) + count - (before.get(bound) ?? 0))
  }

  told() {
    const cumulated = [...this.#counts]
    const events = cumulated.at(-1)?.[1] ?? 0
    const bound = cumulated.find(([, count]) => count >= events * 0.99)?.[0] ?? Number.POSITIVE_INFINITY
    return { figure: Math.round(bound * 1_000), events }
  }

  /** Cumulated counts by upper bound in seconds. */
  async #buckets(): Promise<Map<number, number>> {
    const lines = (await metricsOf(this.#node)).matchAll(/^tandem_backup_lag_seconds_bucket\{le="([^"]+)"\} (\d+)/gm)
    const bounds = [...lines].map(
      ([, bound, count]) => [bound === '+Inf' ? Number.POSITIVE_INFINITY : Number(bound), Number(count)] as const,
    )
    return new Map(bounds)
  }
}

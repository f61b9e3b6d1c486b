import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger, systemClock } from '#base'
import { Fold, type Machine, Sequencer } from '#engines/sequencer'
import { PostgresLease } from '#seams/lease'
import { type Log, PostgresLog } from '#seams/log'
import { type EmbeddedPostgres, openStore, type Store, startEmbedded } from '#seams/store'

/** Events in one append: a quiet centre, a busy one, a burst. */
const SIZES = [1, 8, 64] as const

/** Ours and the peer take turns so often and so long, so that noise of the machine meets both. */
const ROUNDS = 4
const ROUND_MS = 400

/** As long as a usual event of a call. */
const BODY = JSON.stringify({
  m: 'centre',
  e: { type: 'Offered', interaction: 'ix-7h2k0000000000', why: 'x'.repeat(250) },
})

const LIMIT = 'one commit at a time: the disk answers before the next append begins'

interface Sample {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
}

/**
 * How fast the log takes batches, against the least that any log in this database must do: the same rows inserted by one
 * statement in a transaction of its own, on the same server with the same settings (fsync on), without head, fence or notice.
 */
export async function run(print: (line: string) => void = console.log): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tandem-bench-'))
  const server = await started(join(folder, 'postgres'), print)
  const store = await openStore({ url: server.url, clock: systemClock, logger: silentLogger, name: 'bench' })
  try {
    await store.migrate()
    const log = new PostgresLog(store)
    const { term } = (await new PostgresLease(store).acquire('bench', 3_600_000))!
    await appends(store, log, term, print)
    await submits(log, term, print)
    snapshots(print)
  } finally {
    await store.close()
    await server.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Starts the server on a new folder, stops it and starts it on its data, which is what is timed. */
async function started(folder: string, print: (line: string) => void): Promise<EmbeddedPostgres> {
  const timed = async () => {
    const at = performance.now()
    const server = await startEmbedded({ folder, logger: silentLogger })
    return { server, ms: Math.round(performance.now() - at) }
  }
  const fresh = await timed()
  await fresh.server.close()
  const again = await timed()
  const line = { bench: 'log.store-start', figure: again.ms, unit: 'ms on existing data', newMs: fresh.ms }
  print(JSON.stringify({ ...line, peer: null, limit: 'initdb for a new folder, else the start of PostgreSQL' }))
  return again.server
}

async function appends(store: Store, log: Log, term: number, print: (line: string) => void): Promise<void> {
  await store.spine.query('create table tandem.peer (like tandem.log including all)')
  let head = await log.head()
  let peerHead = 0
  const medians: number[] = []
  for (const size of SIZES) {
    const ours: number[] = []
    const peer: number[] = []
    for (let round = 0; round <= ROUNDS; round++) {
      const batch = () => Array.from({ length: size }, () => ({ at: Date.now(), body: BODY }))
      const oursRound = await measure(async () => {
        head = await log.append({ term, after: head, records: batch() })
      })
      const peerRound = await measure(async () => {
        const records = batch()
        const values = [peerHead, term, records.map(({ at }) => at), records.map(({ body }) => body)]
        await store.spine.query({ ...PEER, values })
        peerHead += size
      })
      // The first round of each only warms up.
      if (round > 0) ours.push(...oursRound) && peer.push(...peerRound)
    }
    const mine = sample(ours)
    const its = sample(peer)
    medians.push(mine.p50Ms)
    const line = {
      bench: 'log.append',
      size,
      figure: mine.perSecond,
      unit: 'batches/s',
      eventsPerSecond: mine.perSecond * size,
    }
    const latency = {
      p50Ms: mine.p50Ms,
      p99Ms: mine.p99Ms,
      peer: its.perSecond,
      peerP50Ms: its.p50Ms,
      peerP99Ms: its.p99Ms,
    }
    print(JSON.stringify({ ...line, ...latency, peerName: 'plain INSERT of the same rows', limit: LIMIT }))
  }
  print(JSON.stringify({ bench: 'log.append.growth', figure: exponent(medians), unit: GROWTH, peer: 1, limit: LIMIT }))
}

const GROWTH = 'exponent of ms a batch over events a batch; 1 is linear'

/** How the median grows from the smallest to the largest size: 0 not at all, 1 as fast as the work. */
function exponent(medians: readonly number[]): number {
  const growth = Math.log(medians.at(-1)! / medians[0]!) / Math.log(SIZES.at(-1)! / SIZES[0])
  return Math.round(growth * 100) / 100
}

const PEER = {
  name: 'bench-peer',
  text: `insert into tandem.peer (sequence, term, at, body)
    select $1::bigint + place, $2::bigint, at, body
    from unnest($3::bigint[], $4::text[]) with ordinality as batch (at, body, place)`,
}

interface TallyState {
  count: number
}

/** The cheapest machine there is, so that what is measured is the sequencer. */
const tally: Machine<TallyState, { type: 'Count' }, { type: 'Counted'; text: string }> = {
  initial: () => ({ count: 0 }),
  decide: () => [{ type: 'Counted', text: BODY }],
  evolve: (state) => {
    state.count++
  },
  dump: (state) => state,
  restore: (dump) => dump as TallyState,
}

/** Commands from so many callers at once, each waiting for its event to be durable. */
async function submits(log: Log, term: number, print: (line: string) => void): Promise<void> {
  await log.saveSnapshot({ sequence: await log.head(), body: '{"format":1,"at":0,"states":{"tally":{"count":0}}}' })
  const options = { machines: { tally }, log, clock: systemClock, logger: silentLogger, term }
  const sequencer = await Sequencer.open({ ...options, onStopped: () => {} })
  for (const size of SIZES) {
    const latencies: number[] = []
    const startedAt = performance.now()
    const cpu = process.cpuUsage()
    const caller = async (): Promise<void> => {
      while (performance.now() - startedAt < ROUND_MS * ROUNDS) {
        const at = performance.now()
        await sequencer.submit([{ machine: 'tally', command: { type: 'Count' } }])
        latencies.push(performance.now() - at)
      }
    }
    await Promise.all(Array.from({ length: size }, caller))
    const { user, system } = process.cpuUsage(cpu)
    const figure = Math.round((latencies.length / (performance.now() - startedAt)) * 1000)
    const { p50Ms, p99Ms } = sample(latencies)
    const cpuMicros = Math.round((user + system) / latencies.length)
    const line = { bench: 'log.submit', size, figure, unit: 'durable commands/s', p50Ms, p99Ms, cpuMicros }
    print(JSON.stringify({ ...line, peer: null, limit: LIMIT }))
  }
  await sequencer.close()
}

/** How long the loop stands still while the states are written out. */
function snapshots(print: (line: string) => void): void {
  for (const size of [250, 1000, 4000]) {
    const state = Array.from({ length: size }, (_, i) => ({
      id: `ix-${i}`,
      parts: JSON.parse(`[${BODY},${BODY},${BODY},${BODY}]`),
    }))
    const machine: Machine<typeof state, never, { type: 'None' }> = {
      initial: () => state,
      decide: () => [],
      evolve: () => {},
      dump: (whole) => whole,
      restore: (dump) => dump as typeof state,
    }
    const fold = new Fold({ centre: machine }, silentLogger)
    const times = Array.from({ length: 20 }, () => {
      const at = performance.now()
      fold.dump()
      return performance.now() - at
    })
    const kb = Math.round(fold.dump().body.length / 1024)
    const figure = sample(times).p50Ms
    print(
      JSON.stringify({
        bench: 'log.snapshot',
        size,
        figure,
        unit: 'ms the loop stands still',
        kb,
        peer: null,
        limit: 'JSON.stringify',
      }),
    )
  }
}

async function measure(once: () => Promise<void>): Promise<number[]> {
  const times: number[] = []
  const until = performance.now() + ROUND_MS
  while (performance.now() < until) {
    const at = performance.now()
    await once()
    times.push(performance.now() - at)
  }
  return times
}

function sample(timesMs: readonly number[]): Sample {
  const sorted = [...timesMs].sort((a, b) => a - b)
  const at = (share: number): number => Math.round((sorted[Math.floor((sorted.length - 1) * share)] ?? 0) * 100) / 100
  const totalMs = sorted.reduce((sum, each) => sum + each, 0)
  return { perSecond: Math.round((sorted.length / totalMs) * 1000), p50Ms: at(0.5), p99Ms: at(0.99) }
}

if (process.argv[1] === import.meta.filename) await run()

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { silentLogger } from '#base'
import { type ChannelClient, createChannelClient, type MediaAnswer } from '#protocols/control'

/** Two-way calls: x1, x4, x16. The last one is near what one packet thread is to carry. */
const SIZES = { plain: [40, 160, 640], recorded: [22, 88, 352] } as const

const WARM_MS = 1500
const MEASURE_MS = 5000

/** The aims of the design: CPU a packet, and the 99th percentile of the added delay. */
const AIM_US = { plain: 12, recorded: 22 } as const
const DELAY_MS_MAX = 5

const LIMIT = 'system calls of one thread: one receive and one send for each packet'

type Kind = keyof typeof SIZES

const NAMES = {
  plain: { relay: 'media.relay', calls: 'media.calls' },
  recorded: { relay: 'media.relay.recorded', calls: 'media.calls.recorded' },
} as const

interface LoadReport {
  readonly sent: number
  readonly received: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

interface Bench {
  readonly media: ChildProcess
  readonly load: ChildProcess
  readonly core: ChannelClient
  readonly ports: readonly number[]
}

/**
 * What a relayed packet costs the whole media process (both threads, the kernel's work on its behalf too) and how long it is on its
 * way, at three sizes, without and with a stereo recording of every call. See bench/README.md for what is fair about it.
 */
export async function run(print: (line: string) => void = console.log): Promise<void> {
  for (const kind of ['plain', 'recorded'] as const) {
    const costs: number[] = []
    let held = 0
    for (const calls of SIZES[kind]) {
      const { cost, p99Ms, line } = await measure(kind, calls)
      costs.push(cost)
      if (p99Ms < DELAY_MS_MAX) held = calls
      print(
        JSON.stringify({ bench: NAMES[kind].relay, size: calls, ...line, peer: null, aim: AIM_US[kind], limit: LIMIT }),
      )
    }
    const calls = {
      bench: NAMES[kind].calls,
      figure: held,
      unit: 'two-way calls, p99 < 5 ms, largest size tried',
    }
    print(JSON.stringify({ ...calls, peer: null, aim: kind === 'plain' ? 600 : 350, limit: LIMIT }))
    const growth = Math.log(costs[2]! / costs[0]!) / Math.log(16)
    const exponent = {
      bench: `${NAMES[kind].relay}.growth`,
      figure: rounded(growth),
      unit: 'exponent of CPU a packet, x1 to x16',
    }
    print(JSON.stringify({ ...exponent, peer: 0, limit: LIMIT }))
  }
}

async function measure(kind: Kind, calls: number) {
  const folder = await mkdtemp(join(tmpdir(), 'tandem-bench-media-'))
  const bench = await open(folder, calls)
  try {
    await setUp(bench, kind, calls)
    await wait(WARM_MS)
    const carriedBefore = await carried(bench.core)
    const before = await cpuUs(bench.media)
    bench.load.send({ type: 'count' })
    await wait(MEASURE_MS)
    const after = await cpuUs(bench.media)
    // What is under way at the last moment arrives before the count ends.
    bench.load.send({ type: 'report' })
    const [report] = (await once(bench.load, 'message')) as [LoadReport]
    const carriedAfter = await carried(bench.core)
    const packets = carriedAfter.packets - carriedBefore.packets
    const cost = (after - before) / packets
    const line = {
      figure: rounded(cost),
      unit: 'CPU-us/packet',
      packetsPerSecond: Math.round(packets / (MEASURE_MS / 1000)),
      coreShare: rounded((after - before) / (MEASURE_MS * 1000)),
      p50Ms: rounded(report.p50Ms),
      p99Ms: rounded(report.p99Ms),
      missing: report.sent - report.received,
      lostBeforeRelay: carriedAfter.lost - carriedBefore.lost,
      tickLateMsP99: carriedAfter.late,
    }
    return { cost, p99Ms: report.p99Ms, line }
  } finally {
    await close(bench)
    await rm(folder, { recursive: true, force: true })
  }
}

async function open(folder: string, calls: number): Promise<Bench> {
  const secret = 'bench'
  const options = { folder, secret, ports: { from: 44_000, to: 44_000 + 4 * calls + 200 } }
  const child = (name: string) =>
    fork(new URL(name, import.meta.url), { env: { ...process.env, MEDIA_BENCH: JSON.stringify(options) } })
  const media = child('./support-media-process.ts')
  const [{ port }] = (await once(media, 'message')) as [{ port: number }]
  const load = child('./support-media-load.ts')
  const [{ ports }] = (await once(load, 'message')) as [{ ports: number[] }]
  const connected = Promise.withResolvers<void>()
  const core = createChannelClient({
    address: { host: '127.0.0.1', port },
    secret,
    core: 'bench',
    term: 1,
    logger: silentLogger,
    connected: () => connected.resolve(),
  })
  await connected.promise
  return { media, load, core, ports }
}

async function setUp({ core, load, ports }: Bench, kind: Kind, calls: number): Promise<void> {
  const targets: { socket: number; target: number }[] = []
  const set = async (session: string, other: string) => {
    const socket = targets.length % ports.length
    const spec = {
      remote: { address: '127.0.0.1', port: ports[socket]! },
      codec: { name: 'PCMU', payloadType: 0, ptimeMs: 20 },
      telephoneEvent: 101,
      sends: true,
      receives: true,
      hears: { type: 'session', session: other },
    }
    const { local } = (await core.request({ type: 'set', session, spec })) as MediaAnswer<'set'>
    targets.push({ socket, target: local.port })
  }
  for (let i = 0; i < calls; i++) {
    await set(`${i}a`, `${i}b`)
    await set(`${i}b`, `${i}a`)
    const spec = { sessions: [`${i}a`, `${i}b`], interaction: `ix-${i}`, durationMsMax: 600_000 }
    if (kind === 'recorded') await core.request({ type: 'record', recording: `r-${i}`, spec })
  }
  load.send({ type: 'call', targets })
}

async function carried(core: ChannelClient): Promise<{ packets: number; lost: number; late: number }> {
  const { sessions, load } = (await core.request({ type: 'statistics' })) as MediaAnswer<'statistics'>
  const packets = sessions.reduce((sum, session) => sum + session.packetsSent, 0)
  const lost = sessions.reduce((sum, session) => sum + session.packetsLost, 0)
  return { packets, lost, late: load.tickLateMsP99 }
}

async function cpuUs(media: ChildProcess): Promise<number> {
  media.send('usage')
  const [{ cpuUs: used }] = (await once(media, 'message')) as [{ cpuUs: number }]
  return used
}

async function close(bench: Bench): Promise<void> {
  await bench.core.close()
  for (const child of [bench.load, bench.media]) {
    const exited = once(child, 'exit')
    child.disconnect()
    await exited
  }
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100
}

import { type ChildProcess, execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, constants, loadavg, setPriority, tmpdir } from 'node:os'
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

/** The relay has one core to itself and the load another one: else the p99 is that of the load. */
const MEDIA_CPU = 0
const LOAD_CPU = 1
const PINNED = canPin()

/** As the media role does for itself; here the peer and the load have it too. */
const PRIORITIZED = hurry()

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

interface Sample {
  /** CPU-µs a packet. */
  readonly cost: number
  readonly packetsPerSecond: number
  readonly coreShare: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly missing: number
}

/** What uses CPU and carries packets, and can tell how much of either. */
interface Carrier {
  usage(): Promise<{ cpuUs: number; packets: number }>
}

/**
 * What a relayed packet costs the whole media process (both threads, the kernel's work on its behalf too) and how long it is on its
 * way, at three sizes, without and with a stereo recording of every call; beside it, in the same minute, a relay that does nothing
 * but receive and send. See bench/README.md for what is fair about it.
 */
export async function run(print: (line: string) => void = console.log): Promise<void> {
  for (const kind of ['plain', 'recorded'] as const) {
    const costs: number[] = []
    let held = 0
    for (const calls of SIZES[kind]) {
      const peer = kind === 'plain' ? await measurePeer(calls) : undefined
      const { sample, more } = await measure(kind, calls)
      costs.push(sample.cost)
      if (sample.p99Ms < DELAY_MS_MAX) held = calls
      const { cost: figure, ...rest } = sample
      const line = { bench: NAMES[kind].relay, size: calls, figure, unit: 'CPU-us/packet', ...rest, ...more }
      const beside = { peer: peer?.cost ?? null, ...(peer && { peerP99Ms: peer.p99Ms }) }
      print(JSON.stringify({ ...line, ...beside, ...machine(), aim: AIM_US[kind], limit: LIMIT }))
    }
    const calls = {
      bench: NAMES[kind].calls,
      figure: held,
      unit: 'two-way calls, p99 < 5 ms, largest size tried',
    }
    print(JSON.stringify({ ...calls, peer: null, ...machine(), aim: kind === 'plain' ? 600 : 350, limit: LIMIT }))
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
    const before = await carried(bench.core)
    const usage = async () => ({
      cpuUs: (await used(bench.media)).cpuUs,
      packets: (await carried(bench.core)).packets,
    })
    const sample = await sampled({ usage }, bench.load)
    const after = await carried(bench.core)
    return { sample, more: { lostBeforeRelay: after.lost - before.lost, tickLateMsP99: after.late } }
  } finally {
    await close(bench)
    await rm(folder, { recursive: true, force: true })
  }
}

/** The same load over a relay that does nothing else. */
async function measurePeer(calls: number): Promise<Sample> {
  const relay = child('./support-media-peer.ts', MEDIA_CPU)
  await once(relay, 'message')
  const load = child('./support-media-load.ts', LOAD_CPU)
  const [{ ports }] = (await once(load, 'message')) as [{ ports: number[] }]
  const socketOf = (party: number) => party % ports.length
  relay.send({
    calls: Array.from({ length: calls }, (_, i) => [ports[socketOf(2 * i)], ports[socketOf(2 * i + 1)]]),
  })
  const [{ ports: targets }] = (await once(relay, 'message')) as [{ ports: number[] }]
  load.send({ type: 'call', targets: targets.map((target, party) => ({ socket: socketOf(party), target })) })
  const usage = async () => {
    const { cpuUs, relayed = 0 } = await used(relay)
    return { cpuUs, packets: relayed }
  }
  try {
    return await sampled({ usage }, load)
  } finally {
    await Promise.all([ended(load), ended(relay)])
  }
}

/** Lets the load run for a while and then counts. */
async function sampled(carrier: Carrier, load: ChildProcess): Promise<Sample> {
  await wait(WARM_MS)
  const before = await carrier.usage()
  load.send({ type: 'count' })
  await wait(MEASURE_MS)
  const after = await carrier.usage()
  load.send({ type: 'report' })
  const [report] = (await once(load, 'message')) as [LoadReport]
  const packets = after.packets - before.packets
  const cpuUs = after.cpuUs - before.cpuUs
  return {
    cost: rounded(cpuUs / packets),
    packetsPerSecond: Math.round(packets / (MEASURE_MS / 1000)),
    coreShare: rounded(cpuUs / (MEASURE_MS * 1000)),
    p50Ms: rounded(report.p50Ms),
    p99Ms: rounded(report.p99Ms),
    missing: report.sent - report.received,
  }
}

/** What else the machine does shows in the delays: without this a p99 says nothing. */
function machine() {
  return {
    machineLoad: rounded(loadavg()[0]!),
    cores: availableParallelism(),
    pinned: PINNED,
    prioritized: PRIORITIZED,
  }
}

/** Starts a program of this folder, on a core of its own where that can be had. */
function child(name: string, cpu: number, env: Record<string, string> = {}): ChildProcess {
  const started = fork(new URL(name, import.meta.url), { env: { ...process.env, ...env } })
  if (PINNED) execFileSync('taskset', ['-a', '-p', '-c', String(cpu), String(started.pid)], { stdio: 'ignore' })
  return started
}

function hurry(): boolean {
  try {
    setPriority(process.pid, constants.priority.PRIORITY_HIGH)
    writeFileSync('/proc/self/autogroup', String(constants.priority.PRIORITY_HIGH))
    return true
  } catch {
    return false
  }
}

function canPin(): boolean {
  if (availableParallelism() < 2) return false
  try {
    execFileSync('taskset', ['-p', String(process.pid)], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

async function open(folder: string, calls: number): Promise<Bench> {
  const secret = 'bench'
  const options = { folder, secret, ports: { from: 44_000, to: 44_000 + 4 * calls + 200 } }
  const media = child('./support-media-process.ts', MEDIA_CPU, { MEDIA_BENCH: JSON.stringify(options) })
  const [{ port }] = (await once(media, 'message')) as [{ port: number }]
  const load = child('./support-media-load.ts', LOAD_CPU)
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

async function used(carrier: ChildProcess): Promise<{ cpuUs: number; relayed?: number }> {
  carrier.send('usage')
  const [usage] = (await once(carrier, 'message')) as [{ cpuUs: number; relayed?: number }]
  return usage
}

async function close(bench: Bench): Promise<void> {
  await bench.core.close()
  for (const process of [bench.load, bench.media]) await ended(process)
}

async function ended(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit')
  child.disconnect()
  await exited
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100
}

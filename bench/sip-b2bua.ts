import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { agentsFor, type PlayedAgent, queueBehind } from '../scripts/simulate/centre.ts'
import type { ApiClient } from '../test/kit/api-client.ts'
import { freePort } from '../test/kit/free-ports.ts'
import { whyWithout } from '../test/kit/outside.ts'
import { type System, startSystem } from '../test/kit/system.ts'
import { startMemorySystem } from './support-memory-system.ts'
import { growthExponent, machine, processCpuMs, processTree } from './support-processes.ts'
import { answerFor, type CallPlace, offer } from './support-sipp.ts'

/** Calls a second offered: ×1, ×4, ×16. */
const RATES = [40, 160, 640] as const

/** The same for calls with two legs: each of the demo's 200 agents is called three times in two seconds at most, and none is still busy. */
const BRIDGED_RATES = [20, 80, 320] as const

/** The same through a queue: an agent is busy for the call and for two seconds of wrap-up. */
const QUEUED_RATES = [8, 32, 128] as const

/** Enough for the largest size with room: 128 calls a second of 2.7 seconds each keep 346 busy. */
const QUEUE_AGENTS = 450

/** How long a caller of the queue stays when it is answered, which it is at once: an agent is there by then. */
const QUEUED_MS = 600

/** The demo's agents; SIPp answers for all of them. */
const AGENTS = 200

/** What is held at the most, and three times that; from several addresses, as the edge takes only so much from one. */
const OVERLOAD = { rates: [1_200, 3_600], sources: 3 } as const

/** A caller that has no answer by then would hang up; the load waits for nobody. */
const OVERLOAD_AT_ONCE_MAX = 50_000

/** Long enough that the hundredths of a second in which Linux counts processor time are below one per cent. */
const SECONDS = 6

/** Code is compiled and caches are filled by then. */
const WARM_UP = { rate: 200, seconds: 4 }

/** How long the idle system is watched: what it does for nobody is not the price of a call. */
const IDLE_MS = 3_000

const LIMIT =
  'processor: all parts and the load share this machine; the fewer calls, the more of their price is waking processes up'

/** What is measured: where to call, and the processor time of each part so far. */
interface Place extends CallPlace {
  readonly log: string
  readonly rates: readonly [number, number, number]
  readonly bench: string
  cpu(): Record<string, number>
}

/**
 * Calls offered by SIPp over UDP: answered by the echo and ended (INVITE, 200, ACK, BYE, 200); bridged to an agent's phone, which is another
 * SIPp; and through flow, queue, agent, recording and wrap-up. Through edge, core and media with the log in PostgreSQL, history, pages
 * and a backup core, as `npm start` runs it; the first two again with a log in the core's own memory and nothing of these. The peer is SIPp calling SIPp in the same run: what the load alone can do and costs.
 */
export async function run(print: (line: string) => void = console.log): Promise<void> {
  const without = whyWithout('sipp')
  if (without) {
    print(JSON.stringify({ bench: 'sip.b2bua', figure: null, unit: 'calls/s', peer: null, limit: without }))
    return
  }
  const peer = await peerLimit()
  const limit = 'the load tool itself: SIPp calling SIPp, nothing between'
  print(JSON.stringify({ bench: 'sip.load', ...peer, unit: 'calls/s', peer: null, limit, machine: machine() }))
  await wholeSystem(peer.figure, print)
  const memory = await startMemorySystem()
  const place = { log: 'memory', sip: memory.sip, cpu: () => cpuOf(memory.pids) }
  try {
    await measureAll({ ...place, bench: 'sip.b2bua', numbers: ['1009'], rates: RATES }, peer.figure, print)
    const { numbers, close } = await answerFor(memory.sip, demoAgents())
    await measureAll({ ...place, bench: 'sip.b2bua.bridged', numbers, rates: BRIDGED_RATES }, peer.figure, print)
    close()
  } finally {
    await memory.stop()
  }
}

async function wholeSystem(peer: number, print: (line: string) => void): Promise<void> {
  const system = await startSystem()
  const place = { log: 'PostgreSQL, with history, API and a backup', sip: system.sip, cpu: () => cpuOfSystem(system) }
  try {
    const echo = { ...place, bench: 'sip.b2bua', numbers: ['1009'], rates: RATES }
    await measureAll(echo, peer, print)
    await overload(echo, print)
    const desks = await answerFor(system.sip, demoAgents())
    await measureAll(
      { ...place, bench: 'sip.b2bua.bridged', numbers: desks.numbers, rates: BRIDGED_RATES },
      peer,
      print,
    )
    desks.close()
    const admin = await system.api('admin')
    const serving = await answerFor(system.sip, await queueAgents(admin))
    const queued = { bench: 'sip.b2bua.queued', numbers: ['1001'], rates: QUEUED_RATES, holdMs: QUEUED_MS }
    await measureAll({ ...place, ...queued }, peer, print)
    serving.close()
  } finally {
    await system.stop()
  }
}

/** Offers about what can be held, and three times that: how much of the first is left tells whether it collapses. */
async function overload(place: Place, print: (line: string) => void): Promise<void> {
  let most = 0
  for (const offered of OVERLOAD.rates) {
    const load = { together: OVERLOAD_AT_ONCE_MAX, sources: OVERLOAD.sources }
    const { good, calls, seconds } = await offer(place, offered, SECONDS, load)
    const figure = Math.round(good / seconds)
    most = Math.max(most, figure)
    const ofMost = Math.round((figure / most) * 100) / 100
    const limit = 'processor: refusing a call costs the edge most of what serving it does'
    const line = { bench: 'sip.overload', size: offered, figure, unit: 'calls/s', ofMost, notServed: calls - good }
    print(JSON.stringify({ ...line, log: place.log, peer: null, limit, machine: machine() }))
  }
}

function demoAgents(): PlayedAgent[] {
  return Array.from({ length: AGENTS }, (_, index) => {
    const user = `agent${index + 1}`
    return { user, extension: String(2001 + index), password: `demo-${user}` }
  })
}

async function queueAgents(admin: ApiClient): Promise<PlayedAgent[]> {
  return agentsFor(admin, await queueBehind(admin, '1001'), QUEUE_AGENTS)
}

/** Every process of the system by what it is: the primary is `core`, the other core `backup`. */
function cpuOfSystem(system: System): Record<string, number> {
  const run = join(system.data, 'run')
  const primary = system.pid('core')
  const pids: Record<string, number> = {}
  for (const file of readdirSync(run).filter((name) => name.endsWith('.pid') && name !== 'core.pid')) {
    const name = file.replace('.pid', '')
    const pid = Number(readFileSync(join(run, file), 'utf8'))
    pids[pid === primary ? 'core' : /^core\d/.test(name) ? 'backup' : name] = pid
  }
  const postgres = processTree(system.postgresPid()).reduce((sum, pid) => sum + processCpuMs(pid), 0)
  return { ...cpuOf(pids), postgres }
}

function cpuOf(pids: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(pids).map(([part, pid]) => [part, processCpuMs(pid)]))
}

async function measureAll(place: Place, peer: number, print: (line: string) => void): Promise<void> {
  await offer(place, Math.min(WARM_UP.rate, place.rates[2]), WARM_UP.seconds)
  await new Promise((resolve) => setTimeout(resolve, 2_000))
  const idle = await idlePerSecond(place)
  const costs: number[] = []
  for (const rate of place.rates) {
    const line = await measure(place, rate, idle)
    costs.push(line.cpuMicros * rate)
    print(
      JSON.stringify({
        bench: place.bench,
        size: rate,
        ...line,
        log: place.log,
        peer,
        limit: LIMIT,
        machine: machine(),
      }),
    )
  }
  const figure = growthExponent(place.rates, costs)
  const unit = 'exponent of CPU over calls/s; 1 is linear'
  print(JSON.stringify({ bench: `${place.bench}.growth`, figure, unit, log: place.log, peer: 1, limit: LIMIT }))
}

async function idlePerSecond(place: Place): Promise<Record<string, number>> {
  const before = place.cpu()
  await new Promise((resolve) => setTimeout(resolve, IDLE_MS))
  const after = place.cpu()
  return Object.fromEntries(Object.entries(after).map(([part, ms]) => [part, (ms - before[part]!) / (IDLE_MS / 1_000)]))
}

async function measure(place: Place, rate: number, idle: Readonly<Record<string, number>>) {
  const before = place.cpu()
  const { calls, good, seconds, retransmissions } = await offer(place, rate, SECONDS)
  const after = place.cpu()
  const cpuMicrosByPart = Object.fromEntries(
    Object.entries(after).map(([part, ms]) => {
      const spentMs = ms - before[part]! - idle[part]! * seconds
      return [part, Math.max(0, Math.round((spentMs * 1_000) / good))]
    }),
  )
  const cpuMicros = Object.values(cpuMicrosByPart).reduce((sum, one) => sum + one, 0)
  const cpuMicrosWithoutMedia = cpuMicros - (cpuMicrosByPart['media'] ?? 0) - (cpuMicrosByPart['archive'] ?? 0)
  return {
    figure: Math.round(good / seconds),
    unit: 'calls/s',
    cpuMicros,
    cpuMicrosWithoutMedia,
    cpuMicrosByPart,
    failed: calls - good,
    retransmissions,
  }
}

/** SIPp at the other end loses messages when it is given more than this at once, and then waits half a minute for them. */
const PEER_AT_ONCE = 50

/** Calls a second that SIPp makes with itself: more cannot be offered. */
async function peerLimit(): Promise<{ figure: number; failed: number }> {
  const { port, close } = await answerFor({ host: '127.0.0.1', port: await freePort() }, [])
  await new Promise((resolve) => setTimeout(resolve, 500))
  const peer = { sip: { host: '127.0.0.1', port }, numbers: ['1009'] }
  const { calls, good, seconds } = await offer(peer, 20_000, 1, { together: PEER_AT_ONCE })
  close()
  return { figure: Math.round(good / seconds), failed: calls - good }
}

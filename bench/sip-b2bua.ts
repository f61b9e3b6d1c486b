import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../test/kit/free-ports.ts'
import { runSipp, whyWithout } from '../test/kit/outside.ts'
import { Phone } from '../test/kit/phone.ts'
import { startSystem } from '../test/kit/system.ts'
import { startMemorySystem } from './support-memory-system.ts'
import { growthExponent, machine, processCpuMs, processTree } from './support-processes.ts'

/** Calls a second offered: ×1, ×4, ×16. */
const RATES = [40, 160, 640] as const

/** The same for calls with two legs: each of the demo's 200 agents is called once a second at most, so that none is still busy. */
const BRIDGED_RATES = [12, 48, 192] as const

/** The demo's agents; SIPp answers for all of them. */
const AGENTS = 200

/** Long enough that the hundredths of a second in which Linux counts processor time are below one per cent. */
const SECONDS = 6

/** Code is compiled and caches are filled by then. */
const WARM_UP = { rate: 200, seconds: 4 }

/** How long the idle system is watched: what it does for nobody is not the price of a call. */
const IDLE_MS = 3_000

const LIMIT =
  'processor: all parts and the load share this machine; the largest size asks for more than the aim of 300 calls/s'

/** What is measured: where to call, and the processor time of each part so far. */
interface Place {
  readonly log: string
  /** Numbers that are called in turn. */
  readonly numbers: readonly string[]
  readonly rates: readonly [number, number, number]
  readonly bench: string
  readonly sip: { readonly host: string; readonly port: number }
  cpu(): Record<string, number>
}

/**
 * A call that is answered and ended (INVITE, 200, ACK, BYE, 200) by the echo, offered by SIPp over UDP: through edge, core and media with
 * the log in PostgreSQL, history and pages, as `npm start` runs it; and again with a log in the core's own memory and neither of
 * these. The peer is SIPp calling SIPp in the same run: what the load alone can do and costs.
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
  const system = await startSystem()
  const whole = {
    log: 'PostgreSQL, with history and API',
    sip: system.sip,
    cpu: () => ({
      ...cpuOf({ edge: system.pid('edge'), core: system.pid('core'), media: system.pid('media') }),
      'backup and archive': system.otherPids().reduce((sum, pid) => sum + processCpuMs(pid), 0),
      postgres: processTree(system.postgresPid()).reduce((sum, pid) => sum + processCpuMs(pid), 0),
    }),
  }
  const echo = { bench: 'sip.b2bua', numbers: ['1009'], rates: RATES }
  try {
    await measureAll({ ...whole, ...echo }, peer.figure, print)
    const agents = await registerAgents(system.sip)
    await measureAll(
      { ...whole, bench: 'sip.b2bua.bridged', numbers: agents.numbers, rates: BRIDGED_RATES },
      peer.figure,
      print,
    )
    await agents.close()
  } finally {
    await system.stop()
  }
  const memory = await startMemorySystem()
  const place = { ...echo, log: 'memory', sip: memory.sip, cpu: () => cpuOf(memory.pids) }
  await measureAll(place, peer.figure, print).finally(() => memory.stop())
}

/** Registers the demo's agents with one SIPp that answers for all of them. */
async function registerAgents(sip: Place['sip']): Promise<{ numbers: string[]; close(): Promise<void> }> {
  const port = await freePort()
  const numbers = Array.from({ length: AGENTS }, (_, index) => String(2001 + index))
  const answering = runSipp(
    ['-sn', 'uas', '-p', String(port)],
    { host: '127.0.0.1', port: await freePort() },
    ANSWERING_MS,
  )
  for (const [index, user] of numbers.entries()) {
    const phone = await Phone.open({
      server: sip,
      user,
      password: `demo-agent${index + 1}`,
      contact: `sip:${user}@127.0.0.1:${port}`,
    })
    await phone.register(600)
    await phone.close()
  }
  return { numbers, close: async () => void (await Promise.race([answering, Promise.resolve()])) }
}

/** Longer than the three sizes with their warm-up take. */
const ANSWERING_MS = 90_000

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
  return {
    figure: Math.round(good / seconds),
    unit: 'calls/s',
    cpuMicros,
    cpuMicrosByPart,
    failed: calls - good,
    retransmissions,
  }
}

interface Offered {
  readonly calls: number
  readonly good: number
  readonly seconds: number
  readonly retransmissions: number
}

/** SIPp's own caller without its four seconds of waiting behind each call, which would be all that is measured. */
async function offer(
  { sip, numbers }: Pick<Place, 'sip' | 'numbers'>,
  rate: number,
  seconds: number,
  together = CALLS_AT_ONCE_MAX,
): Promise<Offered> {
  const folder = mkdtempSync(join(tmpdir(), 'sipp-'))
  const scenario = join(folder, 'caller.xml')
  const own = spawnSync('sipp', ['-sd', 'uac'], { encoding: 'utf8' }).stdout
  writeFileSync(
    scenario,
    own
      .slice(own.indexOf('<?xml'))
      .replace(/<timewait[^>]*\/>/, '')
      .replaceAll('[service]', '[field0]'),
  )
  const list = join(folder, 'numbers.csv')
  writeFileSync(list, `SEQUENTIAL\n${numbers.join('\n')}\n`)
  const calls = Math.round(rate * seconds)
  const port = String(await freePort())
  const load = ['-m', String(calls), '-r', String(rate), '-l', String(together)]
  const begun = performance.now()
  const { output } = await runSipp(
    ['-sf', scenario, '-inf', list, '-p', port, '-d', '0', ...load, '-timeout', '60'],
    sip,
    90_000,
  )
  const elapsed = (performance.now() - begun) / 1_000
  rmSync(folder, { recursive: true })
  const last = (pattern: RegExp) => Number([...output.matchAll(pattern)].at(-1)?.[1] ?? 0)
  return {
    calls,
    good: last(/Successful call\s*\|\s*\d+\s*\|\s*(\d+)/g),
    seconds: elapsed,
    retransmissions: last(/INVITE -+>\s+\d+\s+(\d+)/g),
  }
}

/** A load that waits for nobody would only count its own retransmissions. */
const CALLS_AT_ONCE_MAX = 400

/** SIPp at the other end loses messages when it is given more than this at once, and then waits half a minute for them. */
const PEER_AT_ONCE = 20

/** Calls a second that SIPp makes with itself: more cannot be offered. */
async function peerLimit(): Promise<{ figure: number; failed: number }> {
  const port = await freePort()
  const answering = runSipp(
    ['-sn', 'uas', '-p', String(port), '-timeout', '30'],
    { host: '127.0.0.1', port: await freePort() },
    30_000,
  )
  await new Promise((resolve) => setTimeout(resolve, 500))
  const { calls, good, seconds } = await offer(
    { sip: { host: '127.0.0.1', port }, numbers: ['1009'] },
    10_000,
    1,
    PEER_AT_ONCE,
  )
  await Promise.race([answering, Promise.resolve()])
  return { figure: Math.round(good / seconds), failed: calls - good }
}

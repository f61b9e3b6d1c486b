import { freePort } from '../test/kit/free-ports.ts'
import { runSipp, whyWithout } from '../test/kit/outside.ts'
import { type System, startSystem } from '../test/kit/system.ts'
import { growthExponent, machine, processCpuMs, processTree } from './support-processes.ts'

/** Calls a second offered: ×1, ×4, ×16, and a last one beyond what is held, to see what gives. */
const RATES = [20, 80, 320] as const

/** Long enough that the hundredths of a second in which Linux counts processor time are below one per cent. */
const SECONDS = 6

const LIMIT_OURS = 'processor: all processes and the load share this machine'
const LIMIT_PEER = 'the load tool itself: SIPp calling SIPp, nothing between'

/**
 * A call that is answered and ended (INVITE, 200, ACK, BYE, 200) through edge, core, media and log, offered by SIPp over UDP to the echo.
 * The peer is SIPp calling SIPp in the same run: what the load alone costs.
 */
export async function run(print: (line: string) => void = console.log): Promise<void> {
  const without = whyWithout('sipp')
  if (without) {
    print(JSON.stringify({ bench: 'sip.b2bua', figure: null, unit: 'calls/s', peer: null, limit: without }))
    return
  }
  const peer = await peerLimit()
  print(
    JSON.stringify({
      bench: 'sip.load',
      figure: peer,
      unit: 'calls/s',
      peer: null,
      limit: LIMIT_PEER,
      machine: machine(),
    }),
  )
  const system = await startSystem()
  try {
    await offer(system, 50, 3)
    const costs: number[] = []
    for (const rate of RATES) {
      const line = await measure(system, rate)
      costs.push(line.cpuMicros)
      print(JSON.stringify({ bench: 'sip.b2bua', size: rate, ...line, peer, limit: LIMIT_OURS, machine: machine() }))
    }
    const growth = growthExponent(
      RATES,
      costs.map((cost, index) => cost * RATES[index]!),
    )
    print(
      JSON.stringify({
        bench: 'sip.b2bua.growth',
        figure: growth,
        unit: 'exponent of CPU over calls/s; 1 is linear',
        peer: 1,
        limit: LIMIT_OURS,
      }),
    )
  } finally {
    await system.stop()
  }
}

async function measure(system: System, rate: number) {
  const before = cpuByPart(system)
  const { calls, failed, seconds } = await offer(system, rate, SECONDS)
  const after = cpuByPart(system)
  const micros = Object.fromEntries(
    Object.entries(after).map(([part, ms]) => [part, Math.round(((ms - before[part]!) * 1_000) / calls)]),
  )
  const cpuMicros = Object.values(micros).reduce((sum, one) => sum + one, 0)
  return { figure: Math.round(calls / seconds), unit: 'calls/s', cpuMicros, cpuMicrosByPart: micros, failed }
}

/** Processor time of each part so far. */
function cpuByPart(system: System): Record<string, number> {
  const postgres = processTree(system.postgresPid()).reduce((sum, pid) => sum + processCpuMs(pid), 0)
  const roles = (['edge', 'core', 'media'] as const).map((role) => [role, processCpuMs(system.pid(role))])
  return { ...Object.fromEntries(roles), postgres }
}

async function offer(
  system: System,
  rate: number,
  seconds: number,
): Promise<{ calls: number; failed: number; seconds: number }> {
  const calls = rate * seconds
  const port = String(await freePort())
  const words = [
    '-sn',
    'uac',
    '-s',
    '1009',
    '-p',
    port,
    '-m',
    String(calls),
    '-r',
    String(rate),
    '-d',
    '0',
    '-l',
    '5000',
    '-timeout',
    '60',
    '-trace_stat',
    '-fd',
    '1',
  ]
  const begun = performance.now()
  const { output } = await runSipp(words, system.sip, 90_000)
  const failed = Number(/Failed call\s*\|\s*\d+\s*\|\s*(\d+)/.exec(output)?.[1] ?? Number.NaN)
  return { calls, failed, seconds: (performance.now() - begun) / 1_000 }
}

/** Calls a second that SIPp makes with itself: more cannot be offered. */
async function peerLimit(): Promise<number> {
  const port = await freePort()
  const calls = 10_000
  const answering = runSipp(
    ['-sn', 'uas', '-p', String(port), '-m', String(calls), '-timeout', '60'],
    { host: '127.0.0.1', port: await freePort() },
    90_000,
  )
  await new Promise((resolve) => setTimeout(resolve, 500))
  const begun = performance.now()
  const words = [
    '-sn',
    'uac',
    '-s',
    '1009',
    '-p',
    String(await freePort()),
    '-m',
    String(calls),
    '-r',
    '20000',
    '-rp',
    '1000',
    '-d',
    '0',
    '-l',
    '2000',
    '-timeout',
    '60',
  ]
  await runSipp(words, { host: '127.0.0.1', port }, 90_000)
  const seconds = (performance.now() - begun) / 1_000
  await Promise.race([answering, new Promise((resolve) => setTimeout(resolve, 5_000))])
  return Math.round(calls / seconds)
}

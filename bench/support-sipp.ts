/** SIPp as callers and as agents, for benchmarks. */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PlayedAgent } from '../scripts/simulate/centre.ts'
import { freePort } from '../test/kit/free-ports.ts'
import { runSipp } from '../test/kit/outside.ts'
import { Phone } from '../test/kit/phone.ts'

/** Where to call, and whom. */
export interface CallPlace {
  readonly sip: { readonly host: string; readonly port: number }
  /** Numbers that are called in turn. */
  readonly numbers: readonly string[]
  /** How long a caller stays; 0 when not said. */
  readonly holdMs?: number
}

/** How calls are offered, unless from one address and with a bound on those that stand at once. */
export interface Load {
  readonly sources?: number
  readonly together?: number
}

/** What became of the calls. */
export interface Offered {
  readonly calls: number
  readonly good: number
  readonly seconds: number
  readonly retransmissions: number
}

/** A load that waits for nobody would only count its own retransmissions. */
const CALLS_AT_ONCE_MAX = 400

/**
 * Offers calls at this rate for so long, from one address or several, and returns when all have ended. SIPp's own caller, without its
 * four seconds of waiting behind each call, which would be all that is measured.
 */
export async function offer(place: CallPlace, rate: number, seconds: number, load: Load = {}): Promise<Offered> {
  const { sources = 1, together = CALLS_AT_ONCE_MAX } = load
  const one = (n: number) =>
    offerFrom(place, `127.0.0.${n + 1}`, {
      calls: Math.round((rate * seconds) / sources),
      rate: Math.round(rate / sources),
      together,
    })
  const parts = await Promise.all(Array.from({ length: sources }, (_, n) => one(n)))
  const sum = (of: (part: Offered) => number) => parts.reduce((total, part) => total + of(part), 0)
  return {
    calls: sum((part) => part.calls),
    good: sum((part) => part.good),
    seconds: Math.max(...parts.map((part) => part.seconds)),
    retransmissions: sum((part) => part.retransmissions),
  }
}

async function offerFrom(
  { sip, numbers, holdMs = 0 }: CallPlace,
  source: string,
  { calls, rate, together }: { readonly calls: number; readonly rate: number; readonly together: number },
): Promise<Offered> {
  const folder = mkdtempSync(join(tmpdir(), 'sipp-'))
  const scenario = ownScenario(folder, 'uac', (text) =>
    text.replace(/<timewait[^>]*\/>/, '').replaceAll('[service]', '[field0]'),
  )
  const list = join(folder, 'numbers.csv')
  writeFileSync(list, `SEQUENTIAL\n${numbers.join('\n')}\n`)
  const port = String(await freePort())
  const load = ['-m', String(calls), '-r', String(rate), '-l', String(together)]
  const begun = performance.now()
  const { output } = await runSipp(
    ['-sf', scenario, '-inf', list, '-i', source, '-p', port, '-d', String(holdMs), ...load, '-timeout', '60'],
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

/** Registers these agents with one SIPp that answers for all of them. */
export async function answerFor(
  sip: CallPlace['sip'],
  agents: readonly PlayedAgent[],
): Promise<{ port: number; numbers: string[]; close(): void }> {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'sipp-'))
  const scenario = ownScenario(folder, 'uas', (text) => text.replace(/<pause milliseconds="4000"\/>/, ''))
  const child = spawn('sipp', ['-sf', scenario, '-i', '127.0.0.1', '-p', String(port), '-nostdin', '127.0.0.1:9'], {
    cwd: folder,
    env: { ...process.env, TERM: 'dumb' },
    stdio: 'ignore',
  })
  for (const { extension, password } of agents) {
    const contact = `sip:${extension}@127.0.0.1:${port}`
    const phone = await Phone.open({ server: sip, user: extension, password, contact })
    await phone.register(3_600)
    await phone.close()
  }
  const close = () => {
    child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
  return { port, numbers: agents.map(({ extension }) => extension), close }
}

/** One of SIPp's own scenarios, changed. */
function ownScenario(folder: string, name: 'uac' | 'uas', change: (text: string) => string): string {
  const file = join(folder, `${name}.xml`)
  const own = spawnSync('sipp', ['-sd', name], { encoding: 'utf8' }).stdout
  writeFileSync(file, change(own.slice(own.indexOf('<?xml'))))
  return file
}

import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findCommand } from '../../scripts/install-packages.ts'
import { type Finding, judge, readSeen, type Seen, talkGaps } from './checkers/index.ts'
import { FAULTS } from './faults/index.ts'
import { closeNamespace, openNamespace, whyNoNamespaces } from './network.ts'
import { type RunOptions, SHORT_LOAD } from './run-options.ts'

/** A run that has not ended by then hangs: its processes are killed and it has failed. */
const RUN_MS_MAX = 600_000

let runs = 0

/** What came of one run. */
export interface RunOutcome {
  readonly seed: number
  readonly faults: readonly string[]
  readonly apartMs?: number
  readonly findings: readonly Finding[]
  /** Where everything lies; gone if nothing was found. */
  readonly folder: string
  readonly figures: RunFigures
}

/** What was measured beside the verdict. */
export interface RunFigures {
  readonly calls: number
  readonly takeoversMs: readonly number[]
  readonly longestGapMs: number
  readonly lostPackets: number
  /** How many processes wanted each processor of the machine when it began: others may work beside it. */
  readonly load: number
}

/** Where Debian's libfaketime lies. */
const FAKETIME = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1'

export type RunWish = Partial<Omit<RunOptions, 'folder' | 'namespace'>> & {
  /** Whether the folder stays; unless told, if something was found. */
  readonly keep?: boolean
  readonly seed: number
  readonly faults: readonly string[]
}

/** Why a fault cannot be made on this machine, or undefined. */
export function whyNotPossible(id: string): string | undefined {
  const fault = FAULTS[id]
  if (!fault) return `there is no fault ${id}`
  if (fault.needs === 'namespace' || fault.needs === 'relay' || fault.needs === 'relays') return whyNoNamespaces()
  if (fault.needs === 'halves')
    return whyNoNamespaces() ?? (findCommand('redis-server') ? undefined : 'redis-server is not installed')
  if (fault.needs === 'limits') return findCommand('prlimit') ? undefined : 'prlimit is not installed'
  if (fault.needs === 'pool' || fault.needs === 'releases')
    return findCommand('redis-server') ? undefined : 'redis-server is not installed'
  if (fault.needs === 'clock') return existsSync(FAKETIME) ? undefined : 'libfaketime is not installed'
  return undefined
}

/** Runs a system under load and faults, in a network of its own where that can be had, and judges what was seen. */
export async function run(wish: RunWish): Promise<RunOutcome> {
  const namespace = whyNoNamespaces() === undefined ? openNamespace(`${runs++}`) : undefined
  const folder = mkdtempSync(join(tmpdir(), 'tandem-chaos-'))
  mkdirSync(join(folder, 'data'))
  const severalNeeded = wish.faults.some((id) => ['pool', 'halves', 'releases'].includes(FAULTS[id]?.needs ?? ''))
  const pool = severalNeeded ? { nodes: 2 } : {}
  const load = Object.assign({}, ...wish.faults.map((id) => FAULTS[id]?.load))
  const options: RunOptions = { ...SHORT_LOAD, ...load, ...pool, ...wish, folder, namespace: namespace !== undefined }
  writeFileSync(join(folder, 'options.json'), JSON.stringify(options, null, 1))
  let findings: readonly Finding[]
  const busy = Math.round((10 * (loadavg()[0] ?? 0)) / cpus().length) / 10
  let figures: RunFigures = { ...NO_FIGURES, load: busy }
  try {
    const failure = await runProcess(folder, namespace)
    if (failure) findings = brokenDown(failure)
    else {
      const seen = readSeen(folder)
      findings = judge(seen)
      figures = { ...figuresOf(seen), load: busy }
    }
  } catch (cause) {
    // One run that cannot be judged says nothing of those after it.
    findings = brokenDown(cause instanceof Error ? (cause.stack ?? cause.message) : String(cause))
  } finally {
    if (namespace) closeNamespace(namespace)
  }
  if (!(wish.keep ?? findings.length > 0))
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  const { seed, faults, apartMs } = wish
  return { seed, faults, ...(apartMs === undefined ? {} : { apartMs }), findings, folder, figures }
}

function brokenDown(what: string): readonly Finding[] {
  return [{ checker: 'harness', invariant: 0, who: 'the run', what }]
}

/** Gives the reason if the run itself broke down. */
async function runProcess(folder: string, namespace: string | undefined): Promise<string | undefined> {
  const file = fileURLToPath(new URL('./run-process.ts', import.meta.url))
  const words = [process.execPath, file, join(folder, 'options.json')]
  const [command = '', ...rest] = namespace ? ['ip', 'netns', 'exec', namespace, ...words] : words
  const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-8_000)
    })
  }
  const timer = setTimeout(() => child.kill('SIGKILL'), RUN_MS_MAX)
  const stop = () => {
    child.kill('SIGTERM')
  }
  process.once('exit', stop)
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  clearTimeout(timer)
  process.removeListener('exit', stop)
  writeFileSync(join(folder, 'output.txt'), said)
  return code === 0 ? undefined : `ended with ${code}: ${said.trim().split('\n').slice(-12).join('\n')}`
}

function figuresOf(seen: Seen): Omit<RunFigures, 'load'> {
  const gaps = talkGaps(seen)
  return {
    calls: seen.calls.length,
    takeoversMs: seen.nemesis
      .filter(({ op }) => op === 'takeover')
      .map(({ value }) => (value as { ms: number | null }).ms ?? Number.POSITIVE_INFINITY),
    longestGapMs: Math.max(0, ...gaps.map(({ transitMs }) => transitMs)),
    lostPackets: gaps.reduce((sum, { lost }) => sum + lost, 0),
  }
}

const NO_FIGURES = { calls: 0, takeoversMs: [], longestGapMs: 0, lostPackets: 0 }

/** What went wrong in a kept run, as a person reads it. */
export function describeOutcome({ seed, faults, apartMs, findings, folder, figures }: RunOutcome): string {
  const apart = apartMs === undefined ? '' : ` ${apartMs} ms apart`
  const head = `fault ${faults.join('+')}${apart} seed ${seed}: ${figures.calls} calls, new calls after ${figures.takeoversMs.join(', ') || '-'} ms, longest gap ${figures.longestGapMs} ms, ${figures.lostPackets} packets lost, load ${figures.load}`
  if (findings.length === 0) return `ok    ${head}`
  const shown = findings
    .slice(0, 12)
    .map(({ checker, invariant, who, what }) => `        ${checker} (invariant ${invariant}): ${who} ${what}`)
  const more = findings.length > shown.length ? [`        and ${findings.length - shown.length} more`] : []
  return [`FAIL  ${head}`, ...shown, ...more, `        kept in ${folder}`].join('\n')
}

/** Which run a folder holds. */
export function optionsOf(folder: string): RunOptions {
  return JSON.parse(readFileSync(join(folder, 'options.json'), 'utf8')) as RunOptions
}

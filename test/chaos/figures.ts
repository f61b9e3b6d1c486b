import { existsSync, readdirSync, rmSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { KEEPS } from '../kit/system.ts'
import { medianStages, stagesAfter } from '../kit/takeover-stages.ts'
import { readSeen, type Seen, talkGaps } from './checkers/index.ts'
import { describeOutcome, type RunOutcome, run } from './run.ts'

/** The load that the plan's figures are asked for: 200 calls that stand, 100 that wait, 50 agents. */
const LOAD = {
  calls: 250,
  rate: 12,
  agents: 50,
  talkMs: 42_000,
  standingMs: 140_000,
  browsers: 20,
  mix: 'figures',
} as const

interface Blow {
  readonly kind: 'kill core' | 'pause core' | 'kill edge' | 'kill media'
  readonly at: number
  readonly until: number
}

/** Where the time of a takeover goes under the load of the figures: only kills of the primary, and only what follows from those. */
export async function printKills(seed: number, print: (line: string) => void, nodes = 1): Promise<boolean> {
  const outcome = await run({
    ...{ seed, faults: ['kills'], keep: true, ...LOAD, standingMs: 75_000 },
    ...(nodes > 1 && { nodes }),
  })
  const harness = outcome.findings.some(({ checker }) => checker === 'harness')
  const figures = harness ? [] : killFigures(readSeen(outcome.folder), outcome)
  for (const figure of figures) print(JSON.stringify({ ...figure, seed, load: outcome.figures.load }))
  if (outcome.findings.length === 0 && !KEEPS) rmSync(outcome.folder, { recursive: true, force: true })
  else print(describeOutcome(outcome))
  return outcome.findings.length === 0
}

/** Makes one long run and prints each figure with its aim as a line of JSON. */
export async function printFigures(seed: number, print: (line: string) => void): Promise<boolean> {
  const outcome = await run({ seed, faults: ['figures'], keep: true, ...LOAD })
  if (outcome.findings.some(({ checker }) => checker === 'harness')) {
    print(describeOutcome(outcome))
    return false
  }
  const seen = readSeen(outcome.folder)
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`
  for (const figure of [...figuresOf(seen, outcome), ...stagesOf(seen, outcome)])
    print(JSON.stringify({ ...figure, seed, load: outcome.figures.load, machine }))
  if (outcome.findings.length === 0) rmSync(outcome.folder, { recursive: true, force: true })
  print(describeOutcome(outcome))
  return outcome.findings.length === 0
}

interface Figure {
  readonly chaos: string
  readonly figure: number | null
  readonly unit: string
  readonly aim: string
  readonly [more: string]: unknown
}

function figuresOf(seen: Seen, outcome: RunOutcome): Figure[] {
  const blows = blowsOf(seen)
  const of = (kind: Blow['kind']) => blows.filter((blow) => blow.kind === kind)
  const answered = (kind: Blow['kind']) => of(kind).map(({ at }) => answeredAfter(seen, at))
  const back = of('kill core').flatMap(({ at }) => browsersBack(seen, at))
  const control = blows.filter(({ kind }) => kind !== 'kill media')
  const lost = talkGaps(seen)
  const lostIn = (list: readonly Blow[]) =>
    lost.filter((gap) => list.some(({ at, until }) => gap.at >= at && gap.at < until))
  const mediaGaps = lostIn(of('kill media')).map(({ ms }) => ms)
  const count = (checker: string) => outcome.findings.filter((finding) => finding.checker === checker).length
  return [
    takeover('takeover after kill -9 of the primary', answered('kill core'), 'p50 < 500 ms, p99 < 2000 ms'),
    takeover('takeover after SIGSTOP of the primary', answered('pause core'), 'p99 < 3000 ms'),
    takeover('new call after kill -9 of the edge', answered('kill edge'), '< 2000 ms'),
    takeover('new call after kill -9 of media', answered('kill media'), '< 2000 ms'),
    takeover('browsers resumed after kill -9 of the primary', back, '< 3000 ms'),
    {
      chaos: 'packets of talks lost in control and edge faults',
      figure: sum(lostIn(control).map(({ lost: n }) => n)),
      unit: 'packets',
      aim: '0',
    },
    takeover('audio gap on media death', mediaGaps, 'p99 < 1000 ms'),
    { chaos: 'calls lost', figure: count('lost-calls'), unit: 'calls', aim: '0', calls: outcome.figures.calls },
    {
      chaos: 'effects and events twice',
      figure: count('once') + count('acknowledged'),
      unit: 'events',
      aim: '0',
      events: seen.collected.log.length,
    },
    {
      chaos: "callers' and agents' own timers late",
      figure: Math.round(seen.lateMs),
      unit: 'ms at most',
      aim: 'none: how good the measurement is',
    },
  ]
}

function takeover(chaos: string, values: readonly number[], aim: string): Figure {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share: number) =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0)
  if (sorted.length === 0) return { chaos, figure: null, unit: 'ms', aim }
  return { chaos, figure: at(0.5), unit: 'ms, p50', p99: at(0.99), samples: sorted.length, aim }
}

function killFigures(seen: Seen, outcome: RunOutcome): Figure[] {
  const kills = blowsOf(seen).filter(({ kind }) => kind === 'kill core')
  const answered = kills.map(({ at }) => answeredAfter(seen, at))
  return [
    takeover('takeover after kill -9 of the primary', answered, 'p50 < 500 ms, p99 < 2000 ms'),
    ...stagesOf(seen, outcome),
  ]
}

/** Of each kill of the primary what the processes' logs say of what followed, and the medians. */
function stagesOf(seen: Seen, { folder }: RunOutcome): Figure[] {
  const kills = seen.nemesis.filter(
    ({ type, op, value }) => type === 'invoke' && op === 'kill' && (value as { role: string }).role === 'core',
  )
  const pool = join(folder, 'pool')
  const data = existsSync(pool) ? readdirSync(pool).map((name) => join(pool, name)) : [join(folder, 'data')]
  const takeovers = kills.map(({ at, value }) =>
    stagesAfter(data, { pid: (value as { pid: number }).pid, at: at + seen.meta.wallOffset }),
  )
  const figure = (chaos: string, stages: (typeof takeovers)[number]) => ({
    ...{ chaos, figure: stages.at(-1)?.atMs ?? null, unit: 'ms from the kill', aim: 'shows where the time goes' },
    stages,
  })
  return [
    ...takeovers.map((stages, index) => figure(`stages of takeover ${index + 1}`, stages)),
    figure('stages of a takeover, medians', medianStages(takeovers)),
  ]
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

/** Each blow lasts until the next. */
function blowsOf(seen: Seen): Blow[] {
  const lines = seen.nemesis.filter(({ type, op }) => type === 'invoke' && (op === 'kill' || op === 'pause'))
  return lines.map(({ at, op, value }, index) => ({
    kind: `${op} ${(value as { role: string }).role}` as Blow['kind'],
    at,
    until: lines[index + 1]?.at ?? Number.POSITIVE_INFINITY,
  }))
}

function answeredAfter(seen: Seen, at: number): number {
  const line = seen.nemesis.find((one) => one.op === 'takeover' && one.at >= at)
  return (line?.value as { ms: number | null } | undefined)?.ms ?? Number.POSITIVE_INFINITY
}

/** Of every browser that the blow cut off: until it was told something again. */
function browsersBack(seen: Seen, at: number): number[] {
  const browsers = Map.groupBy(
    seen.clients.filter(({ who }) => who.startsWith('browser')),
    ({ who }) => who,
  )
  return [...browsers.values()].flatMap((lines) => {
    const left = lines.find((line) => line.op === 'left' && line.at >= at && line.at < at + 2_000)
    const resumed = left && lines.find((line) => line.op === 'resume' && line.type === 'ok' && line.at > left.at)
    return resumed ? [resumed.at - at] : []
  })
}

/** `node test/chaos/page.ts`: writes what the suite saw (test/chaos/results.json) into the marked places of docs/operations/failure-behaviour.md. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { FAULTS } from './faults/index.ts'
import { NETWORK_FAULTS } from './faults/network.ts'
import { MUTANTS } from './mutants.ts'
import { type FaultResult, type Results, readResults } from './results.ts'
import { SEED_SCENARIOS, type SeedScenario } from './seed-scenarios.ts'

const PAGE = join(fileURLToPath(new URL('../..', import.meta.url)), 'docs/operations/failure-behaviour.md')

const SUITE = /<!--suite-->.*?<!--\/suite--> ?/
const SECTION = /<!-- suite:begin -->[\s\S]*?<!-- suite:end -->/

/** The page with what the suite saw in its marked places; all else on it people wrote and keep. */
export function failurePage(page: string, results: Results): string {
  const rows = page
    .split('\n')
    .map((line) => {
      const [, id = '', name = '', state = '', how = ''] = /^\| (\d+) \| ([^|]+) \| ([^|]+) \|(.*)\|$/.exec(line) ?? []
      const tried = Object.values(results.faults).filter(({ fault }) => fault === id || fault.startsWith(`${id}-`))
      if (id === '' || tried.length === 0) return line
      const kept = how.replace(SUITE, '').trim()
      return `| ${id} | ${name} | ${stateOf(state, tried)} | <!--suite-->${tried.map(suiteWords).join(' ')}<!--/suite-->${kept === '' ? '' : ` ${kept}`} |`
    })
    .join('\n')
  return rows.replace(SECTION, () => section(results))
}

/** Whoever says "tried" says that all of the plan's line was: the suite can only take that back. */
function stateOf(state: string, tried: readonly FaultResult[]): string {
  return tried.every(({ passed, runs }) => passed === runs) && state === 'tried' ? 'tried' : 'partly'
}

function section(results: Results): string {
  return [
    '<!-- suite:begin -->',
    pairs(results),
    '',
    '## What the seeds lose, and what we do',
    '',
    'Each failure scenario that a seed describes, with its own result beside ours. What has no run of the suite and no test is not tried.',
    '',
    '| row | scenario | the seed | here |',
    '| --- | --- | --- | --- |',
    ...SEED_SCENARIOS.map((row) => scenarioRow(row, results)),
    '',
    '## Whether the suite can fail',
    '',
    ...mutants(results),
    '<!-- suite:end -->',
  ].join('\n')
}

/** The files of the faults that are not those of processes or networks. */
const WHERE: Readonly<Record<string, string>> = {
  '4': 'limits',
  '12': 'slow-store',
  '13': 'registers',
  '14': 'database',
  '8-halves': 'halves',
  '9-halves': 'halves',
  '17': 'clock',
  '20': 'upgrade',
  '22': 'herd',
  '23': 'overload',
}

/** More processes than this for each processor, and the machine is not ours. */
const BUSY = 1.5

/** What the suite saw of a fault, in a sentence or two. */
function suiteWords(result: FaultResult): string {
  const { fault, seeds, runs, passed, calls, takeoversMs, longestGapMs, lostPackets, findings, loads = [] } = result
  const how = FAULTS[fault]?.how ?? ''
  const verdict = passed === runs ? 'nothing lost' : `**not passed in ${runs - passed} of them**`
  const times = takeoversMs.length > 0 ? `, a new call answered after ${span(takeoversMs)}` : ''
  const media =
    lostPackets === 0
      ? 'no packet of a talk lost'
      : `${lostPackets} packets of talks lost, longest gap ${longestGapMs} ms`
  const found = findings.length > 0 ? ` Found: ${findings.map((one) => one.replaceAll('|', '/')).join('; ')}.` : ''
  const where = WHERE[fault] ?? (NETWORK_FAULTS.some(({ id }) => id === fault) ? 'network' : 'processes')
  return `Suite (\`npm run chaos -- --fault ${fault}\`, \`test/chaos/faults/${where}.ts\`): ${how}. ${runs} runs (seeds ${seeds.join(', ')}), ${calls} calls: ${verdict}${times}; ${media}${loadWords(loads)}.${found}`
}

/** Figures of a machine that others use as well say so. */
function loadWords(loads: readonly number[]): string {
  const most = Math.max(0, ...loads)
  return most > BUSY ? `, while up to ${most} processes wanted each processor` : ''
}

function span(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share: number) => seconds(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0)
  return sorted.length === 1 ? at(0) : `${at(0.5)} (median), ${at(1)} (most)`
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(2)} s`
}

function pairs(results: Results): string {
  const doubles = Object.values(results.faults).filter(({ fault }) => fault.includes('+'))
  const told = doubles.map((result) => `${result.fault}: ${result.passed} of ${result.runs} runs passed`)
  return `Two faults in one run of the suite: ${told.length > 0 ? told.join('; ') : 'not tried'}.`
}

function scenarioRow({ id, scenario, seed, fault, test, note }: SeedScenario, results: Results): string {
  const result = fault === undefined ? undefined : results.faults[fault]
  const words = result
    ? `${result.passed === result.runs ? 'nothing lost' : 'not passed'} in ${result.runs} runs of fault ${fault}, a new call after ${span(result.takeoversMs)}${result.longestGapMs > 60 && result.lostPackets > 0 ? `, longest gap ${result.longestGapMs} ms` : ''}`
    : test
      ? `\`${test}\``
      : 'not tried'
  return `| ${id} | ${scenario} | ${seed} | ${words}${note ? `; ${note}` : ''} |`
}

function mutants(results: Results): string[] {
  const tried = MUTANTS.flatMap(({ name }) => (results.mutants[name] ? [results.mutants[name]] : []))
  const caught = tried.filter(({ verdict }) => verdict === 'caught').length
  return [
    `Known bugs are put in on purpose, one at a time, into a copy of the tree (\`npm run chaos -- --mutants\`); of ${MUTANTS.length} that there are, ${tried.length} were run and ${caught} were caught.`,
    'A fault is planted in the histories of a sound run for every rule of every checker as well (`test/chaos/checkers.test.ts`).',
    '',
    '| bug | under fault | verdict | seen by |',
    '| --- | --- | --- | --- |',
    ...MUTANTS.map(({ name, what, fault }) => {
      const outcome = results.mutants[name]
      return `| ${name}: ${what} | ${fault} | ${outcome?.verdict ?? 'not run'} | ${outcome?.by.join(', ') ?? ''} |`
    }),
  ]
}

if (process.argv[1] === import.meta.filename)
  writeFileSync(PAGE, failurePage(readFileSync(PAGE, 'utf8'), readResults()))

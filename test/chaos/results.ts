import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Finding } from './checkers/index.ts'
import type { MutantOutcome } from './mutation.ts'
import type { RunOutcome } from './run.ts'

/** What the suite saw of one fault, over all runs of the command that made it last. */
export interface FaultResult {
  readonly fault: string
  readonly seeds: readonly number[]
  readonly passed: number
  readonly runs: number
  readonly calls: number
  readonly takeoversMs: readonly number[]
  readonly longestGapMs: number
  readonly lostPackets: number
  /** How many processes wanted each processor of the machine when each run began. */
  readonly loads?: readonly number[]
  /** What was found, in the words of the checkers, without names of callers. */
  readonly findings: readonly string[]
}

/** All that the page is written from. */
export interface Results {
  readonly faults: Readonly<Record<string, FaultResult>>
  readonly mutants: Readonly<Record<string, Omit<MutantOutcome, 'said'>>>
}

const FILE = join(fileURLToPath(new URL('.', import.meta.url)), 'results.json')

export function readResults(): Results {
  return existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as Results) : { faults: {}, mutants: {} }
}

function write(results: Results): void {
  writeFileSync(FILE, `${JSON.stringify(results, null, 1)}\n`)
}

/** Keeps what this command has seen so far of each fault, in the place of what an earlier one saw of it: called after every run, so that one that hangs takes no other with it. */
export function recordRuns(outcomes: readonly RunOutcome[]): void {
  const results = readResults()
  const byFault = Map.groupBy(outcomes, ({ faults }) => faults.join('+'))
  const fresh = [...byFault].map(([fault, list]) => [fault, resultOf(fault, list)] as const)
  write({ ...results, faults: { ...results.faults, ...Object.fromEntries(fresh) } })
}

function resultOf(fault: string, list: readonly RunOutcome[]): FaultResult {
  return {
    fault,
    seeds: list.map(({ seed }) => seed),
    runs: list.length,
    passed: list.filter(({ findings }) => findings.length === 0).length,
    calls: list.reduce((sum, { figures }) => sum + figures.calls, 0),
    takeoversMs: list.flatMap(({ figures }) => figures.takeoversMs),
    longestGapMs: Math.max(...list.map(({ figures }) => figures.longestGapMs)),
    lostPackets: list.reduce((sum, { figures }) => sum + figures.lostPackets, 0),
    loads: list.map(({ figures }) => figures.load),
    findings: summarise(list.flatMap(({ findings }) => findings)),
  }
}

/** The same finding of many callers is one line, with its number. */
function summarise(findings: readonly Finding[]): string[] {
  const kinds = Map.groupBy(findings, ({ checker, what }) => `${checker}: ${what.replace(/[\d.]{2,}/g, 'N')}`)
  return [...kinds].map(([kind, list]) => `${kind}${list.length > 1 ? ` (${list.length} times)` : ''}`).slice(0, 8)
}

export function recordMutants(outcomes: readonly MutantOutcome[]): void {
  const results = readResults()
  const fresh = outcomes.map(({ said: _, ...rest }) => [rest.name, rest] as const)
  write({ ...results, mutants: { ...results.mutants, ...Object.fromEntries(fresh) } })
}

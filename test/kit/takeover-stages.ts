import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One stage of a takeover that is over, as the logs of the processes tell. */
export interface StageSeen {
  readonly stage: string
  /** Since the kill. */
  readonly atMs: number
  /** What the new primary's process has had of the processors since it took the lease. */
  readonly cpuMs?: number
}

interface LogLine {
  readonly time: number
  readonly msg: string
  readonly diedPid?: number
  readonly stages?: readonly { readonly stage: string; readonly atMs: number; readonly cpuMs: number }[]
}

/** What happened after the kill of a primary, one stage after the other, from the logs of these data folders; the moments are the wall clock's. */
export function stagesAfter(data: readonly string[], kill: { readonly pid: number; readonly at: number }): StageSeen[] {
  const lines = data.flatMap(readLogs)
  const dead = (msg: string) => lines.find((line) => line.msg === msg && line.diedPid === kill.pid)
  const taken = lines
    .filter(({ msg, time, stages }) => msg === 'answers calls' && stages && time > kill.at)
    .sort((a, b) => a.time - b.time)[0]
  const seen: StageSeen[] = []
  const note = (stage: string, time: number | undefined, cpuMs?: number) => {
    if (time === undefined) return
    seen.push({ stage, atMs: Math.round(time - kill.at), ...(cpuMs !== undefined && { cpuMs: Math.round(cpuMs) }) })
  }
  note('death seen', dead('a role died and is started again')?.time)
  note('lease handed back', dead('the lease of a core that died is handed back')?.time)
  const since = taken && taken.time - (taken.stages?.at(-1)?.atMs ?? 0)
  note('lease taken', since)
  for (const { stage, atMs, cpuMs } of taken?.stages ?? []) note(stage, since! + atMs, cpuMs)
  return seen
}

/** The median moment of each stage over several takeovers, in their order. */
export function medianStages(takeovers: readonly (readonly StageSeen[])[]): StageSeen[] {
  const stages = new Map<string, StageSeen[]>()
  for (const one of takeovers.flat()) stages.set(one.stage, [...(stages.get(one.stage) ?? []), one])
  return [...stages]
    .map(([stage, all]) => {
      const cpu = all.flatMap(({ cpuMs }) => cpuMs ?? [])
      const atMs = middle(all.map((one) => one.atMs))
      return { stage, atMs, ...(cpu.length > 0 && { cpuMs: middle(cpu) }) }
    })
    .sort((a, b) => a.atMs - b.atMs)
}

function middle(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

function readLogs(data: string): LogLine[] {
  const folder = join(data, 'log')
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => /^(supervisor|core\d*)\.log$/.test(name))
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n').flatMap(readLine))
}

function readLine(text: string): LogLine[] {
  try {
    return [JSON.parse(text) as LogLine]
  } catch {
    // What a process says that dies of an assertion is no JSON.
    return []
  }
}

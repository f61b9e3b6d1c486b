import { readdirSync, readFileSync } from 'node:fs'
import { cpus } from 'node:os'

/** Linux counts processor time in hundredths of a second (USER_HZ). */
const TICK_MS = 10

/** Processor time that a process has used so far, threads included, in milliseconds; 0 if it is gone. */
export function processCpuMs(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS
  } catch {
    return 0
  }
}

/** The process and all that it started, and they in turn. */
export function processTree(root: number): number[] {
  const parents = new Map<number, number[]>()
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
      parents.set(parent, [...(parents.get(parent) ?? []), Number(name)])
    } catch {
      // It ended while we were reading.
    }
  }
  const found: number[] = []
  for (const queue = [root]; queue.length > 0; ) {
    const pid = queue.pop()!
    found.push(pid)
    queue.push(...(parents.get(pid) ?? []))
  }
  return found
}

/** How fast a figure grows with the work: 1 is in step with it, 0 not at all. */
export function growthExponent(sizes: readonly number[], costs: readonly number[]): number {
  const [first = 1, last = 1] = [sizes[0], sizes.at(-1)]
  const [cheap = 1, dear = 1] = [costs[0], costs.at(-1)]
  return Math.round((Math.log(dear / cheap) / Math.log(last / first)) * 100) / 100
}

/** The middle of the values; 0 of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

/** The machine in a few words, for every line that is printed. */
export function machine(): string {
  const list = cpus()
  return `${list.length} × ${list[0]?.model ?? 'unknown'}, Node ${process.version}`
}

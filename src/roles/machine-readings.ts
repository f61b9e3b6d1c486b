import { readFileSync } from 'node:fs'
import { cpus, freemem, totalmem } from 'node:os'
import { dirname, join } from 'node:path'

/** How much memory something may use, and what of it is left without taking it from anybody. */
export interface MemoryReading {
  readonly totalBytes: number
  readonly leftBytes: number
}

/** How much processor time was used since some moment, and how many processors there are to use. */
export interface ProcessorReading {
  readonly usedMs: number
  readonly processors: number
}

/** What a machine, or the part of it that a container is given, can say of itself. */
export interface MachineReadings {
  /** The tightest of the machine and its groups. */
  memory(): MemoryReading
  /** The machine first, then each group that may use less. */
  processors(): readonly ProcessorReading[]
}

/** Where Linux has the groups of version 2 (cgroup-v2, Documentation/admin-guide); elsewhere the machine alone is read. */
const GROUPS = '/sys/fs/cgroup'
const OWN_GROUP = '/proc/self/cgroup'
/** Deeper ones are a mistake. */
const GROUPS_MAX = 16

/** Reads a text of the system; undefined where it has none. */
export type ReadText = (file: string) => string | undefined

/** What this process's machine says, and the groups that it is in. */
export function systemReadings(read: ReadText = readSystemText): MachineReadings {
  const groups = groupsOf(read(OWN_GROUP) ?? '')
  return {
    memory: () => {
      const whole = { totalBytes: totalmem(), leftBytes: freemem() }
      const limited = groups.flatMap((group) => memoryOf(group, read) ?? [])
      return [whole, ...limited].reduce((least, one) => (one.leftBytes < least.leftBytes ? one : least))
    },
    processors: () => [wholeMachine(), ...groups.flatMap((group) => processorsOf(group, read) ?? [])],
  }
}

/** The folders of the group that `/proc/self/cgroup` names and of those that it lies in, the innermost first. */
export function groupsOf(text: string): readonly string[] {
  const own = /^0::(\/.*)$/m.exec(text)?.[1]
  if (own === undefined || own.includes('..')) return []
  const found: string[] = []
  for (let at = own; found.length < GROUPS_MAX; at = dirname(at)) {
    found.push(at === '/' ? GROUPS : join(GROUPS, at))
    if (at === '/') break
  }
  return found
}

/** What a group may use and has left; undefined where it has no limit. Files that were read and can be read again count as free. */
export function memoryOf(group: string, read: ReadText): MemoryReading | undefined {
  const totalBytes = Number(read(join(group, 'memory.max')))
  const used = Number(read(join(group, 'memory.current')))
  if (!(totalBytes > 0) || !Number.isFinite(used)) return undefined
  const kept = Number(/^inactive_file (\d+)$/m.exec(read(join(group, 'memory.stat')) ?? '')?.[1] ?? 0)
  return { totalBytes, leftBytes: Math.max(0, totalBytes - used + kept) }
}

/** What a group has used of its share; undefined where it may use all processors. */
export function processorsOf(group: string, read: ReadText): ProcessorReading | undefined {
  const [quota, period] = (read(join(group, 'cpu.max')) ?? '').split(/\s+/).map(Number)
  const used = /^usage_usec (\d+)$/m.exec(read(join(group, 'cpu.stat')) ?? '')?.[1]
  if (!quota || !period || used === undefined) return undefined
  return { usedMs: Number(used) / 1_000, processors: quota / period }
}

function wholeMachine(): ProcessorReading {
  const all = cpus()
  const usedMs = all.reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0)
  return { usedMs, processors: Math.max(1, all.length) }
}

function readSystemText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return undefined
  }
}

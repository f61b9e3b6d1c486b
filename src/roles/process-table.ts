import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

/** The number that a pid file holds; undefined when there is none. */
export function readPid(file: string): number | undefined {
  if (!existsSync(file)) return undefined
  const pid = Number.parseInt(readFileSync(file, 'utf8'), 10)
  return Number.isInteger(pid) && pid > 1 ? pid : undefined
}

/** Whether a process with this number exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM'
  }
  return !isZombie(pid)
}

/** A dead child that nobody has reaped yet still has a number: it is dead all the same. */
function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) === 'Z'
  } catch {
    return false
  }
}

/**
 * Whether the process lives and was started with all of these words. Numbers of processes are used again (in a container, after
 * each of its starts), so a number alone says nothing.
 */
export function isRunning(pid: number, words: readonly (string | RegExp)[]): boolean {
  if (!isAlive(pid)) return false
  const line = commandLine(pid)
  return words.every((word) => (typeof word === 'string' ? line.includes(word) : word.test(line)))
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    // Not every system has /proc; each has ps.
    return spawnSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout ?? ''
  }
}

/** Sends a signal to a process that may be gone already. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It is gone: what was asked for.
  }
}

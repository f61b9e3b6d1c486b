import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import type { Millis } from '#base'

/** The end of a log that is searched: some hundred lines. */
const TAIL_BYTES = 64 * 1024
const WARN = 40

/** The newest warning or error in a process's log since then, in one line; undefined when there is none, or no log. */
export function lastProblem(data: string, name: string, since: Millis = 0): string | undefined {
  for (const line of tail(join(data, 'log', `${name}.log`))
    .split('\n')
    .reverse()) {
    const problem = problemOf(line, since)
    if (problem) return problem
  }
  return undefined
}

function problemOf(line: string, since: Millis): string | undefined {
  // Node.js itself writes what it cannot hand to us (out of memory, say) as plain text.
  if (/^FATAL ERROR/.test(line)) return line
  if (!line.startsWith('{')) return undefined
  try {
    const { level, time, msg, problem, error } = JSON.parse(line)
    if (!(level >= WARN && time >= since)) return undefined
    const cause = String(problem ?? error ?? '').split('\n')[0]
    return cause ? `${msg}: ${cause}` : String(msg)
  } catch {
    return undefined
  }
}

function tail(file: string): string {
  let handle: number
  try {
    handle = openSync(file, 'r')
  } catch {
    return ''
  }
  try {
    const size = fstatSync(handle).size
    const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES))
    readSync(handle, bytes, 0, bytes.length, size - bytes.length)
    return bytes.toString()
  } finally {
    closeSync(handle)
  }
}

/** What the processes of the systems of a test wrote into their logs while it ran. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Of all logs together, the last ones: enough for a takeover or two. */
const LINES_MAX = 80
const LINE_CHARS_MAX = 300

interface Line {
  readonly at: number
  readonly text: string
}

let testSince = 0
const standing = new Set<string>()
let left: readonly Line[] = []

/** The logs of a system's data folder are looked at when a test fails. */
export function watchLogs(data: string): void {
  standing.add(data)
}

/** The system has ended, and its folder may go. */
export function leaveLogs(data: string): void {
  if (!standing.delete(data)) return
  left = [...left, ...linesOf(data)].slice(-LINES_MAX * 4)
}

function linesOf(data: string): readonly Line[] {
  const folder = join(data, 'log')
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.log')) : []
  const name = data.slice(data.lastIndexOf('/') + 1)
  return files.flatMap((file) =>
    readFileSync(join(folder, file), 'utf8')
      .split('\n')
      .flatMap((text): Line[] => {
        const at = Number(/"time":(\d+)/.exec(text)?.[1])
        return at >= testSince ? [{ at, text: `${name}/${file}: ${text.slice(0, LINE_CHARS_MAX)}` }] : []
      }),
  )
}

/** A test begins: what was written before is of no interest. */
export function beginLogs(): void {
  testSince = Date.now()
  left = []
}

/** The last lines of all logs together, oldest first. */
export function lastLines(): readonly string[] {
  const lines = [...left, ...[...standing].flatMap(linesOf)].sort((a, b) => a.at - b.at)
  return lines.slice(-LINES_MAX).map(({ text }) => text)
}

import { appendFileSync } from 'node:fs'
import { createLogger, type Logger, type LogLevel } from '#base'

/** Numbers of pino's levels, from which on a person at the terminal wants to know. */
const WARN = 40
const ERROR = 50

/** The supervisor's own log: JSON lines in a file, and what a person must know as one plain line each. */
export function supervisorLogger(level: LogLevel, file: string, tell: (line: string) => void): Logger {
  return createLogger('supervisor', level, (line) => {
    try {
      appendFileSync(file, line, { mode: 0o600 })
    } catch {
      // The folder may not be made yet, or the disk is full: the terminal still has it.
    }
    const plain = plainLine(line)
    if (plain) tell(plain)
  })
}

/** A warning or an error as a person reads it; undefined for what is of no concern to one who waits at a terminal. */
export function plainLine(json: string): string | undefined {
  const { level, time, role: _role, pid: _pid, msg, ...fields } = JSON.parse(json)
  if (level < WARN) return undefined
  const clock = new Date(time).toTimeString().slice(0, 8)
  const details = Object.entries(fields).map(([name, value]) => `${words(name)} ${oneLine(value)}`)
  return `${clock} ${level >= ERROR ? 'error' : 'warning'}: ${msg}${details.length > 0 ? ` (${details.join(', ')})` : ''}`
}

/** `diedPid` → `died pid`. */
function words(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}

function oneLine(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return (text ?? '').split('\n')[0] ?? ''
}

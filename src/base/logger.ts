import { writeSync } from 'node:fs'
import { pino } from 'pino'

/**
 * Writes lines for the night shift: a constant message, values as attributes, the interaction's id whenever there is one.
 * Names, numbers and texts of people go under the attribute `pii`, which is left out unless it is asked for.
 */
export interface Logger {
  debug(fields: Readonly<Record<string, unknown>>, message: string): void
  info(fields: Readonly<Record<string, unknown>>, message: string): void
  warn(fields: Readonly<Record<string, unknown>>, message: string): void
  error(fields: Readonly<Record<string, unknown>>, message: string): void
  /** A logger whose lines carry these attributes too. */
  child(fields: Readonly<Record<string, unknown>>): Logger
}

/** The least important lines that are written. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

/** A logger of JSON lines on standard output, or wherever `write` puts them; secrets are removed whatever is passed. */
export function createLogger(role: string, level: LogLevel = 'info', write: (line: string) => void = print): Logger {
  return pino(
    {
      level,
      base: { role, pid: process.pid },
      redact: {
        paths: ['password', '*.password', 'secret', '*.secret', 'token', '*.token', 'pii', '*.pii'],
        remove: true,
      },
    },
    { write },
  )
}

const STANDARD_OUTPUT = 1

/** A line that cannot be written (a full disk, a terminal that was closed) is lost; it must not end the process that speaks. */
function print(line: string): void {
  try {
    writeSync(STANDARD_OUTPUT, line)
  } catch {
    // There is nowhere left to say it.
  }
}

/** Takes everything and writes nothing: for tests. */
export const silentLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silentLogger,
}

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

/** A logger of JSON lines on standard output; secrets are removed whatever is passed. */
export function createLogger(role: string, level: LogLevel = 'info'): Logger {
  return pino({
    level,
    base: { role, pid: process.pid },
    redact: {
      paths: ['password', '*.password', 'secret', '*.secret', 'token', '*.token', 'pii', '*.pii'],
      remove: true,
    },
  })
}

/** Takes everything and writes nothing: for tests. */
export const silentLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silentLogger,
}

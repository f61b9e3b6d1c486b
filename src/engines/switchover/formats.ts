/**
 * The formats of the log. A release that changes what events look like adds a level: `lift` makes an older event what this release
 * works with, `lower` makes an event of this release what a release without the level reads. Adjacent releases share a pool like
 * that: the newer one writes at the pool's level, which is raised when every core reads the next.
 */
import type { PairState } from './machine.ts'

/** An event as the log's text has it. */
export interface LoggedEvent {
  readonly type: string
}

/** One level of the log's format, in relation to the one before. */
export interface Format {
  readonly level: number
  lift(machine: string, event: LoggedEvent): LoggedEvent
  lower(machine: string, event: LoggedEvent): LoggedEvent
}

/** Which levels a release reads. */
export interface Reads {
  readonly oldest: number
  readonly newest: number
}

/** What a release does with the formats that it knows, oldest first; the first of them it reads as it is. */
export function formatsOf(formats: readonly Format[]) {
  const reads: Reads = { oldest: formats[0]?.level ?? 1, newest: formats.at(-1)?.level ?? 1 }
  return {
    reads,
    /** Brings an event of any level that is read to the newest; events of the newest stay as they are. */
    lift: (machine: string, event: LoggedEvent): LoggedEvent =>
      formats.reduce((lifted, format) => format.lift(machine, lifted), event),
    /** What is written while the pool is at a level. */
    lowerTo(level: () => number) {
      return (machine: string, event: LoggedEvent): LoggedEvent =>
        formats
          .filter((format) => format.level > level())
          .reduceRight((lowered, format) => format.lower(machine, lowered), event)
    },
  }
}

/**
 * Whether a core may take over for a pool: it reads what the log is written in, and its release is the primary's or next to it. Else it
 * is in one of the seeds' upgrade states.
 */
export function pairOf(own: Reads, level: number, primary: Reads | undefined): PairState {
  if (level < own.oldest) return 'upgrade-higher'
  if (level > own.newest) return 'upgrade-lower'
  const apart = primary === undefined ? 0 : own.newest - primary.newest
  if (apart > 1) return 'upgrade-higher'
  return apart < -1 ? 'upgrade-lower' : 'active'
}

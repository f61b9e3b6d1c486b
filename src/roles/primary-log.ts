import { join } from 'node:path'
import { type Clock, isTandemError, type Logger, type Millis } from '#base'
import {
  type Log,
  NO_PEERS,
  SpoolFile,
  SpoolingLog,
  type SpoolStatus,
  spoolFolder,
  spoolName,
  writeTails,
} from '#seams/log'
import { isRunning } from './process-table.ts'

/** How often a store that is away again is tried for what earlier primaries left. */
const TAILS_RETRY_MS = 100
/** How often it is looked whether a process that was killed is gone. */
const GONE_POLL_MS = 2
/** A process that was killed and exists after this long hangs in the kernel; what it had accepted is on the disk all the same. */
const GONE_MS_MAX = 2_000

/** The log of a primary, and what waits on its own disk. */
export interface PrimaryLog {
  readonly log: Log
  /** Undefined where nothing may be spooled: the database is shared with other machines. */
  status(): SpoolStatus | undefined
}

/** What the log of a primary is made of. */
export interface PrimaryLogOptions {
  readonly store: Log
  readonly term: number
  readonly data: string
  /** Whether cores of other machines may take the lease. They are not asked for their consent yet, so nothing is spooled then. */
  readonly shared: boolean
  readonly clock: Clock
  readonly logger: Logger
}

/**
 * Opens the log of a core that has the lease, the primaries before it on this machine being dead: writes what they left in their spools,
 * and makes a spool of its own.
 */
export async function openPrimaryLog(options: PrimaryLogOptions): Promise<PrimaryLog> {
  const { store, term, data, shared, clock, logger } = options
  if (shared) return { log: store, status: () => undefined }
  const folder = spoolFolder(join(data, 'event-spool'))
  for (;;) {
    try {
      await writeTails(store, { folder, term, logger })
      break
    } catch (error) {
      if (!isTandemError(error, 'log.unreachable') && !isTandemError(error, 'log.gap')) throw error
      await new Promise<void>((resolve) => clock.after(TAILS_RETRY_MS, resolve))
    }
  }
  const file = await SpoolFile.open(folder, spoolName(term)).catch((cause: unknown) => {
    logger.error({ problem: String(cause) }, 'there can be no spool: while the database is away, events wait for it')
    return undefined
  })
  if (!file) return { log: store, status: () => undefined }
  const log = new SpoolingLog({ store, file, peers: NO_PEERS, clock, logger })
  return { log, status: () => log.status() }
}

/** Returns when the process is no more, or cannot be got rid of. */
export async function gone(pid: number, words: readonly string[]): Promise<void> {
  for (let waitedMs: Millis = 0; waitedMs < GONE_MS_MAX && isRunning(pid, words); waitedMs += GONE_POLL_MS) {
    await new Promise((resolve) => setTimeout(resolve, GONE_POLL_MS))
  }
}

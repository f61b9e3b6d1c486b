import { join } from 'node:path'
import { type Clock, isTandemError, type Logger, type Millis } from '#base'
import { ConsentingPeers, type PeerLinks, type PeerSaid } from '#engines/consent'
import type { Lease } from '#seams/lease'
import {
  LOG_ERRORS,
  type Log,
  NO_PEERS,
  SpoolFile,
  type SpoolFolder,
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

/** Where a core of this data folder keeps what is not in the database yet: its own events, and another machine's. */
export function spoolFolderOf(data: string): SpoolFolder {
  return spoolFolder(join(data, 'event-spool'))
}

/** What waits on a primary's own disk, and what the other machines say to that. */
export interface PrimarySpoolStatus extends SpoolStatus {
  readonly peers: readonly PeerSaid[]
}

/** The log of a primary, and what waits on its own disk. */
export interface PrimaryLog {
  readonly log: Log
  /** Undefined where there is no spool. */
  status(): PrimarySpoolStatus | undefined
  /** The cores of the pool that live, whenever they change. */
  setCores(names: readonly string[]): void
  /** To be called when nothing more is appended, before the lease is given up. */
  release(): Promise<void>
}

/** What the log of a primary is made of. */
export interface PrimaryLogOptions {
  readonly store: Log
  readonly lease: Lease
  readonly term: number
  readonly folder: SpoolFolder
  /** How the cores of other machines are asked, which may take the lease too; undefined on a machine that is alone. */
  readonly pool: { readonly core: string; readonly links: PeerLinks } | undefined
  readonly clock: Clock
  readonly logger: Logger
  /** Another core can do better, or does already. */
  over(reason: unknown): void
}

/**
 * Opens the log of a core that has the lease, the primaries before it on this machine being dead: writes what they left in their spools
 * (or what this machine kept for one elsewhere), says that its term is open, and makes a spool of its own.
 */
export async function openPrimaryLog(options: PrimaryLogOptions): Promise<PrimaryLog> {
  const { store, lease, term, folder, pool, clock, logger, over } = options
  // Its name on the disk says for ever that this term was taken here: for no older one anything is kept then.
  const file = await SpoolFile.open(folder, spoolName(term)).catch((cause: unknown) => {
    logger.error({ problem: String(cause) }, 'there can be no spool: while the database is away, events wait for it')
    return undefined
  })
  const known = await untilThere(clock, async () => {
    await writeTails(store, { folder, term, opened: await lease.opened(), logger })
    return lease.open(term, pool?.core)
  })
  if (!known) throw LOG_ERRORS['log.fenced']({ term })
  const peers = pool && new ConsentingPeers({ ...pool, lease, term, known, clock, logger })
  const log = file && new SpoolingLog({ store, file, peers: peers ?? NO_PEERS, clock, logger, over })
  return {
    log: log ?? store,
    status: () => log && { ...log.status(), peers: peers?.status() ?? [] },
    setCores: (names) => peers?.setCores(names),
    async release() {
      // What still waits is held by those whom the lease names.
      if (log?.status().since === undefined) await peers?.release()
      else peers?.close()
    },
  }
}

/** What the store gives as soon as it is there. */
async function untilThere<T>(clock: Clock, ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      const away = ['log.unreachable', 'log.gap', 'lease.unreachable'].some((code) => isTandemError(error, code))
      if (!away) throw error
      await new Promise<void>((resolve) => clock.after(TAILS_RETRY_MS, resolve))
    }
  }
}

/** Returns when the process is no more, or cannot be got rid of. */
export async function gone(pid: number, words: readonly string[]): Promise<void> {
  for (let waitedMs: Millis = 0; waitedMs < GONE_MS_MAX && isRunning(pid, words); waitedMs += GONE_POLL_MS) {
    await new Promise((resolve) => setTimeout(resolve, GONE_POLL_MS))
  }
}

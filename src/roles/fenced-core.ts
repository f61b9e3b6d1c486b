import { join } from 'node:path'
import type { Clock, Logger, Timer } from '#base'
import type { Lease } from '#seams/lease'
import { isRunning, readPid, signal } from './process-table.ts'
import { leaseHolder } from './role-options.ts'

/** A core whose term is over ends by itself within one renewal; one that does not is stopped or hangs. */
const GRACE_MS = 3_000

/** What the watch of a machine's supervisor needs. */
export interface FencedCoreOptions {
  readonly lease: Lease
  readonly node: string
  /** Where `core.pid` says which core of this machine was primary last. */
  readonly runFolder: string
  readonly clock: Clock
  readonly logger: Logger
}

/**
 * Ends a core of this machine that was primary, is no more, and does not end by itself: whoever took over elsewhere cannot reach it. It
 * is then started again, and is a backup.
 */
export function watchFencedCore(options: FencedCoreOptions): { close(): void } {
  let timer: Timer | undefined
  const look = () => {
    timer?.stop()
    timer = options.clock.after(GRACE_MS, () => void endIfFenced(options))
  }
  const unwatch = options.lease.watch(look)
  return {
    close() {
      unwatch()
      timer?.stop()
    },
  }
}

async function endIfFenced({ lease, node, runFolder, logger }: FencedCoreOptions): Promise<void> {
  const pid = readPid(join(runFolder, 'core.pid'))
  if (pid === undefined || !isRunning(pid, ['core', runFolder])) return
  // A store that is away says nothing of who is primary.
  const held = await lease.current().catch(() => undefined)
  if (!held || held.holder === leaseHolder(node, pid)) return
  logger.warn(
    { endedPid: pid, primary: held.holder },
    'a core that is primary no more did not end by itself; it is ended',
  )
  signal(pid, 'SIGKILL')
}

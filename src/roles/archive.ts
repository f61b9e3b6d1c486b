import { join } from 'node:path'
import { ArchiveMover } from '#adapters/archive'
import { isTandemError, type Logger, systemClock } from '#base'
import { DirectoryBlobs } from '#seams/blobs'
import { openStore, PostgresRecordingHolders, PostgresRecordings, type Store } from '#seams/store'
import { announce } from './announce.ts'
import { openPooledRecordings } from './pooled-recordings.ts'
import type { ArchiveOptions } from './role-options.ts'

/** How often the database is tried while it is not there yet. */
const RETRY_MS = 500
/** A database that stays away costs one line of log at every this many tries. */
const TRIES_TOLD = 20

/** Starts this machine's archive: finished recordings go from the spool to storage, and in a pool to a second machine. */
export async function startArchive(options: ArchiveOptions, logger: Logger): Promise<{ close(): Promise<void> }> {
  const { node, data, databaseUrl, readyFile, shared } = options
  const store = await openWhenThere(databaseUrl, logger)
  await store.migrate()
  const own = await DirectoryBlobs.open(join(data, 'blobs'))
  const holders = new PostgresRecordingHolders(store)
  const catalogue = new PostgresRecordings(store)
  const clock = systemClock
  const mover = new ArchiveMover({
    ...{ spool: join(data, 'spool'), blobs: own, catalogue, clock, logger },
    // A machine alone knows where they are.
    held: async (recording) => (shared ? holders.hold(node, [recording]) : undefined),
  })
  mover.start()
  const pooled = shared ? await openPooledRecordings({ options, store, own, holders, catalogue, logger }) : undefined
  announce(readyFile, logger)
  return {
    async close() {
      await Promise.all([mover.close(), pooled?.close()])
      await store.close()
    },
  }
}

/** A database that is away delays the archive and is no reason to die. */
async function openWhenThere(url: string, logger: Logger): Promise<Store> {
  for (let tries = 0; ; tries++) {
    try {
      return await openStore({ url, clock: systemClock, logger, name: 'tandem archive' })
    } catch (cause) {
      if (!isTandemError(cause, 'store.unreachable')) throw cause
      if (tries % TRIES_TOLD === 0) logger.warn({ problem: cause.message }, 'waiting for the database')
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
    }
  }
}

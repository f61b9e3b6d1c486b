import type { Logger } from '#base'
import type { Log } from '#seams/log'
import type { Fold } from './fold.ts'
import type { Machines } from './machine.ts'

/** What the taking of snapshots needs. */
export interface SnapshotsOptions<M extends Machines> {
  readonly fold: Fold<M>
  readonly log: Log
  readonly logger: Logger
  /** Events between two. */
  readonly every: number
}

/** Takes a snapshot every so many events, then lets the log be cut; a failure costs nothing but a longer next start. */
export class Snapshots<M extends Machines> {
  readonly #options: SnapshotsOptions<M>
  #last: number
  #running: Promise<void> | undefined

  constructor(options: SnapshotsOptions<M>) {
    this.#options = options
    this.#last = options.fold.snapshotSequence
  }

  /** Called after each commit. The states are written out at once, the rest goes on beside the work. */
  consider(): void {
    if (this.#running || this.#options.fold.sequence - this.#last < this.#options.every) return
    this.#last = this.#options.fold.sequence
    this.#running = this.#take().finally(() => {
      this.#running = undefined
    })
  }

  /** Returns when the one under way is done. */
  async close(): Promise<void> {
    await this.#running
  }

  async #take(): Promise<void> {
    const { fold, log, logger } = this.#options
    try {
      const startedAt = performance.now()
      const snapshot = fold.dump()
      const stoppedMs = Math.round(performance.now() - startedAt)
      await log.saveSnapshot(snapshot)
      const trimmed = await log.trim()
      logger.info({ sequence: snapshot.sequence, chars: snapshot.body.length, stoppedMs, trimmed }, 'snapshot saved')
    } catch (error) {
      logger.warn({ error: String(error), sequence: this.#last }, 'snapshot failed, trying at the next one')
    }
  }
}

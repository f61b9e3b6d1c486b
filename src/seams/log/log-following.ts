import type { Millis } from '#base'
import type { HeldSpool } from './held-spool.ts'
import type { Log, LogBatch, LogRecord, Snapshot } from './port.ts'

/** The log of a backup: the store's, and what the primary feeds it while that is away. */
export class FollowingLog implements Log {
  readonly #store: Log
  readonly #held: HeldSpool

  constructor(store: Log, held: HeldSpool) {
    this.#store = store
    this.#held = held
  }

  head(): Promise<number> {
    return this.#store.head()
  }

  append(batch: LogBatch): Promise<number> {
    return this.#store.append(batch)
  }

  /** A read that hangs in the store ends as soon as the primary gives what it asks for. */
  async read(after: number, limit: number): Promise<readonly LogRecord[]> {
    if (this.#held.covers(after)) return this.#held.read(after, limit)
    const fed = Promise.withResolvers<void>()
    const stop = this.#held.follow(() => this.#held.covers(after) && fed.resolve())
    const stored = this.#store.read(after, limit)
    // When the feed was quicker, nobody listens to it any more.
    stored.catch(() => {})
    try {
      return (await Promise.race([stored, fed.promise])) ?? (await this.#held.read(after, limit))
    } finally {
      stop()
    }
  }

  saveSnapshot(snapshot: Snapshot): Promise<void> {
    return this.#store.saveSnapshot(snapshot)
  }

  loadSnapshot(): Promise<Snapshot | undefined> {
    return this.#store.loadSnapshot()
  }

  savePosition(reader: string, sequence: number): Promise<void> {
    return this.#store.savePosition(reader, sequence)
  }

  position(reader: string): Promise<number> {
    return this.#store.position(reader)
  }

  trim(): Promise<number> {
    return this.#store.trim()
  }

  prune(before: Millis): Promise<number> {
    return this.#store.prune(before)
  }

  follow(wake: () => void): () => void {
    const stops = [this.#store.follow(wake), this.#held.follow(wake)]
    return () => {
      for (const stop of stops) stop()
    }
  }

  /** The store is its maker's to close, and so is what is held. */
  async close(): Promise<void> {}
}

import type { Millis } from '#base'
import type { HeldSpool } from './held-spool.ts'
import type { Log, LogBatch, LogRecord, Snapshot } from './port.ts'

/** What the primary tells of what it has just written. */
export interface Told {
  /** Whether the primary tells, so that the store need not. */
  readonly tells: boolean
  /** The records after a sequence, if they were told; undefined when they were not. Older ones are forgotten. */
  take(after: number): readonly LogRecord[] | undefined
  /** Asks from now on until the returned function is called; calls when there is more, and when telling begins or ends. */
  follow(wake: () => void): () => void
}

/** What a backup reads. */
export interface FollowedSources {
  readonly store: Log
  readonly told: Told
  /** What is kept for a primary while the store is away; none where a machine is alone. */
  readonly held?: HeldSpool
}

/** The log of a backup: what the primary tells, the store's, and what the primary feeds it while that is away. */
export class FollowingLog implements Log {
  readonly #store: Log
  readonly #told: Told
  readonly #held: HeldSpool | undefined

  constructor({ store, told, held }: FollowedSources) {
    this.#store = store
    this.#told = told
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
    const told = this.#told.take(after)
    if (told) return told.slice(0, limit)
    const held = this.#held
    if (!held) return this.#store.read(after, limit)
    if (held.covers(after)) return held.read(after, limit)
    const fed = Promise.withResolvers<void>()
    const stop = held.follow(() => held.covers(after) && fed.resolve())
    const stored = this.#store.read(after, limit)
    // When the feed was quicker, nobody listens to it any more.
    stored.catch(() => {})
    try {
      return (await Promise.race([stored, fed.promise])) ?? (await held.read(after, limit))
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

  /** The store tells only while the primary does not: each of its notices costs it and this process as much as what is told. */
  follow(wake: () => void): () => void {
    let unfollow: (() => void) | undefined = this.#store.follow(wake)
    const stop = this.#told.follow(() => {
      if (this.#told.tells) {
        unfollow?.()
        unfollow = undefined
      } else unfollow ??= this.#store.follow(wake)
      wake()
    })
    const forget = this.#held?.follow(wake)
    return () => {
      stop()
      unfollow?.()
      forget?.()
    }
  }

  /** The store is its maker's to close, and so is what is held. */
  async close(): Promise<void> {}
}

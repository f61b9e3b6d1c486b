import type { Millis } from '#base'

/** One event as the log keeps it: text with a number and a term. What the text says is its writer's affair. */
export interface LogRecord {
  /** 1 for the first; each is one more than the one before, with no gap. */
  readonly sequence: number
  /** The term of the primary that wrote it; never falls from one record to the next. */
  readonly term: number
  /** When it happened, by its writer's clock; whole milliseconds. */
  readonly at: Millis
  readonly body: string
}

/** What is to be appended: all of it or nothing. */
export interface LogBatch {
  readonly term: number
  /** The head that the writer knows; the first record becomes `after + 1`. */
  readonly after: number
  /** 1 to {@link BATCH_RECORDS_MAX} records, whose bodies together have at most {@link BATCH_BYTES_MAX} bytes. */
  readonly records: readonly { readonly at: Millis; readonly body: string }[]
}

/** A fold of everything up to `sequence`, so that a start need not read the log from its beginning. */
export interface Snapshot {
  readonly sequence: number
  readonly body: string
}

/**
 * The log that all state is folded from. One writer at a time: whoever holds the lease's newest term.
 * Every method may also fail with `log.unreachable` when the store is away; an append that failed so may have landed.
 */
export interface Log {
  /** The sequence of the newest record; 0 while the log is empty. It stays when the records themselves are cut. */
  head(): Promise<number>
  /**
   * Writes the batch in one transaction and returns the new head. Fails with `log.fenced` when the term is not the lease's
   * (or the lease was given up), `log.gap` when `after` is not the head, `log.refused` when a limit is broken.
   */
  append(batch: LogBatch): Promise<number>
  /**
   * The records after a sequence, oldest first, at most `limit` and {@link READ_RECORDS_MAX}; fewer only at the head. Archived
   * records are read like any other. Fails with `log.pruned` when retention has removed some that were asked for.
   */
  read(after: number, limit: number): Promise<readonly LogRecord[]>
  /** Keeps a snapshot. An older one than what is kept is ignored, so two savers cannot turn it back. */
  saveSnapshot(snapshot: Snapshot): Promise<void>
  /** The newest snapshot. */
  loadSnapshot(): Promise<Snapshot | undefined>
  /** Says how far a reader (the journal, say) has come; the log is not cut beyond it. A position never moves back. */
  savePosition(reader: string, sequence: number): Promise<void>
  /** How far the reader has come; 0 for one that never said. */
  position(reader: string): Promise<number>
  /** Moves what lies behind both the snapshot and every reader's position to the archive; returns how many records. */
  trim(): Promise<number>
  /** Removes archived records that are older than a moment, oldest first; returns how many. */
  prune(before: Millis): Promise<number>
  /** Calls soon after each append, by whichever process; may call without one, or once for several. */
  follow(wake: () => void): () => void
  close(): Promise<void>
}

/** A whole flow document fits into one event; more would stall every other event behind it. */
export const BODY_BYTES_MAX = 1024 * 1024

/** A batch commits in a few milliseconds at this size; larger ones gain nothing and delay what waits behind. */
export const BATCH_RECORDS_MAX = 1024

/** Twice the largest body and the rest: what one statement may carry without hurting the connection's memory. */
export const BATCH_BYTES_MAX = 8 * 1024 * 1024

/** What one read may hold in memory on both sides: about a megabyte of usual events. */
export const READ_RECORDS_MAX = 2_000

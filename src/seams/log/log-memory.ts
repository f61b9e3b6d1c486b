import type { Millis } from '#base'
import { LOG_ERRORS } from './errors.ts'
import { checkBatch } from './limits.ts'
import { type Log, type LogBatch, type LogRecord, READ_RECORDS_MAX, type Snapshot } from './port.ts'

/** What the memory log asks of a lease: whether a term may still write. The memory lease serves it. */
export interface TermGuard {
  holds(term: number): boolean
}

/** The log in memory: for tests and simulation. Several cores of one process share one instance. */
export class MemoryLog implements Log {
  readonly #guard: TermGuard
  /** Archived and live records, oldest first; index 0 has the sequence `#pruned + 1`. */
  #records: LogRecord[] = []
  #pruned = 0
  #trimmed = 0
  #snapshot: Snapshot | undefined
  readonly #positions = new Map<string, number>()
  readonly #followers = new Set<() => void>()

  constructor(guard: TermGuard) {
    this.#guard = guard
  }

  async head(): Promise<number> {
    return this.#head
  }

  async append(batch: LogBatch): Promise<number> {
    checkBatch(batch)
    const { term, after } = batch
    if (!this.#guard.holds(term)) throw LOG_ERRORS['log.fenced']({ term })
    if (after !== this.#head) throw LOG_ERRORS['log.gap']({ after })
    for (const { at, body } of batch.records) this.#records.push({ sequence: this.#head + 1, term, at, body })
    for (const wake of this.#followers) queueMicrotask(wake)
    return this.#head
  }

  async read(after: number, limit: number): Promise<readonly LogRecord[]> {
    if (after < this.#pruned) throw LOG_ERRORS['log.pruned']({ after })
    const start = after - this.#pruned
    return this.#records.slice(start, start + Math.min(limit, READ_RECORDS_MAX))
  }

  async saveSnapshot(snapshot: Snapshot): Promise<void> {
    if (this.#snapshot === undefined || snapshot.sequence >= this.#snapshot.sequence) this.#snapshot = snapshot
  }

  async loadSnapshot(): Promise<Snapshot | undefined> {
    return this.#snapshot
  }

  async savePosition(reader: string, sequence: number): Promise<void> {
    this.#positions.set(reader, Math.max(sequence, this.#positions.get(reader) ?? 0))
  }

  async position(reader: string): Promise<number> {
    return this.#positions.get(reader) ?? 0
  }

  async trim(): Promise<number> {
    const cut = Math.min(this.#snapshot?.sequence ?? 0, ...this.#positions.values())
    const count = Math.max(0, cut - this.#trimmed)
    this.#trimmed += count
    return count
  }

  async prune(before: Millis): Promise<number> {
    const kept = this.#records.findIndex((record) => record.sequence > this.#trimmed || record.at >= before)
    const count = kept === -1 ? this.#records.length : kept
    this.#records = this.#records.slice(count)
    this.#pruned += count
    return count
  }

  follow(wake: () => void): () => void {
    // An entry of its own, so that one function that follows twice is stopped twice.
    const entry = (): void => wake()
    this.#followers.add(entry)
    return () => this.#followers.delete(entry)
  }

  async close(): Promise<void> {
    this.#followers.clear()
  }

  get #head(): number {
    return this.#pruned + this.#records.length
  }
}

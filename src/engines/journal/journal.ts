import type { Kysely } from 'kysely'
import { type Clock, isTandemError, type Logger, type Millis, type Timer } from '#base'
import type { Log, LogRecord } from '#seams/log'
import { emptyContent, type FoldContent, JournalFold } from './fold.ts'
import type { JournalEvent } from './journal-entry.ts'
import { loadFold } from './load.ts'
import { Rows } from './rows.ts'
import type { JournalTables } from './tables.ts'
import { maybeUnwritable, writable } from './writable.ts'
import { claimTerm, writeBatch } from './write.ts'

/** A transaction of this many events takes some ten milliseconds; larger ones gain little and are tried again as a whole. */
const BATCH_EVENTS_MAX = 500
/**
 * Between two transactions, what comes is gathered: a transaction costs the same two milliseconds for one event as for fifty, and a call
 * that is over by then never has a row among the open ones. History is that much behind, which nobody who looks at it sees.
 */
const GATHER_MS = 200
/** Wake-ups may get lost with a connection. */
const POLL_MS = 1000
/** While the database is away: soon at first, then not so often that its return is held up by everybody knocking. */
const RETRY_MS_FIRST = 100
const RETRY_MS_MAX = 5000
/** How often the log is told how far history is: it is cut behind that only. */
const TELL_LOG_MS = 1000

/** What a journal is made of. */
export interface JournalOptions {
  readonly db: Kysely<JournalTables>
  readonly log: Pick<Log, 'read' | 'follow' | 'savePosition'>
  /** The centre's event in a record; undefined for those of other machines. */
  readonly decode: (record: LogRecord) => JournalEvent['event'] | undefined
  /** The term of the primary that this journal belongs to. */
  readonly term: number
  readonly clock: Clock
  readonly logger: Logger
  readonly batchEventsMax?: number
  /** A newer primary's journal has taken over: this one has ended. */
  readonly onFenced?: (reason: unknown) => void
}

/**
 * Turns the log into history, batch by batch, from where the last transaction left it. It never stops what runs: while the
 * database is away it waits, and the log keeps what is still to be written.
 */
export class Journal {
  readonly #options: JournalOptions
  readonly #batchMax: number
  #content: FoldContent | undefined
  #position = 0
  #toldAt = Number.NEGATIVE_INFINITY
  #failures = 0
  #again = false
  #closed = false
  #timer: Timer | undefined
  #gathering = false
  #running: Promise<void> | undefined
  readonly #unfollow: () => void

  /** Begins at once. */
  constructor(options: JournalOptions) {
    this.#options = options
    this.#batchMax = options.batchEventsMax ?? BATCH_EVENTS_MAX
    this.#unfollow = options.log.follow(() => this.#wake())
    this.#wake()
  }

  /** The newest event that is in history for certain. */
  position(): number {
    return this.#position
  }

  /** Stops; when it returns, nothing more is written. */
  async close(): Promise<void> {
    this.#closed = true
    this.#unfollow()
    this.#timer?.stop()
    await this.#running
  }

  #wake(): void {
    if (this.#closed || this.#failures > 0) return
    if (this.#gathering) this.#again = true
    else this.#start()
  }

  #start(): void {
    this.#again = true
    this.#timer?.stop()
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
      if (!this.#closed) this.#rest()
    })
  }

  /** Gathers after something was written; then, or without anything, waits for the next wake-up. After a failure it pauses. */
  #rest(): void {
    if (!this.#gathering && this.#again && this.#failures === 0) return this.#start()
    this.#timer = this.#options.clock.after(this.#restMs(), () => {
      const gathered = this.#gathering
      this.#gathering = false
      if (gathered && !this.#again) this.#rest()
      else this.#start()
    })
  }

  #restMs(): Millis {
    if (this.#failures > 0) return Math.min(RETRY_MS_MAX, RETRY_MS_FIRST * 2 ** (this.#failures - 1))
    return this.#gathering ? GATHER_MS : POLL_MS
  }

  async #run(): Promise<void> {
    const { logger, term, onFenced } = this.#options
    this.#again = false
    try {
      this.#content ??= await this.#load()
      const from = this.#position
      while (!this.#closed && (await this.#step(this.#content))) this.#failures = 0
      this.#failures = 0
      this.#gathering = this.#position > from
      await this.#tellLog()
    } catch (error) {
      // Whatever was folded and not written is forgotten: what the database holds is where to go on.
      this.#content = undefined
      if (isTandemError(error, 'journal.fenced')) {
        this.#closed = true
        this.#unfollow()
        logger.info({ term }, 'history is written by a newer primary')
        return onFenced?.(error)
      }
      this.#failures += 1
      logger.warn(
        { error: String(error), position: this.#position, failures: this.#failures },
        'history could not be written',
      )
    }
  }

  async #load(): Promise<FoldContent> {
    const { db, term } = this.#options
    await claimTerm(db, term)
    const { sequence, content } = await loadFold(db)
    this.#position = sequence
    return content
  }

  /** One transaction, if there is anything to write; true when there is more than it took. */
  async #step(content: FoldContent): Promise<boolean> {
    const { db, log, decode, term } = this.#options
    const records = await log.read(this.#position, this.#batchMax)
    const last = records.at(-1)
    if (!last) return false
    const fold = new JournalFold(content, new Rows())
    for (const record of records) {
      const decoded = decode(record)
      const event = decoded && maybeUnwritable(record.body) ? writable(decoded) : decoded
      if (event) fold.apply({ sequence: record.sequence, term: record.term, at: record.at, event })
    }
    await writeBatch(db, fold, { from: this.#position, to: last.sequence, term })
    this.#position = last.sequence
    return records.length === this.#batchMax
  }

  async #tellLog(): Promise<void> {
    const { log, clock } = this.#options
    if (clock.monotonic() - this.#toldAt < TELL_LOG_MS) return
    this.#toldAt = clock.monotonic()
    await log.savePosition('journal', this.#position)
  }
}

/** Folds events without a database: the rows that one pass gives, for tests and tools. */
export function foldRows(events: readonly JournalEvent[]): Rows {
  const rows = new Rows()
  const fold = new JournalFold(emptyContent(), rows)
  for (const event of events) fold.apply(event)
  return rows
}

import { type Clock, isTandemError, type Logger, type Millis, type Timer } from '#base'
import { LOG_ERRORS } from './errors.ts'
import { checkBatch, firstBatch } from './limits.ts'
import { BATCH_RECORDS_MAX, type Log, type LogBatch, type LogRecord, READ_RECORDS_MAX, type Snapshot } from './port.ts'
import { RecentRecords } from './recent-records.ts'
import { type PeersSay, SPOOL_DECISIONS, type SpoolAction } from './spool-decision.ts'
import type { SpoolFile } from './spool-file.ts'
import type { SpoolFeed, SpoolPeers } from './spool-peers.ts'
import { same, TimelyAppend } from './timely-append.ts'

/** What waits for the store, for people and monitors. */
export interface SpoolStatus {
  /** Wall time since when the store does not keep up; undefined while it does. */
  readonly since: Millis | undefined
  /** Events that are durable here and not yet in the store, and their bytes. */
  readonly events: number
  readonly bytes: number
  /** Why nothing is taken just now; undefined while events are. */
  readonly refusing: string | undefined
  /** While events wait: whether all whose word it takes have confirmed, the last time that they were asked. What waits for them is not refused yet. */
  readonly confirmed: boolean
}

/** What a spooling log is made of. */
export interface SpoolingOptions {
  readonly store: Log
  readonly file: SpoolFile
  readonly peers: SpoolPeers
  readonly clock: Clock
  readonly logger: Logger
  /** Another core can do better, or does already: this process must end. Called at most once. */
  readonly over?: (reason: unknown) => void
}

/** How often the store is tried while events wait for it. */
const DRAIN_MS = 200
/** The store is trusted again when its last append was this quick: else a slow one would be left and entered with every event. */
const QUICK_MS = 100
/** With the time that an append gets, the time of a lease: by then a core that reaches the store has the right to take over. */
const ALONE_MS_MAX = 1_500
/**
 * As long: others that say nothing for less are asked again while new calls wait. A machine that is busy for a moment, or a core that
 * has just started and is not linked yet, is no reason to turn a caller away.
 */
const SILENT_MS_MAX = ALONE_MS_MAX
/** While events wait the others are asked so often, work or not: whether they consent is known several times within a lease's time. */
const ASK_MS = 500
/** So soon after an event was let out the others may see it. */
const TELL_MS = 50
/** Why nothing is taken when the others do not confirm. */
const SILENT = 'neither the database nor every other core is reached'

/**
 * The primary's log: the store's as long as that answers, and its own disk for as long as it does not.
 *
 *   direct ──append late or failed──▶ spooling ──store answers──▶ spooling, written behind ──all written, quick──▶ direct
 *
 * The append that failed may have landed, or land later: its records are spooled with the places that they had, so that what the
 * log holds already is recognised when the rest is written. Only the primary appends through it, one batch at a time.
 */
export class SpoolingLog implements Log {
  readonly #options: SpoolingOptions
  #spooling = false
  #since: Millis | undefined
  /** All up to here is in the store; all up to the head is durable. */
  #written = 0
  #head = 0
  #term = 0
  #appending = false
  #reachable = false
  #refusing: string | undefined
  #confirmed = false
  /** Why this log takes nothing any more. */
  #over: unknown
  readonly #recent = new RecentRecords()
  readonly #timely: TimelyAppend
  #timer: Timer | undefined
  #asking: Timer | undefined
  #draining: Promise<void> | undefined
  #clearing: Promise<void> = Promise.resolve()
  #reachingSince: Millis | undefined
  /** Since when the others do not confirm. */
  #silentSince: Millis | undefined
  #closed = false

  constructor(options: SpoolingOptions) {
    this.#options = options
    this.#timely = new TimelyAppend(options.store, options.clock)
  }

  status(): SpoolStatus {
    // What was written behind before its append came to its end is not counted as waiting.
    const events = Math.max(0, this.#head - this.#written)
    const { bytes } = this.#options.file
    return { since: this.#since, events, bytes, refusing: this.#refusing, confirmed: this.#confirmed }
  }

  async head(): Promise<number> {
    return this.#spooling ? this.#head : this.#options.store.head()
  }

  async append(batch: LogBatch): Promise<number> {
    checkBatch(batch)
    if (this.#over) throw this.#over
    this.#appending = true
    try {
      const head = await this.#append(batch)
      this.#recent.add(batch)
      return head
    } finally {
      this.#appending = false
      if (this.#spooling) this.#askIn(TELL_MS)
    }
  }

  async read(after: number, limit: number): Promise<readonly LogRecord[]> {
    const { store, file } = this.#options
    if (!this.#spooling || after < this.#written) {
      const found = await store.read(after, limit)
      if (!this.#spooling || found.length > 0) return found
    }
    const most = Math.min(limit, READ_RECORDS_MAX)
    return (await file.read(after, most)).filter(({ sequence }) => sequence <= this.#head).slice(0, most)
  }

  /** Not while events wait: a snapshot must not be ahead of the log that it is of. */
  async saveSnapshot(snapshot: Snapshot): Promise<void> {
    if (this.#spooling) throw LOG_ERRORS['log.unreachable']({ reason: 'events wait for the store' })
    return this.#options.store.saveSnapshot(snapshot)
  }

  loadSnapshot(): Promise<Snapshot | undefined> {
    return this.#options.store.loadSnapshot()
  }

  savePosition(reader: string, sequence: number): Promise<void> {
    return this.#options.store.savePosition(reader, sequence)
  }

  position(reader: string): Promise<number> {
    return this.#options.store.position(reader)
  }

  trim(): Promise<number> {
    return this.#options.store.trim()
  }

  prune(before: Millis): Promise<number> {
    return this.#options.store.prune(before)
  }

  follow(wake: () => void): () => void {
    return this.#options.store.follow(wake)
  }

  /** What still waits stays on the disk, for whoever is primary next. */
  async close(): Promise<void> {
    this.#closed = true
    this.#timer?.stop()
    this.#asking?.stop()
    await this.#draining
    await this.#options.file.close()
    await this.#options.store.close()
  }

  async #append(batch: LogBatch): Promise<number> {
    if (!this.#spooling) {
      const head = await this.#timely.append(batch)
      if (head !== undefined) return head
      this.#begin(batch)
    }
    return this.#spool(batch)
  }

  #begin({ term, after }: LogBatch): void {
    const { clock, logger } = this.#options
    this.#spooling = true
    this.#confirmed = false
    this.#term = term
    this.#reachable = false
    // What others reached while this core reached it too says nothing of now.
    this.#reachingSince = undefined
    this.#silentSince = undefined
    this.#since = clock.now()
    this.#written = after
    this.#head = after
    logger.warn({ after }, 'the database does not take events in time: they go to the spool on this disk')
    this.#drainIn(DRAIN_MS)
  }

  async #spool(batch: LogBatch): Promise<number> {
    const { file, peers } = this.#options
    const end = batch.after + batch.records.length
    if (batch.after !== this.#head) throw LOG_ERRORS['log.gap']({ after: batch.after })
    await this.#clearing
    // A batch that the peers did not confirm at its first try is in the file already.
    if (file.end !== end) await this.#keep(batch)
    const say = await peers.confirm(this.#feed(end))
    if (this.#over) throw this.#over
    // Written behind meanwhile: then the store has it, whatever the peers say.
    const action = this.#written >= end ? 'drain' : this.#decide(say)
    if (this.#over) throw this.#over
    if (action === 'hand over' || action === 'refuse' || (say === 'silent' && this.#written < end)) {
      this.#unheard()
      throw LOG_ERRORS['log.unreachable']({ reason: SILENT })
    }
    this.#silentSince = undefined
    this.#confirmed = true
    this.#refuse(undefined)
    this.#head = end
    return end
  }

  /** On this disk. Where that takes no more the caller tries again for as long as it takes: the store may be back before there is room. */
  async #keep(batch: LogBatch): Promise<void> {
    try {
      await this.#options.file.append(batch)
    } catch (error) {
      if (!isTandemError(error, 'log.spool-full')) throw error
      // A full disk may have room in a moment, so callers wait; at its own limit the spool takes nothing for long.
      if (error.cause === undefined) this.#refuse(error.message)
      throw LOG_ERRORS['log.unreachable']({ reason: error.message }, error)
    }
  }

  /** The others do not confirm: new calls wait for a while before they are refused. */
  #unheard(): void {
    const now = this.#options.clock.monotonic()
    this.#confirmed = false
    this.#silentSince ??= now
    if (now - this.#silentSince >= SILENT_MS_MAX) this.#refuse(SILENT)
  }

  #feed(end: number): SpoolFeed {
    const { file } = this.#options
    const from = this.#written
    return {
      ...{ term: this.#term, from, durable: this.#head, end },
      oldest: Math.min(from, this.#recent.oldest),
      read: async (after) => {
        const found = after < from || file.from === undefined ? this.#recent.after(after) : undefined
        return firstBatch(found ?? (await file.read(after, BATCH_RECORDS_MAX)))
      },
    }
  }

  /** What the table says; where that is to hand over this log is over, or spools until it has to be. */
  #decide(say: PeersSay): SpoolAction {
    const { peers } = this.#options
    const action = SPOOL_DECISIONS[this.#reachable ? 'reachable' : 'away'][say]
    if (action !== 'hand over' || say === 'newer') this.#reachingSince = undefined
    if (action !== 'hand over') return action
    // They keep its records and have promised, as if they did not reach the store.
    if (!this.#isOver(say)) return 'spool'
    this.#end(LOG_ERRORS['log.fenced']({ term: this.#term }))
    // Only when nothing more is let out.
    peers.leave?.(this.#term)
    return action
  }

  /** A store that comes back is seen by one core before the other: only one that others reach for a while is lost to this one alone. */
  #isOver(say: PeersSay): boolean {
    if (say === 'newer') return true
    const now = this.#options.clock.monotonic()
    this.#reachingSince ??= now
    return now - this.#reachingSince >= ALONE_MS_MAX
  }

  #askIn(delayMs: Millis): void {
    this.#asking?.stop()
    if (!this.#spooling || this.#closed || this.#over) return
    this.#asking = this.#options.clock.after(delayMs, () => {
      void this.#ask().finally(() => this.#askIn(ASK_MS))
    })
  }

  /** Asks without anything new, so that the others follow and this core knows in time when it may not go on. */
  async #ask(): Promise<void> {
    if (this.#appending || !this.#spooling) return
    const say = await this.#options.peers.confirm(this.#feed(this.#head))
    // An append asks for itself meanwhile, and knows more.
    if (this.#appending || !this.#spooling || this.#over) return
    if (this.#decide(say) === 'refuse') return this.#unheard()
    this.#silentSince = undefined
    this.#confirmed = true
    if (this.#refusing === SILENT) this.#refuse(undefined)
  }

  #refuse(reason: string | undefined): void {
    if (reason !== undefined && this.#refusing === undefined) {
      this.#options.logger.error({ problem: reason }, 'no event can be made durable: new calls are refused')
    } else if (reason === undefined && this.#refusing !== undefined) {
      this.#options.logger.warn({}, 'events are durable again')
    }
    this.#refusing = reason
  }

  #end(reason: unknown): void {
    if (this.#over) return
    this.#over = reason
    this.#timer?.stop()
    this.#asking?.stop()
    this.#options.over?.(reason)
  }

  #drainIn(delayMs: Millis): void {
    if (!this.#spooling || this.#closed || this.#over) return
    this.#timer = this.#options.clock.after(delayMs, () => {
      this.#draining = this.#drain().then(
        (more) => this.#drainIn(more ? 0 : DRAIN_MS),
        (error: unknown) => this.#end(error),
      )
    })
  }

  /** Writes the next part of what waits, and says whether there is more to do at once. Fails when the log belongs to another now. */
  async #drain(): Promise<boolean> {
    if (!this.#spooling || this.#closed) return false
    const { store, clock, file } = this.#options
    const records = await this.#next()
    const startedAt = clock.monotonic()
    try {
      // Nothing waits when the disk took nothing: then it is asked whether the store is there.
      if (records.length === 0) await store.head()
      else this.#written = await store.append({ term: records[0]!.term, after: this.#written, records })
    } catch (error) {
      if (isTandemError(error, 'log.gap')) return this.#recognise(records)
      if (!isTandemError(error, 'log.unreachable')) throw error
      this.#reachable = false
      return false
    }
    this.#reachable = true
    // Durable by the store is durable, though the peers may not have confirmed it yet: the next try of that append finds it so.
    const quick = clock.monotonic() - startedAt < QUICK_MS
    return this.#written < (file.end ?? 0) || (quick && this.#return())
  }

  /** What one append of the backlog takes. */
  async #next(): Promise<readonly LogRecord[]> {
    return firstBatch(await this.#options.file.read(this.#written, BATCH_RECORDS_MAX))
  }

  /** The log goes on beyond what was known to be written: an append whose answer was lost has landed, or this core is none any more. */
  async #recognise(records: readonly LogRecord[]): Promise<boolean> {
    let found: readonly LogRecord[]
    try {
      found = await this.#options.store.read(this.#written, records.length)
    } catch (error) {
      if (isTandemError(error, 'log.unreachable')) return false
      throw error
    }
    if (found.length === 0 || !found.every((record, i) => same(record, records[i]!))) {
      throw LOG_ERRORS['log.gap']({ after: this.#written })
    }
    this.#written += found.length
    return true
  }

  /** Back to the store, once it has everything and nothing is on its way into the spool. */
  #return(): boolean {
    const { file, logger, clock, peers } = this.#options
    if (this.#appending || this.#written !== this.#head) return false
    const awayMs = clock.now() - (this.#since ?? clock.now())
    this.#spooling = false
    this.#since = undefined
    this.#asking?.stop()
    this.#refuse(undefined)
    peers.written?.(this.#term)
    logger.warn({ awayMs, sequence: this.#head }, 'the database takes events again; all that waited is written')
    this.#clearing = file.clear().catch((error: unknown) => {
      logger.warn({ error: String(error) }, 'the spool could not be emptied; it is written over')
    })
    return false
  }
}

import { type Clock, isTandemError, type Logger, type Millis, SteadyTime, type Timer } from '#base'
import { BATCH_BYTES_MAX, BATCH_RECORDS_MAX, type Log } from '#seams/log'
import { Appender } from './appender.ts'
import type { Lift } from './envelope.ts'
import { SEQUENCER_ERRORS } from './errors.ts'
import { Fold } from './fold.ts'
import { type Entry, Head } from './head.ts'
import { AWAY_MS, REST_FACTOR, REST_MS_MAX, SEQUENCER_LIMITS, type SequencerLimits, TICK_STUCK_MS } from './limits.ts'
import type { CommandFor, Machines, Sequenced } from './machine.ts'
import { Snapshots } from './snapshots.ts'

/** What a sequencer is made of. */
export interface SequencerOptions<M extends Machines> {
  readonly machines: M
  readonly log: Log
  readonly clock: Clock
  readonly logger: Logger
  /** The lease's term under which this process is the primary. */
  readonly term: number
  /** The fold of the follower that becomes primary; left out, a new one is loaded. */
  readonly fold?: Fold<M>
  readonly limits?: Partial<SequencerLimits>
  readonly lift?: Lift
  /** Whether the log can make nothing durable at this moment: what came before waits, new work should not begin. */
  readonly refusing?: () => boolean
  /** What an event is written as, for readers of an older format. */
  readonly lower?: Lift
  /** It was fenced, or is broken, and takes nothing more: the process must end. Called at most once. */
  readonly onStopped: (reason: unknown) => void
}

/** What a submit caused: its events, durable now, and how far the log was then. */
export interface Outcome<M extends Machines> {
  readonly sequence: number
  readonly events: readonly Sequenced<M>[]
}

interface Submission<M extends Machines> {
  readonly entries: readonly Entry[]
  readonly bytes: number
  readonly resolve: (outcome: Outcome<M>) => void
  readonly reject: (reason: unknown) => void
}

/**
 * The primary's loop: decides commands, writes their events to the log, and only then lets anybody see them.
 *
 *   submit ──▶ decide on head ──▶ waiting ──▶ one append at a time ──▶ committed ──▶ listeners, then the submitter
 *
 * All that became ready while an append was under way goes into the next one.
 */
export class Sequencer<M extends Machines> {
  /** The durable states: what everybody but the sequencer itself reads. */
  readonly committed: Fold<M>
  readonly #options: SequencerOptions<M>
  readonly #limits: SequencerLimits
  readonly #time: SteadyTime
  readonly #head: Head<M>
  readonly #appender: Appender
  readonly #snapshots: Snapshots<M>
  #waiting: Submission<M>[] = []
  #inFlight: readonly Submission<M>[] = []
  #pendingEvents = 0
  #pendingBytes = 0
  #running: Promise<void> | undefined
  #restUntil: Millis = 0
  #timer: Timer | undefined
  #tickNotBefore: Millis = 0
  /** Why nothing more is taken; undefined while commands are. */
  #refusal: unknown
  #ended = false
  readonly #abandoned = Promise.withResolvers<void>()

  private constructor(options: SequencerOptions<M>, fold: Fold<M>) {
    this.#options = options
    this.#limits = { ...SEQUENCER_LIMITS, ...options.limits }
    this.committed = fold
    this.#time = new SteadyTime(options.clock, fold.at)
    this.#head = new Head(options.machines, fold, options)
    this.#appender = new Appender({ ...options, limits: this.#limits })
    this.#snapshots = new Snapshots({ ...options, fold, every: this.#limits.snapshotEvery })
  }

  /** Loads the newest snapshot and what came after, up to the head, and begins to take commands. */
  static async open<M extends Machines>(options: SequencerOptions<M>): Promise<Sequencer<M>> {
    const fold = options.fold ?? new Fold(options.machines, options.logger, options.lift)
    // A backup has followed up to here: a snapshot, which is large, tells it nothing new.
    if (options.fold) await fold.catchUp(options.log)
    else await fold.load(options.log)
    const sequencer = new Sequencer(options, fold)
    sequencer.#armTick()
    return sequencer
  }

  /** Whether new work had better be refused: it would wait for a log that takes nothing. */
  get refusing(): boolean {
    return this.#options.refusing?.() ?? false
  }

  /** The time that events get now. */
  now(): Millis {
    return this.#time.now()
  }

  /**
   * Decides the commands in order at once, and returns when their events are durable: all of one call in one append, or none.
   * Without events it returns when what they were decided on is durable. Fails with what a machine's decide threw, with
   * `sequencer.busy`, `.too-large`, `.closed`, or with the reason for which the sequencer stopped.
   */
  async submit(commands: readonly CommandFor<M>[]): Promise<Outcome<M>> {
    if (this.#refusal) throw this.#refusal
    if (this.#pendingEvents >= this.#limits.pendingEventsMax || this.#pendingBytes >= this.#limits.pendingBytesMax) {
      throw SEQUENCER_ERRORS['sequencer.busy']({ events: this.#pendingEvents })
    }
    const { entries, bytes } = this.#decide(commands)
    if (entries.length === 0 && !this.#running) return { sequence: this.committed.sequence, events: [] }
    this.#pendingEvents += entries.length
    this.#pendingBytes += bytes
    return new Promise((resolve, reject) => {
      this.#waiting.push({ entries, bytes, resolve, reject })
      this.#running ??= this.#run()
    })
  }

  /** Takes nothing more and returns when all that was accepted is durable, or has failed. */
  async close(): Promise<void> {
    this.#refusal ??= SEQUENCER_ERRORS['sequencer.closed']()
    this.#timer?.stop()
    const late = this.#options.clock.after(this.#limits.closeMsMax, () => this.#abandon(this.#refusal))
    await Promise.race([this.#running, this.#abandoned.promise])
    late.stop()
    await Promise.race([this.#snapshots.close(), this.#abandoned.promise])
  }

  #decide(commands: readonly CommandFor<M>[]): { entries: readonly Entry[]; bytes: number } {
    try {
      return this.#head.decide(commands, this.#time.now(), () => this.#undurable())
    } catch (error) {
      if (isTandemError(error, 'sequencer.broken')) this.#stop(error)
      throw error
    }
  }

  *#undurable(): Iterable<Entry> {
    for (const submission of this.#inFlight) yield* submission.entries
    for (const submission of this.#waiting) yield* submission.entries
  }

  async #run(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        await this.#gather()
        this.#inFlight = this.#takeBatch()
        const entries = this.#inFlight.flatMap((submission) => submission.entries)
        const after = this.committed.sequence
        if (entries.length > 0) await this.#append(after, entries)
        this.#commit(after, entries)
      }
    } catch (error) {
      this.#stop(error)
    }
    this.#running = undefined
  }

  /** What arrives within this turn of the event loop shares one append, and under load what arrives while the store rests. */
  async #gather(): Promise<void> {
    const { clock } = this.#options
    const restMs = this.#restUntil - clock.monotonic()
    await new Promise<void>((resolve) => {
      if (restMs > 0) clock.after(restMs, resolve)
      else setImmediate(resolve)
    })
  }

  async #append(after: number, entries: readonly Entry[]): Promise<void> {
    const { clock } = this.#options
    const begunAt = clock.monotonic()
    await this.#appender.append(after, entries)
    const endedAt = clock.monotonic()
    const tookMs = endedAt - begunAt
    this.#restUntil = tookMs > AWAY_MS ? endedAt : endedAt + Math.min(REST_MS_MAX, REST_FACTOR * tookMs)
  }

  /** Whole submissions only, as many as one append takes. */
  #takeBatch(): readonly Submission<M>[] {
    let events = 0
    let bytes = 0
    const over = this.#waiting.findIndex((submission) => {
      events += submission.entries.length
      bytes += submission.bytes
      return events > BATCH_RECORDS_MAX || bytes > BATCH_BYTES_MAX
    })
    return this.#waiting.splice(0, over === -1 ? this.#waiting.length : over)
  }

  #commit(after: number, entries: readonly Entry[]): void {
    const { term } = this.#options
    const done = this.#inFlight
    // Cleared first: a listener may submit, and what is committed must not count as waiting then.
    this.#inFlight = []
    for (const submission of done) {
      this.#pendingEvents -= submission.entries.length
      this.#pendingBytes -= submission.bytes
    }
    try {
      const events = this.committed.take(
        entries.map(({ at, machine, event }, i) => ({ sequence: after + i + 1, term, at, machine, event })),
      )
      settle(done, after, events)
    } catch (error) {
      for (const submission of done) submission.reject(error)
      throw error
    }
    this.#snapshots.consider()
    this.#armTick()
  }

  #stop(reason: unknown): void {
    if (this.#ended) return
    this.#options.logger.error({ error: String(reason), sequence: this.committed.sequence }, 'sequencer stopped')
    this.#abandon(reason)
    this.#options.onStopped(reason)
  }

  #abandon(reason: unknown): void {
    this.#ended = true
    this.#refusal = reason
    this.#timer?.stop()
    this.#appender.stop()
    const lost = [...this.#inFlight, ...this.#waiting]
    this.#inFlight = []
    this.#waiting = []
    for (const submission of lost) submission.reject(reason)
    this.#abandoned.resolve()
  }

  /** Sets the one timer for whatever falls due first. */
  #armTick(): void {
    this.#timer?.stop()
    if (this.#refusal) return
    const next = Math.min(...this.#head.deadlines().map((deadline) => deadline.at))
    if (next === Number.POSITIVE_INFINITY) return
    const delayMs = Math.max(next, this.#tickNotBefore) - this.#time.now()
    this.#timer = this.#options.clock.after(Math.ceil(delayMs), () => void this.#tick())
  }

  async #tick(): Promise<void> {
    const now = this.#time.now()
    const due = this.#head.deadlines().filter((deadline) => deadline.at <= now)
    if (due.length === 0) return this.#armTick()
    const machines = due.map((deadline) => deadline.machine)
    try {
      const commands = machines.map((machine) => ({ machine, command: this.#options.machines[machine]!.tick!() }))
      const { events } = await this.submit(commands as unknown as readonly CommandFor<M>[])
      if (events.length > 0) return
      this.#options.logger.error({ machines }, 'tick left its deadline standing')
    } catch (error) {
      this.#options.logger.error({ machines, error: String(error) }, 'tick failed')
    }
    this.#tickNotBefore = this.#time.now() + TICK_STUCK_MS
    this.#armTick()
  }
}

/** Answers each submission with its share of the events, in order. */
function settle<M extends Machines>(
  done: readonly Submission<M>[],
  after: number,
  events: readonly Sequenced<M>[],
): void {
  let taken = 0
  for (const { entries, resolve } of done) {
    const share = events.slice(taken, taken + entries.length)
    taken += entries.length
    resolve({ sequence: after + taken, events: share })
  }
}

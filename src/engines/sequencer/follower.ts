import { type Clock, isTandemError, type Logger, type Millis, type Timer } from '#base'
import type { Log } from '#seams/log'
import type { Fold } from './fold.ts'
import type { Machines } from './machine.ts'

/** Wake-ups may get lost with a connection, so the log is looked at this often without one; a backup is never further behind than that. */
const POLL_MS = 1000

/** Between two reads, what comes is gathered: a read costs the same for one event as for fifty, and a browser does not see so short a time. Less than what the primary gathers, so that what it tells is never held up twice. */
const GATHER_MS = 5

/** What a follower is made of. */
export interface FollowerOptions<M extends Machines> {
  readonly fold: Fold<M>
  readonly log: Log
  readonly clock: Clock
  readonly logger: Logger
  /** The fold cannot go on (a machine failed, or the log no longer keeps what it needs): the process must end. */
  readonly onStopped: (reason: unknown) => void
}

/**
 * A hot backup: keeps a fold at the log's head. To become primary, close it and open a sequencer on the same fold.
 */
export class Follower<M extends Machines> {
  readonly #options: FollowerOptions<M>
  #unfollow: () => void = () => {}
  #timer: Timer | undefined
  #running: Promise<void> | undefined
  #again = false
  #gathering = false
  #closed = false
  #heardAt: Millis

  private constructor(options: FollowerOptions<M>) {
    this.#options = options
    this.#heardAt = options.clock.monotonic()
  }

  /** Loads the fold up to the head and keeps it there. */
  static async open<M extends Machines>(options: FollowerOptions<M>): Promise<Follower<M>> {
    const follower = new Follower(options)
    await options.fold.load(options.log)
    follower.#unfollow = options.log.follow(() => follower.#wake())
    follower.#wake()
    return follower
  }

  /** All that the log had at this moment is in the fold; by the monotonic clock. */
  get heardAt(): Millis {
    return this.#heardAt
  }

  /** Looks at the log at once. */
  wake(): void {
    this.#wake()
  }

  /** Stops following; when it returns, nothing more is folded. */
  async close(): Promise<void> {
    this.#closed = true
    this.#unfollow()
    this.#timer?.stop()
    await this.#running
  }

  #wake(): void {
    if (this.#closed) return
    this.#again = true
    if (this.#gathering) return
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
      if (!this.#closed) this.#rest()
    })
  }

  async #run(): Promise<void> {
    const { fold, log, logger, clock } = this.#options
    this.#timer?.stop()
    this.#again = false
    const askedAt = clock.monotonic()
    try {
      this.#gathering = (await fold.catchUp(log)) > 0
      this.#heardAt = askedAt
    } catch (error) {
      if (!isTandemError(error, 'log.unreachable')) return this.#stop(error)
      logger.warn({ error: String(error), sequence: fold.sequence }, 'log not reachable, following later')
    }
  }

  /** Gathers after something was folded; then, or without anything, waits for the next wake-up. */
  #rest(): void {
    const { clock } = this.#options
    if (!this.#gathering && this.#again) return this.#wake()
    const delayMs = this.#gathering ? GATHER_MS : POLL_MS
    this.#timer = clock.after(delayMs, () => {
      const gathered = this.#gathering
      this.#gathering = false
      if (gathered && !this.#again) this.#rest()
      else this.#wake()
    })
  }

  #stop(reason: unknown): void {
    this.#closed = true
    this.#unfollow()
    this.#options.logger.error({ error: String(reason), sequence: this.#options.fold.sequence }, 'follower stopped')
    this.#options.onStopped(reason)
  }
}

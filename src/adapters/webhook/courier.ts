import { type Clock, isTandemError, type Logger, type Millis, type Timer } from '#base'
import type { Webhook } from '#kernel/config'
import type { Log, LogRecord } from '#seams/log'
import type { WebhookPosition, WebhookPositions } from '#seams/store'
import { cloudEventOf, type PlacedEvent } from './cloud-event.ts'
import { isWanted } from './event-type.ts'
import { firstKept } from './places.ts'
import type { Sender } from './sender.ts'

/** A read of this many usual events takes some milliseconds. */
const BATCH_RECORDS_MAX = 200
/** What fails is tried again so soon at first, and twice as long each time: a restart of the receiver is over by then. */
const RETRY_MS_FIRST = 1_000
/** At the most: a receiver that is back waits no longer, and one that is away for a day costs three hundred requests. */
const RETRY_MS_MAX = 300_000
/** A receiver may ask for so long, and no longer. */
const RETRY_AFTER_MS_MAX = 3_600_000
/** While the database is away, and while what was told of is not in it yet. */
const LOOK_MS = 1_000
/** How often a position that nobody waits for is kept: after a takeover so much is looked through again, and nothing of it is sent. */
const KEEP_MS = 10_000

/** What one webhook is served with. */
export interface CourierOptions {
  readonly webhook: Webhook
  /** The version of the configuration that it was changed at last. */
  readonly version: number
  readonly position: WebhookPosition
  readonly term: number
  readonly log: Pick<Log, 'read' | 'head'>
  /** The centre's event in a record. */
  readonly decode: (record: LogRecord) => PlacedEvent['event'] | undefined
  readonly positions: Pick<WebhookPositions, 'save'>
  readonly sender: Sender
  readonly clock: Clock
  readonly logger: Logger
}

/**
 * Takes the events of one webhook to its receiver, one after the other, each until it is taken: read from the log, sent, kept how far
 * it is, and only then the next. Who dies between sending and keeping sends that one again, with the id that it had.
 */
export class Courier {
  readonly #options: CourierOptions
  readonly #closed = new AbortController()
  #position: WebhookPosition
  /** The newest event that it was told of. */
  #told = 0
  #running: Promise<void> | undefined
  #timer: Timer | undefined
  #keeping: Timer | undefined
  #stopped = false

  constructor(options: CourierOptions) {
    this.#options = options
    this.#position = options.position
    this.#stopped = options.position.goneVersion === options.version
  }

  get version(): number {
    return this.#options.version
  }

  /** How far it is, as far as this process knows. */
  get position(): WebhookPosition {
    return this.#position
  }

  /** Something was committed. What follows at once on what it has, and is nothing for it, is passed over without a look at the log. */
  saw(events: readonly Pick<PlacedEvent, 'event'>[], from: number, to: number): void {
    if (this.#stopped) return
    this.#told = Math.max(this.#told, to)
    const { events: wanted } = this.#options.webhook
    const isNext = this.#running === undefined && this.#position.sequence === from - 1
    if (isNext && !events.some(({ event }) => isWanted(event, wanted))) this.#pass(to)
    else this.wake()
  }

  /** Looks at the log. */
  wake(): void {
    if (this.#stopped) return
    this.#timer?.stop()
    this.#running ??= this.#run()
      .catch((cause: unknown) => this.#options.logger.warn({ problem: String(cause) }, 'webhook waits for the log'))
      .finally(() => {
        this.#running = undefined
        if (this.#stopped || this.#position.sequence >= this.#told) return
        this.#timer = this.#options.clock.after(LOOK_MS, () => this.wake())
      })
  }

  /** Stops in the middle of whatever it does; when it returns, nothing more is sent. */
  async close(): Promise<void> {
    this.#stopped = true
    this.#closed.abort()
    this.#timer?.stop()
    await this.#running
    if (!this.#keeping) return
    this.#keeping.stop()
    await this.#save().catch(() => false)
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      const records = await this.#read()
      if (records.length === 0) return
      for (const record of records) {
        if (this.#stopped) return
        const event = this.#options.decode(record)
        const isAskedFor = event && isWanted(event, this.#options.webhook.events)
        if (isAskedFor) await this.#deliver({ ...record, event })
        else this.#pass(record.sequence)
      }
    }
  }

  /** What the log's retention has removed cannot be sent any more; that is said, and the rest goes on. */
  async #read(): Promise<readonly LogRecord[]> {
    const { log, logger, webhook } = this.#options
    const { sequence } = this.#position
    try {
      return await log.read(sequence, BATCH_RECORDS_MAX)
    } catch (cause) {
      if (!isTandemError(cause, 'log.pruned')) throw cause
      const oldest = await firstKept(log, sequence)
      logger.error(
        { webhook: webhook.name, events: oldest - sequence },
        'the log keeps no longer what a webhook had not taken',
      )
      this.#pass(oldest)
      return log.read(oldest, BATCH_RECORDS_MAX)
    }
  }

  /** Until it is taken, the receiver is gone, or this core is no longer the one that sends. */
  async #deliver(placed: PlacedEvent): Promise<void> {
    const { webhook, version, sender, clock, logger } = this.#options
    const event = cloudEventOf(placed)
    while (!this.#stopped) {
      const outcome = await sender.send(webhook, event, this.#closed.signal)
      if (outcome.is === 'taken') {
        const { sequence } = placed
        this.#position = { webhook: webhook.name, sequence, deliveredAt: clock.now(), failures: 0 }
        return this.#keep()
      }
      if (this.#stopped) return
      const failures = this.#position.failures + 1
      const problem = outcome.is === 'gone' ? 'the receiver says that it is gone (410)' : outcome.problem
      const { failingSince = clock.now() } = this.#position
      this.#position = { ...this.#position, failures, failingSince, problem }
      logger.warn({ webhook: webhook.name, failures, problem }, 'webhook not delivered')
      if (outcome.is === 'gone') {
        this.#position = { ...this.#position, goneVersion: version }
        this.#stopped = true
        return void (await this.#save())
      }
      // What is shown of a failure may be lost; what was delivered may not.
      await this.#save().catch(() => false)
      await this.#pause(Math.max(backoffMs(failures), Math.min(outcome.retryAfterMs ?? 0, RETRY_AFTER_MS_MAX)))
    }
  }

  /** Before the next is sent it stands for whoever is primary then that this one was taken. */
  async #keep(): Promise<void> {
    for (;;) {
      try {
        if (!(await this.#save())) {
          this.#stopped = true
          this.#options.logger.warn({ webhook: this.#options.webhook.name }, 'a newer primary sends this webhook')
        }
        return
      } catch (cause) {
        if (this.#stopped) return
        this.#options.logger.warn({ problem: String(cause) }, 'how far a webhook is cannot be kept yet')
        await this.#pause(LOOK_MS)
      }
    }
  }

  #save(): Promise<boolean> {
    this.#keeping?.stop()
    this.#keeping = undefined
    return this.#options.positions.save(this.#position, this.#options.term)
  }

  #pass(sequence: number): void {
    this.#position = { ...this.#position, sequence }
    this.#keeping ??= this.#options.clock.after(KEEP_MS, () => {
      this.#keeping = undefined
      this.#save().catch(() => false)
    })
  }

  /** Ends early when it is closed. */
  #pause(pauseMs: Millis): Promise<void> {
    const { signal } = this.#closed
    return new Promise((resolve) => {
      if (signal.aborted) return resolve()
      const end = () => {
        timer.stop()
        signal.removeEventListener('abort', end)
        resolve()
      }
      const timer = this.#options.clock.after(pauseMs, end)
      signal.addEventListener('abort', end)
    })
  }
}

/** How long is waited after so many failures in a row. */
export function backoffMs(failures: number): Millis {
  return Math.min(RETRY_MS_MAX, RETRY_MS_FIRST * 2 ** Math.min(failures - 1, 20))
}

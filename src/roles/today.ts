import type { QueueToday, TodayPort } from '#api/live'
import type { Clock, Logger, Millis, Timer } from '#base'
import type { History } from '#engines/journal'

/** Figures of the day are looked at by people: a few seconds old is new enough, and the query is small. */
const REFRESH_MS = 2_000
const DAY_MS = 86_400_000

/** Keeps the figures of the day (UTC) by queue, read from history every few seconds. */
export class TodayKeeper implements TodayPort {
  readonly #history: History
  readonly #clock: Clock
  readonly #logger: Logger
  #timer: Timer | undefined
  #closed = false
  #latest: ReturnType<TodayPort['today']>

  constructor(history: History, clock: Clock, logger: Logger) {
    this.#history = history
    this.#clock = clock
    this.#logger = logger
    this.#refresh()
  }

  today(): ReturnType<TodayPort['today']> {
    return this.#latest
  }

  close(): void {
    this.#closed = true
    this.#timer?.stop()
  }

  #refresh(): void {
    const now = this.#clock.now()
    this.#read(now - (now % DAY_MS), now)
      .catch((cause: unknown) => this.#logger.warn({ problem: String(cause) }, "the day's figures cannot be read"))
      .finally(() => {
        if (!this.#closed) this.#timer = this.#clock.after(REFRESH_MS, () => this.#refresh())
      })
  }

  async #read(from: Millis, now: Millis): Promise<void> {
    const queues = new Map<string, QueueToday>()
    for (const row of await this.#history.queueIntervals(from, now + 1)) {
      const sum = queues.get(row.queue)
      queues.set(row.queue, {
        offered: (sum?.offered ?? 0) + row.offered,
        answered: (sum?.answered ?? 0) + row.answered,
        answeredInTime: (sum?.answeredInTime ?? 0) + row.answeredInTime,
        abandoned: (sum?.abandoned ?? 0) + row.abandoned,
        shortAbandoned: (sum?.shortAbandoned ?? 0) + row.shortAbandoned,
      })
    }
    this.#latest = { asOf: now, queues }
  }
}

import type { QueueIntervalRow } from '#api/reports'
import type { Clock, Logger, Millis } from '#base'
import type { QueueToday, TodayPort } from './port.ts'

/** Service level moves slowly; asking history more often would only cost the database. */
const REFRESH_MS = 2000
const DAY_MS = 86_400_000

/** What today's figures are made from. */
export interface TodayOptions {
  readonly history: { queueIntervals(from: Millis, to: Millis): Promise<readonly QueueIntervalRow[]> }
  readonly clock: Clock
  readonly logger: Logger
}

/** Today's figures by queue, read from history when somebody asks and what is known is older than two seconds. While history is away the last ones stay. */
export class TodayFigures implements TodayPort {
  readonly #options: TodayOptions
  #last: ReturnType<TodayPort['today']>
  #askedAt = Number.NEGATIVE_INFINITY
  #asking = false

  constructor(options: TodayOptions) {
    this.#options = options
  }

  today(): ReturnType<TodayPort['today']> {
    const { clock } = this.#options
    if (!this.#asking && clock.monotonic() - this.#askedAt >= REFRESH_MS) void this.refresh()
    return this.#last
  }

  /** Reads them now. */
  async refresh(): Promise<void> {
    const { history, clock, logger } = this.#options
    this.#asking = true
    this.#askedAt = clock.monotonic()
    const now = clock.now()
    const midnight = Math.floor(now / DAY_MS) * DAY_MS
    try {
      const rows = await history.queueIntervals(midnight, midnight + DAY_MS)
      this.#last = { asOf: now, queues: sumByQueue(rows) }
    } catch (error) {
      logger.debug({ error: String(error) }, 'figures of today could not be read')
    } finally {
      this.#asking = false
    }
  }
}

function sumByQueue(rows: readonly QueueIntervalRow[]): ReadonlyMap<string, QueueToday> {
  const sums = new Map<string, QueueToday>()
  for (const row of rows) {
    const sum = sums.get(row.queue)
    sums.set(row.queue, {
      offered: row.offered + (sum?.offered ?? 0),
      answered: row.answered + (sum?.answered ?? 0),
      answeredInTime: row.answeredInTime + (sum?.answeredInTime ?? 0),
      abandoned: row.abandoned + (sum?.abandoned ?? 0),
      shortAbandoned: row.shortAbandoned + (sum?.shortAbandoned ?? 0),
    })
  }
  return sums
}

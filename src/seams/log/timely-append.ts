import { type Clock, isTandemError, type Millis } from '#base'
import { LOG_ERRORS } from './errors.ts'
import type { Log, LogBatch, LogRecord } from './port.ts'

/** An append takes a millisecond. A store that needs this long keeps a caller waiting who can hear it: events go to the own disk. */
export const APPEND_MS_MAX = 400
/** Between two tries of one append within that time: a connection that was cut is replaced. */
const AGAIN_MS = 40

/** Appends to a store that has to answer in time, on however many connections it takes. What it did not answer may have landed, or land later. */
export class TimelyAppend {
  readonly #store: Pick<Log, 'append' | 'read'>
  readonly #clock: Clock

  constructor(store: Pick<Log, 'append' | 'read'>, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  /** The new head; undefined when the store did not answer in time, or said that it cannot. */
  async append(batch: LogBatch): Promise<number | undefined> {
    const clock = this.#clock
    const until = clock.monotonic() + APPEND_MS_MAX
    for (let again = false; ; again = true) {
      const tried = this.#store.append(batch).catch((error: unknown) => {
        if (isTandemError(error, 'log.unreachable')) return undefined
        // A try before this one has landed; the caller sees that for itself, and it is settled here what it would find.
        if (again && isTandemError(error, 'log.gap')) return this.#landed(batch)
        throw error
      })
      // When time is up nobody listens to it any more.
      tried.catch(() => {})
      const head = await this.#within(tried, until - clock.monotonic())
      if (head !== undefined) return head
      if (clock.monotonic() + AGAIN_MS >= until) return undefined
      await this.#pause(AGAIN_MS)
    }
  }

  /** The head, if the store holds the batch at its place. */
  async #landed({ after, term, records }: LogBatch): Promise<number | undefined> {
    const found = await this.#store.read(after, records.length).catch(() => undefined)
    if (!found) return undefined
    if (found.length < records.length || !found.every((r, i) => same(r, { ...records[i]!, term }))) {
      throw LOG_ERRORS['log.gap']({ after })
    }
    return after + records.length
  }

  #within<T>(promise: Promise<T>, delayMs: Millis): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      const timer = this.#clock.after(delayMs, () => resolve(undefined))
      promise.then(resolve, reject).finally(() => timer.stop())
    })
  }

  #pause(delayMs: Millis): Promise<void> {
    return new Promise((resolve) => this.#clock.after(delayMs, resolve))
  }
}

/** Whether two records are the same decision, wherever they stand. */
export function same(a: Omit<LogRecord, 'sequence'>, b: Omit<LogRecord, 'sequence'>): boolean {
  return a.term === b.term && a.at === b.at && a.body === b.body
}

import type { LogBatch } from './port.ts'

/** A backup is some tens of milliseconds behind: so many events are more than it lacks when the store goes away. */
const RECENT_MAX = 2_048

/** The newest events that were appended, so that one who was not yet told of them by the store can be. */
export class RecentRecords {
  #records: LogBatch['records'][number][] = []
  #end = 0

  /** The place before the oldest. */
  get oldest(): number {
    return this.#end - this.#records.length
  }

  /** The place after the newest. */
  get end(): number {
    return this.#end
  }

  /** What comes next follows on this place; nothing before it is here. */
  begin(head: number): void {
    this.#records = []
    this.#end = head
  }

  add({ after, records }: LogBatch): void {
    if (after !== this.#end) this.begin(after)
    this.#records.push(...records)
    this.#end = after + records.length
    if (this.#records.length > 2 * RECENT_MAX) this.#records = this.#records.slice(-RECENT_MAX)
  }

  /** Those after a sequence; undefined when the first of them is not here. */
  after(sequence: number): LogBatch['records'] | undefined {
    if (sequence < this.oldest || sequence >= this.#end) return undefined
    return this.#records.slice(sequence - this.oldest)
  }
}

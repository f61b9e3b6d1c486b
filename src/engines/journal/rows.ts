import type { Millis } from '#base'
import { intervalStart, splitByInterval } from './intervals.ts'

/** A row for one of the history tables, by its columns; moments are numbers here and become timestamps when they are written. */
export type Row = Readonly<Record<string, string | number | null | object>>

/** Tables that rows are only added to. */
export const APPENDED_TABLES = [
  'interaction_summary',
  'interaction_segment',
  'interaction_participant',
  'interaction_event',
  'interaction_wrapup',
] as const

/** A table that rows are only added to. */
export type AppendedTable = (typeof APPENDED_TABLES)[number]

/** What is added to a queue's interval. */
export type QueueCount =
  | 'offered'
  | 'answered'
  | 'answered_in_time'
  | 'abandoned'
  | 'short_abandoned'
  | 'redirected'
  | 'wait_answered_ms'
  | 'talk_ms'
  | 'hold_ms'
  | 'wrap_up_ms'

/** Sums of one interval, by column; `wait_ms_max` is the greatest instead. */
export type IntervalSums = Record<string, number>

/** Everything that one transaction writes, gathered while events are folded. */
export class Rows {
  readonly intervalMs: Millis
  readonly appended: Readonly<Record<AppendedTable, Row[]>> = {
    interaction_summary: [],
    interaction_segment: [],
    interaction_participant: [],
    interaction_event: [],
    interaction_wrapup: [],
  }
  /** By recording; later facts are laid over earlier ones. */
  readonly recordings = new Map<string, Row>()
  readonly queues = new Map<string, { queue: string; startAt: Millis; sums: IntervalSums }>()
  readonly agents = new Map<string, { agent: string; startAt: Millis; sums: IntervalSums }>()

  constructor(intervalMs: Millis) {
    this.intervalMs = intervalMs
  }

  append(table: AppendedTable, row: Row): void {
    this.appended[table].push(row)
  }

  recording(id: string, row: Row): void {
    this.recordings.set(id, { ...this.recordings.get(id), recording: id, ...row })
  }

  countQueue(queue: string, at: Millis, column: QueueCount, amount = 1): void {
    add(this.#queue(queue, intervalStart(at, this.intervalMs)), column, amount)
  }

  /** A wait that ended. */
  noteWait(queue: string, at: Millis, waitMs: Millis): void {
    const sums = this.#queue(queue, intervalStart(at, this.intervalMs))
    sums['wait_ms_max'] = Math.max(sums['wait_ms_max'] ?? 0, waitMs)
  }

  countAgent(agent: string, at: Millis, column: 'offered' | 'answered' | 'not_answered'): void {
    add(this.#agent(agent, intervalStart(at, this.intervalMs)), column, 1)
  }

  /** A stretch of talk, hold or wrap-up, cut at the borders of intervals. */
  spendQueue(queue: string, column: 'talk_ms' | 'hold_ms' | 'wrap_up_ms', from: Millis, to: Millis): void {
    for (const { startAt, ms } of splitByInterval(from, to, this.intervalMs))
      add(this.#queue(queue, startAt), column, ms)
  }

  /** A stretch of one status, cut at the borders of intervals. */
  spendAgent(agent: string, status: string, from: Millis, to: Millis): void {
    const column = `${status.replaceAll('-', '_')}_ms`
    for (const { startAt, ms } of splitByInterval(from, to, this.intervalMs))
      add(this.#agent(agent, startAt), column, ms)
  }

  #queue(queue: string, startAt: Millis): IntervalSums {
    const key = `${startAt} ${queue}`
    let entry = this.queues.get(key)
    if (!entry) this.queues.set(key, (entry = { queue, startAt, sums: {} }))
    return entry.sums
  }

  #agent(agent: string, startAt: Millis): IntervalSums {
    const key = `${startAt} ${agent}`
    let entry = this.agents.get(key)
    if (!entry) this.agents.set(key, (entry = { agent, startAt, sums: {} }))
    return entry.sums
  }
}

function add(sums: IntervalSums, column: string, amount: number): void {
  sums[column] = (sums[column] ?? 0) + amount
}

import type { Millis } from '#base'
import { addSum, type Fact, type ObjectKind, objectsOf, partsOf, type Sum, sumKey } from '#kernel/statistics'

/** A row for one of the history tables, by its columns; moments are numbers here and become timestamps when they are written. */
export type Row = Readonly<Record<string, string | number | null | object>>

/** Tables that rows are only added to. */
export const APPENDED_TABLES = [
  'interaction_summary',
  'interaction_segment',
  'interaction_participant',
  'interaction_event',
  'interaction_wrapup',
  'figure_fact',
  'queue_aim',
  'configuration_version',
  'alert_event',
  'room_event',
] as const

/** A table that rows are only added to. */
export type AppendedTable = (typeof APPENDED_TABLES)[number]

/** What is added to one object, interval and measure. */
export interface IntervalRow {
  readonly kind: ObjectKind
  readonly name: string
  readonly startAt: Millis
  readonly measure: string
  readonly sum: Sum
}

/** Everything that one transaction writes, gathered while events are folded. */
export class Rows {
  readonly appended: Readonly<Record<AppendedTable, Row[]>> = {
    interaction_summary: [],
    interaction_segment: [],
    interaction_participant: [],
    interaction_event: [],
    interaction_wrapup: [],
    figure_fact: [],
    queue_aim: [],
    configuration_version: [],
    alert_event: [],
    room_event: [],
  }
  /** By recording; later facts are laid over earlier ones. */
  readonly recordings = new Map<string, Row>()
  readonly intervals = new Map<string, IntervalRow>()
  #sequence = 0
  #ordinal = 0

  append(table: AppendedTable, row: Row): void {
    this.appended[table].push(row)
  }

  recording(id: string, row: Row): void {
    this.recordings.set(id, { ...this.recordings.get(id), recording: id, ...row })
  }

  /** A fact of the event with that sequence: a row of its own, and added to the intervals of all that it counts for. */
  note(fact: Fact, sequence: number): void {
    this.#ordinal = sequence === this.#sequence ? this.#ordinal + 1 : 0
    this.#sequence = sequence
    const { measure, detail, at, ms, interaction, medium, queue, line, skills, agent } = fact
    this.append('figure_fact', {
      ...{ sequence, ordinal: this.#ordinal, measure, detail: detail ?? null },
      ...{ started_at: at - ms, ended_at: at, interaction_id_key: interaction ?? null, medium: medium ?? null },
      ...{ queue: queue ?? null, skills: skills ?? null, line: line ?? null, agent: agent ?? null },
    })
    for (const { startAt, sum } of partsOf(fact)) {
      for (const [kind, name] of objectsOf(fact)) {
        this.#add({ kind, name, startAt, measure, sum })
        if (detail !== undefined) this.#add({ kind, name, startAt, measure: sumKey(measure, detail), sum })
      }
    }
  }

  #add(row: IntervalRow): void {
    const key = `${row.startAt} ${row.kind} ${row.name} ${row.measure}`
    const known = this.intervals.get(key)
    this.intervals.set(key, known ? { ...row, sum: addSum(known.sum, row.sum) } : row)
  }
}

import { type Kysely, sql } from 'kysely'
import type { JournalTables } from './tables.ts'

/** What a failure drill asks history: which contacts are open, and how many records each of these has. */
export class DrillRecords {
  readonly #db: Kysely<JournalTables>

  constructor(db: Kysely<JournalTables>) {
    this.#db = db
  }

  /** Both of one moment: the position, and what was open there. */
  async open(): Promise<{ readonly position: number; readonly contacts: readonly string[] }> {
    const { rows } = await sql<{ sequence: string; contacts: string[] | null }>`
      select (select sequence from tandem.journal_position) sequence,
        (select array_agg(interaction_id_key) from tandem.journal_open) contacts`.execute(this.#db)
    return { position: Number(rows[0]?.sequence ?? 0), contacts: rows[0]?.contacts ?? [] }
  }

  async records(contacts: readonly string[]): Promise<ReadonlyMap<string, number>> {
    if (contacts.length === 0) return new Map()
    const rows = await this.#db
      .selectFrom('tandem.interaction_summary')
      .select(['interaction_id_key', sql<string>`count(*)`.as('count')])
      .where('interaction_id_key', 'in', [...contacts])
      .groupBy('interaction_id_key')
      .execute()
    return new Map(rows.map((row) => [row.interaction_id_key, Number(row.count)]))
  }
}

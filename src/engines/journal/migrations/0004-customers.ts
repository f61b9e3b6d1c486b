import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Finds the contacts of one customer while the phone rings. */
export const customers: Migration = {
  async up(db) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
  },
}

const STATEMENTS = [
  'create index interaction_summary_from on tandem.interaction_summary (from_address, created_at desc)',
  "create index interaction_summary_to on tandem.interaction_summary (to_address, created_at desc) where direction = 'outbound'",
]

import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Finds all contacts of one customer, by whatever medium. */
export const threads: Migration = {
  async up(db) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
  },
}

const STATEMENTS = [
  'alter table tandem.interaction_summary add column customer text',
  'create index interaction_summary_customer on tandem.interaction_summary (customer, created_at desc) where customer is not null',
]

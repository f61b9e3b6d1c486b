import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** The hashes of each user's earlier passwords, for policies that forbid to use them again. */
export const earlierPasswords: Migration = {
  async up(db) {
    await sql`alter table tandem.credential add column earlier_hashes jsonb`.execute(db)
  },
}

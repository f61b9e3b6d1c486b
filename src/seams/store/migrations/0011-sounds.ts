import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Sounds of prompts: in the database, since every machine of the pool must have them and any machine may be gone. */
export const sounds: Migration = {
  async up(db) {
    await sql`
      create table tandem.sound (
        id text primary key,
        stored_at bigint not null,
        size_bytes integer not null,
        content bytea not null
      )`.execute(db)
    // It is sound: compressing it again costs time and saves next to nothing.
    await sql`alter table tandem.sound alter column content set storage external`.execute(db)
  },
}

import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Secrets, which are never in the log, and the catalogue of recordings. */
export const catalogue: Migration = {
  async up(db) {
    await sql`
      create table tandem.credential (
        "user" text primary key,
        password_hash text,
        realm text not null,
        ha1_md5 text,
        ha1_sha256 text,
        updated_at bigint not null
      )`.execute(db)
    await sql`
      create table tandem.recording (
        id text primary key,
        interaction text not null,
        started_at bigint not null,
        duration_ms bigint not null,
        channels int not null,
        codec text not null,
        state text not null check (state in ('recorded', 'stored', 'removed')),
        blob_key text,
        size_bytes bigint,
        sha256 text,
        attributes jsonb not null
      )`.execute(db)
    await sql`create index recording_interaction on tandem.recording (interaction)`.execute(db)
    await sql`create index recording_started_at on tandem.recording (started_at desc, id)`.execute(db)
  },
}

import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Failure drills: what was asked for, by whom, and what came of it. The supervisor of the machine claims its own. */
export const drills: Migration = {
  async up(db) {
    await sql`
      create table tandem.drill (
        id text primary key,
        asked_at bigint not null,
        asked_by text not null,
        node text not null,
        kill text not null,
        calls int not null,
        number text not null,
        state text not null check (state in ('asked', 'running', 'done', 'failed')),
        problem text,
        score jsonb
      )`.execute(db)
    await sql`create index drill_asked_at on tandem.drill (asked_at desc)`.execute(db)
    // Two at once would each count what the other kills.
    await sql`create unique index drill_one on tandem.drill ((true)) where state in ('asked', 'running')`.execute(db)
  },
}

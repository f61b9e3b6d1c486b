import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** On which machines each recording lies, and which machines there ever were. */
export const recordingHolders: Migration = {
  async up(db) {
    // What was stored before is claimed by whoever has it, at its next look.
    await sql`alter table tandem.recording add column held_by text[] not null default '{}'`.execute(db)
    await sql`create index recording_lacks_copy on tandem.recording (started_at, id)
      where state = 'stored' and cardinality(held_by) < 2`.execute(db)
    await sql`create index recording_held_by on tandem.recording using gin (held_by)`.execute(db)
    await sql`create table tandem.recording_machine (node text primary key)`.execute(db)
  },
}

import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Every version of the configuration: who changed what, when, from where and why. All of them folded are the configuration of any day. */
export const versions: Migration = {
  async up(db) {
    await sql
      .raw(`create table tandem.configuration_version (
        sequence bigint primary key,
        version bigint not null,
        changed_at timestamptz(3) not null,
        by text not null,
        from_address text,
        note text,
        changes jsonb not null
      )`)
      .execute(db)
  },
}

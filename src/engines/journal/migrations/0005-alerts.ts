import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** What was worth attention: raised, seen, acknowledged, ended, each with its moment. */
export const alerts: Migration = {
  async up(db) {
    await sql
      .raw(`create table tandem.alert_event (
        sequence bigint primary key,
        alert text not null,
        at timestamptz(3) not null,
        type text not null,
        details jsonb not null
      )`)
      .execute(db)
    await sql.raw(`create index alert_event_of on tandem.alert_event (alert, sequence)`).execute(db)
    await sql
      .raw(`create index alert_event_raised on tandem.alert_event (sequence) where type = 'AlertRaised'`)
      .execute(db)
  },
}

import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** The most seats of each feature that were taken at once, by day. */
export const seats: Migration = {
  async up(db) {
    await sql`
      create table tandem.seat_peak (
        day text not null,
        feature text not null,
        peak int not null,
        seats int,
        at bigint not null,
        primary key (day, feature)
      )`.execute(db)
  },
}

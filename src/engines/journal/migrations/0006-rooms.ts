import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** What colleagues wrote to each other, and where. */
export const rooms: Migration = {
  async up(db) {
    await sql
      .raw(`create table tandem.room_event (
        sequence bigint primary key,
        room text not null,
        at timestamptz(3) not null,
        type text not null,
        details jsonb not null
      )`)
      .execute(db)
    await sql
      .raw(`create index room_event_lines on tandem.room_event (room, sequence) where type = 'RoomWritten'`)
      .execute(db)
  },
}

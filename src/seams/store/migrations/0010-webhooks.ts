import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** How far each webhook is, and which primary may say so. */
export const webhooks: Migration = {
  async up(db) {
    await sql`
      create table tandem.webhook_position (
        webhook text primary key,
        term bigint not null,
        sequence bigint not null,
        failures integer not null,
        delivered_at bigint,
        failing_since bigint,
        problem text,
        gone_version integer
      )`.execute(db)
  },
}

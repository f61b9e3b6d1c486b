import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/**
 * The members of the pool and its secrets. A member's row is its address; it says that it lives by moving `beat`, which
 * nobody is told, while a change of the row itself is.
 */
export const pool: Migration = {
  async up(db) {
    await sql`
      create table tandem.member (
        name text primary key,
        node text not null,
        role text not null,
        details jsonb not null,
        beat bigint not null default 0,
        beat_at timestamptz not null default clock_timestamp()
      ) with (fillfactor = 50)`.execute(db)
    await sql`
      create table tandem.secret (
        name text primary key,
        value text not null
      )`.execute(db)
    await sql.raw(ANNOUNCE).execute(db)
    await sql.raw(WITHDRAW).execute(db)
  },
}

/** A beat that a crash of the database forgets is followed by the next, so it need not wait for the disk. */
const ANNOUNCE = `
  create function tandem.announce_members(p_members jsonb) returns void language plpgsql as $$
  declare
    v_count int;
  begin
    perform set_config('synchronous_commit', 'off', true);
    insert into tandem.member as m (name, node, role, details)
      select value->>'name', value->>'node', value->>'role', value - 'name' - 'node' - 'role'
      from jsonb_array_elements(p_members)
      order by 1
      on conflict (name) do update set
        node = excluded.node, role = excluded.role, details = excluded.details
        where (m.node, m.role, m.details) is distinct from (excluded.node, excluded.role, excluded.details);
    get diagnostics v_count = row_count;
    update tandem.member set beat = beat + 1, beat_at = clock_timestamp()
      where name in (select value->>'name' from jsonb_array_elements(p_members));
    if v_count > 0 then
      perform pg_notify('tandem_member', '');
    end if;
  end $$`

/** Without an age they go at once; with one only those that have been silent for it. */
const WITHDRAW = `
  create function tandem.withdraw_members(p_names text[], p_silent_ms double precision) returns int language plpgsql as $$
  declare
    v_count int;
  begin
    delete from tandem.member where name = any (p_names)
      and beat_at <= clock_timestamp() - p_silent_ms * interval '1 millisecond';
    get diagnostics v_count = row_count;
    if v_count > 0 then
      perform pg_notify('tandem_member', '');
    end if;
    return v_count;
  end $$`

import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/**
 * The log. `log_head` is one row that every append moves, and the fence: it names the only term that may append (none
 * when the lease was given up). It outlives the records, so that a cut log goes on with the right number.
 */
export const log: Migration = {
  async up(db) {
    await sql`
      create table tandem.log_head (
        singleton boolean primary key default true check (singleton),
        sequence bigint not null,
        term bigint
      ) with (fillfactor = 20)`.execute(db)
    await sql`insert into tandem.log_head (sequence, term) values (0, null)`.execute(db)
    for (const table of ['log', 'log_archive']) {
      await sql`
        create table ${sql.ref(`tandem.${table}`)} (
          sequence bigint primary key,
          term bigint not null,
          at bigint not null,
          body text not null
        )`.execute(db)
    }
    await sql`
      create table tandem.log_snapshot (
        singleton boolean primary key default true check (singleton),
        sequence bigint not null,
        saved_at timestamptz not null default clock_timestamp(),
        body text not null
      )`.execute(db)
    await sql`
      create table tandem.log_position (
        reader text primary key,
        sequence bigint not null,
        moved_at timestamptz not null default clock_timestamp()
      )`.execute(db)
    await sql.raw(APPEND).execute(db)
    await sql.raw(TRIM).execute(db)
  },
}

/**
 * Returns the new head, or -1 when the term may not append, -2 when `after` is not the head. The update of `log_head` makes
 * appends and changes of the term wait for each other, so a term that ends can have nothing under way.
 */
const APPEND = `
  create function tandem.append(p_term bigint, p_after bigint, p_ats bigint[], p_bodies text[])
  returns bigint language plpgsql as $$
  declare
    v_head bigint := p_after + cardinality(p_bodies);
  begin
    update tandem.log_head set sequence = v_head where sequence = p_after and term = p_term;
    if not found then
      return case when (select term from tandem.log_head) is not distinct from p_term then -2 else -1 end;
    end if;
    insert into tandem.log (sequence, term, at, body)
      select p_after + place, p_term, at, body
      from unnest(p_ats, p_bodies) with ordinality as batch (at, body, place);
    perform pg_notify('tandem_log', v_head::text);
    return v_head;
  end $$`

/** Moves a part of what may be cut to the archive and returns how many records; the caller asks until there are none. */
const TRIM = `
  create function tandem.trim_log(p_limit int) returns int language plpgsql as $$
  declare
    v_count int;
  begin
    with moved as (
      delete from tandem.log where sequence in (
        select sequence from tandem.log
        where sequence <= least(
          coalesce((select sequence from tandem.log_snapshot), 0),
          (select min(sequence) from tandem.log_position))
        order by sequence limit p_limit)
      returning sequence, term, at, body)
    insert into tandem.log_archive (sequence, term, at, body) select sequence, term, at, body from moved;
    get diagnostics v_count = row_count;
    return v_count;
  end $$`

import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/**
 * What a core must know before it takes a lease that nobody gave to it: which cores hold all that the last primary let anybody see
 * (null: all is in the log, and anybody may take it), and which term may have left events that are not in the log yet.
 */
export const consent: Migration = {
  async up(db) {
    await sql`
      alter table tandem.lease
        add column opened bigint not null default 0,
        add column known text[],
        add column known_version bigint not null default 0`.execute(db)
    await sql`update tandem.lease set opened = term`.execute(db)
    await sql`create table tandem.store_probe (core text primary key, body text not null)`.execute(db)
    await sql`alter table tandem.store_probe alter column body set storage external`.execute(db)
    await sql`drop function tandem.acquire_lease(text, double precision)`.execute(db)
    for (const text of [ACQUIRE, OPEN, KNOW, PROBE]) await sql.raw(text).execute(db)
  },
}

/** As before; but a core that says its name gets a lease only where the last primary knew it. */
const ACQUIRE = `
  create function tandem.acquire_lease(p_holder text, p_ttl_ms double precision, p_core text default null)
  returns bigint language plpgsql as $$
  declare
    v_term bigint;
  begin
    perform 1 from tandem.lease
      where (holder is null or holder = p_holder or expires_at <= clock_timestamp())
        and (p_core is null or known is null or p_core = any(known));
    if not found then
      return null;
    end if;
    perform 1 from tandem.log_head for update;
    update tandem.lease
      set holder = p_holder, term = term + 1, expires_at = clock_timestamp() + p_ttl_ms * interval '1 millisecond'
      where (holder is null or holder = p_holder or expires_at <= clock_timestamp())
        and (p_core is null or known is null or p_core = any(known))
      returning term into v_term;
    if v_term is not null then
      update tandem.log_head set term = v_term;
      perform pg_notify('tandem_lease', v_term::text);
    end if;
    return v_term;
  end $$`

/** Null when the term is over; else who must hold what the term lets anybody see. */
const OPEN = `
  create function tandem.open_lease(p_term bigint, p_core text)
  returns text[] language plpgsql as $$
  declare
    v_known text[];
  begin
    perform 1 from tandem.log_head for update;
    update tandem.lease
      set opened = p_term, known_version = 0,
        known = case when p_core is null then null when known is null then array[p_core]
                     when p_core = any(known) then known else known || p_core end
      where term = p_term and holder is not null
      returning coalesce(known, array[]::text[]) into v_known;
    return v_known;
  end $$`

/** An older list that arrives late changes nothing. */
const KNOW = `
  create function tandem.know_cores(p_term bigint, p_version bigint, p_cores text[])
  returns boolean language plpgsql as $$
  begin
    perform 1 from tandem.log_head for update;
    update tandem.lease set known = p_cores, known_version = p_version
      where term = p_term and opened = p_term and holder is not null and known_version < p_version;
    return found;
  end $$`

/** Does what an append does: waits for the log's head, makes files grow, is flushed; and changes nothing of the log. */
const PROBE = `
  create function tandem.probe_store(p_core text) returns void language plpgsql as $$
  begin
    perform 1 from tandem.log_head for update;
    insert into tandem.store_probe (core, body) values (p_core, repeat('x', 16384))
      on conflict (core) do update set body = excluded.body;
  end $$`

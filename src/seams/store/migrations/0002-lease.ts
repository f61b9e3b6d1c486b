import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** The lease, one row beside the log's head. Whoever takes it or gives it up moves the fence in the same transaction. */
export const lease: Migration = {
  async up(db) {
    await sql`
      create table tandem.lease (
        singleton boolean primary key default true check (singleton),
        holder text,
        term bigint not null,
        expires_at timestamptz not null
      ) with (fillfactor = 20)`.execute(db)
    await sql`insert into tandem.lease (holder, term, expires_at) values (null, 0, clock_timestamp())`.execute(db)
    await sql.raw(ACQUIRE).execute(db)
    await sql.raw(RENEW).execute(db)
    await sql.raw(GIVE_UP).execute(db)
  },
}

/** Returns the new term, or null when another holds the lease. Asked often by backups, so it locks nothing until it may be had. */
const ACQUIRE = `
  create function tandem.acquire_lease(p_holder text, p_ttl_ms double precision)
  returns bigint language plpgsql as $$
  declare
    v_term bigint;
  begin
    perform 1 from tandem.lease
      where holder is null or holder = p_holder or expires_at <= clock_timestamp();
    if not found then
      return null;
    end if;
    perform 1 from tandem.log_head for update;
    update tandem.lease
      set holder = p_holder, term = term + 1, expires_at = clock_timestamp() + p_ttl_ms * interval '1 millisecond'
      where holder is null or holder = p_holder or expires_at <= clock_timestamp()
      returning term into v_term;
    if v_term is not null then
      update tandem.log_head set term = v_term;
      perform pg_notify('tandem_lease', v_term::text);
    end if;
    return v_term;
  end $$`

/**
 * A renewal that a crash of the database forgets only lets the lease lapse sooner, so it need not wait for the disk; it
 * never waits for an append either, as it does not touch the log's head.
 */
const RENEW = `
  create function tandem.renew_lease(p_term bigint, p_ttl_ms double precision)
  returns boolean language plpgsql as $$
  begin
    perform set_config('synchronous_commit', 'off', true);
    update tandem.lease
      set expires_at = clock_timestamp() + p_ttl_ms * interval '1 millisecond'
      where term = p_term and holder is not null;
    return found;
  end $$`

/** Gives up the lease of a term, or of a holder; the other is null. */
const GIVE_UP = `
  create function tandem.give_up_lease(p_term bigint, p_holder text)
  returns boolean language plpgsql as $$
  begin
    perform 1 from tandem.log_head for update;
    update tandem.lease set holder = null where term = coalesce(p_term, term) and holder = coalesce(p_holder, holder);
    if not found then
      return false;
    end if;
    update tandem.log_head set term = null;
    perform pg_notify('tandem_lease', '');
    return true;
  end $$`

import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** The lease given by its holder to another one, by name, for a switchover that somebody asked for. */
export const handOver: Migration = {
  async up(db) {
    await sql.raw(HAND_OVER).execute(db)
  },
}

/** The term ends with the holder's; the other one's begins when it acquires what only it can. */
const HAND_OVER = `
  create function tandem.hand_over_lease(p_term bigint, p_to text, p_ttl_ms double precision)
  returns boolean language plpgsql as $$
  begin
    perform 1 from tandem.log_head for update;
    update tandem.lease
      set holder = p_to, term = term + 1, expires_at = clock_timestamp() + p_ttl_ms * interval '1 millisecond'
      where term = p_term and holder is not null;
    if not found then
      return false;
    end if;
    update tandem.log_head set term = null;
    perform pg_notify('tandem_lease', '');
    return true;
  end $$`

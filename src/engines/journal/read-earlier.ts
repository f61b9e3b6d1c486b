import { type Kysely, sql } from 'kysely'
import type { InteractionSummary } from '#kernel/interaction'
import { summaryOf } from './summary.ts'
import type { JournalTables } from './tables.ts'

/** An earlier contact of a customer, with what agents wrote down of it. */
export interface EarlierContact {
  readonly summary: InteractionSummary
  readonly wrapUpCodes: readonly string[]
  readonly notes: readonly { readonly user: string; readonly text: string }[]
}

/** The last closed contacts from one of the addresses, or out to one of them, newest first. */
export async function readEarlier(
  db: Kysely<JournalTables>,
  addresses: readonly string[],
  limit: number,
): Promise<readonly EarlierContact[]> {
  const summaries = await db
    .selectFrom('tandem.interaction_summary')
    .selectAll()
    .where(({ or, and, eb }) =>
      or([
        and([eb('from_address', 'in', addresses), eb('direction', '<>', 'outbound')]),
        and([eb('to_address', 'in', addresses), eb('direction', '=', 'outbound')]),
      ]),
    )
    .orderBy('created_at', 'desc')
    .orderBy('interaction_id_key', 'desc')
    .limit(limit)
    .execute()
  const ids = summaries.map((row) => row.interaction_id_key)
  if (ids.length === 0) return []
  const [codes, notes] = await Promise.all([readCodes(db, ids), readNotes(db, ids)])
  return summaries.map((row) => ({
    summary: summaryOf(row),
    wrapUpCodes: codes.filter(({ id }) => id === row.interaction_id_key).map(({ code }) => code),
    notes: notes.filter(({ id }) => id === row.interaction_id_key).map(({ user, text }) => ({ user, text })),
  }))
}

async function readCodes(db: Kysely<JournalTables>, ids: readonly string[]) {
  const rows = await db
    .selectFrom('tandem.interaction_wrapup')
    .select(['interaction_id_key', 'code'])
    .where('interaction_id_key', 'in', ids)
    .where('code', 'is not', null)
    .orderBy('ended_at')
    .execute()
  return rows.flatMap(({ interaction_id_key: id, code }) => (code === null ? [] : [{ id, code }]))
}

/** The last note of each agent: each holds all that was written so far. */
async function readNotes(db: Kysely<JournalTables>, ids: readonly string[]) {
  const { rows } = await sql<{ id: string; user: string; text: string | null }>`
    select distinct on (interaction_id_key, details->>'participant')
      interaction_id_key as id, details->>'user' as "user", details->>'text' as text
    from tandem.interaction_event
    where type = 'Noted' and interaction_id_key in (${sql.join(ids)})
    order by interaction_id_key, details->>'participant', sequence desc`.execute(db)
  return rows.flatMap(({ id, user, text }) => (text === null ? [] : [{ id, user, text }]))
}

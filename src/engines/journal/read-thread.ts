import { type Kysely, sql } from 'kysely'
import type { Millis } from '#base'
import type { InteractionSummary } from '#kernel/interaction'
import { summaryOf } from './summary.ts'
import type { JournalTables } from './tables.ts'

/** What is read of one line; the whole of it stands in its conversation. */
const LINE_CHARS_MAX = 500
/** Of each conversation its newest lines. */
const LINES_MAX = 20

/** A line of a conversation. */
export interface ThreadLine {
  readonly at: Millis
  readonly by: 'customer' | 'agent'
  readonly user: string | null
  readonly text: string
}

/** A closed contact of a customer, with what agents wrote down of it and what was said in writing. */
export interface ThreadContact {
  readonly summary: InteractionSummary
  readonly subject: string | null
  readonly wrapUpCodes: readonly string[]
  readonly notes: readonly { readonly user: string; readonly text: string }[]
  /** Oldest first. */
  readonly lines: readonly ThreadLine[]
}

/** Whose contacts, and how many; `after`: only those created before this moment, or then with a smaller id. */
export interface ThreadQuery {
  readonly addresses: readonly string[]
  readonly limit: number
  readonly after?: { readonly createdAt: Millis; readonly id: string } | undefined
}

/** The closed contacts of a customer by whatever medium, newest first: from one of the addresses, out to one, or known to be of one. */
export async function readThread(
  db: Kysely<JournalTables>,
  { addresses, limit, after }: ThreadQuery,
): Promise<readonly ThreadContact[]> {
  let select = db
    .selectFrom('tandem.interaction_summary')
    .selectAll()
    .where(({ or, and, eb }) =>
      or([
        eb('customer', 'in', addresses),
        and([eb('from_address', 'in', addresses), eb('direction', '<>', 'outbound')]),
        and([eb('to_address', 'in', addresses), eb('direction', '=', 'outbound')]),
      ]),
    )
    .orderBy('created_at', 'desc')
    .orderBy('interaction_id_key', 'desc')
    .limit(limit)
  if (after) {
    select = select.where(sql<boolean>`(created_at, interaction_id_key) < (${new Date(after.createdAt)}, ${after.id})`)
  }
  const summaries = await select.execute()
  const ids = summaries.map((row) => row.interaction_id_key)
  if (ids.length === 0) return []
  const [codes, notes, lines] = await Promise.all([readCodes(db, ids), readNotes(db, ids), readLines(db, ids)])
  return summaries.map((row) => ({
    summary: summaryOf(row),
    subject: row.subject,
    wrapUpCodes: codes.filter(({ id }) => id === row.interaction_id_key).map(({ code }) => code),
    notes: notes.filter(({ id }) => id === row.interaction_id_key).map(({ user, text }) => ({ user, text })),
    lines: lines
      .filter(({ id }) => id === row.interaction_id_key)
      .map(({ at, by, user, text }) => ({ at: at.getTime(), by, user, text })),
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

async function readLines(db: Kysely<JournalTables>, ids: readonly string[]) {
  const { rows } = await sql<{ id: string; at: Date; by: ThreadLine['by']; user: string | null; text: string }>`
    select id, at, "by", "user", text from (
      select interaction_id_key as id, at, sequence, details->'message'->>'by' as "by",
        details->'message'->>'user' as "user", left(details->'message'->>'text', ${LINE_CHARS_MAX}) as text,
        row_number() over (partition by interaction_id_key order by sequence desc) as place
      from tandem.interaction_event
      where type = 'MessageAdded' and interaction_id_key in (${sql.join(ids)})
    ) as line
    where place <= ${LINES_MAX}
    order by sequence`.execute(db)
  return rows
}

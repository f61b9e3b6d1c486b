import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely'
import { JOURNAL_ERRORS } from './errors.ts'
import type { JournalFold } from './fold.ts'
import { APPENDED_TABLES, type Row } from './rows.ts'
import type { JournalTables, KeptAgent, KeptInteraction } from './tables.ts'

/** From where to where a transaction moves the journal, and who moves it. */
export interface Move {
  readonly from: number
  readonly to: number
  readonly term: number
}

/**
 * Writes rows, fold and position in one transaction. The position is moved first, and only from where this journal believes
 * it to be and by a term that is not over: so rows land exactly once, however often a transaction is tried (DAT-11).
 */
export async function writeBatch(db: Kysely<JournalTables>, fold: JournalFold, move: Move): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await movePosition(transaction, move)
    for (const table of APPENDED_TABLES) await insertRows(transaction, table, fold.rows.appended[table])
    await writeRecordings(transaction, fold)
    await writeIntervals(transaction, fold)
    await writeFold(transaction, fold)
  })
}

async function movePosition(db: Transaction<JournalTables>, { from, to, term }: Move): Promise<void> {
  const { numAffectedRows } = await sql`
    update tandem.journal_position set sequence = ${to}, term = ${term}
    where sequence = ${from} and term <= ${term}`.execute(db)
  if (numAffectedRows === 1n) return
  const found = await readPosition(db)
  if (found.term > term) throw JOURNAL_ERRORS['journal.fenced']({ term, newer: found.term })
  throw JOURNAL_ERRORS['journal.moved']({ expected: from, found: found.sequence })
}

/** How far history is, and which term wrote it last. */
export async function readPosition(db: Kysely<JournalTables>): Promise<{ sequence: number; term: number }> {
  const row = await db.selectFrom('tandem.journal_position').select(['sequence', 'term']).executeTakeFirstOrThrow()
  return { sequence: Number(row.sequence), term: Number(row.term) }
}

/** Makes every older journal's next transaction fail; fails itself when a newer one has done so. */
export async function claimTerm(db: Kysely<JournalTables>, term: number): Promise<number> {
  await sql`update tandem.journal_position set term = ${term} where term <= ${term}`.execute(db)
  const found = await readPosition(db)
  if (found.term > term) throw JOURNAL_ERRORS['journal.fenced']({ term, newer: found.term })
  return found.sequence
}

/** The names come from this folder's own code; values travel as one JSON parameter, so a statement never has too many. */
async function insertRows(db: Transaction<JournalTables>, table: string, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return
  const columns = sql.raw(Object.keys(rows[0]!).join(', '))
  await sql`
    insert into ${sql.raw(`tandem.${table}`)} (${columns})
    select ${columns} from jsonb_populate_recordset(null::${sql.raw(`tandem.${table}`)}, ${json(rows.map(withMoments))})`.execute(
    db,
  )
}

function json(value: unknown): RawBuilder<unknown> {
  return sql`${JSON.stringify(value)}::jsonb`
}

function withMoments(row: Row): Row {
  const entries = Object.entries(row).map(([column, value]) => [
    column,
    typeof value === 'number' && (column.endsWith('_at') || column === 'at') ? new Date(value).toISOString() : value,
  ])
  return Object.fromEntries(entries)
}

async function writeRecordings(db: Transaction<JournalTables>, { rows }: JournalFold): Promise<void> {
  for (const row of rows.recordings.values()) {
    const facts = withMoments({ ...row, state: row['state'] ?? 'running' })
    const columns = Object.keys(facts)
    const names = sql.raw(columns.join(', '))
    const set = sql.raw(columns.map((column) => `${column} = excluded.${column}`).join(', '))
    // A recording whose start was never journalled (an old log) starts with the first that is known of it.
    await sql`
      insert into tandem.interaction_recording (${names}${sql.raw(columns.includes('started_at') ? '' : ', started_at')})
      select ${names}${sql.raw(columns.includes('started_at') ? '' : ', now()')}
      from jsonb_populate_record(null::tandem.interaction_recording, ${json(facts)})
      on conflict (recording) do update set ${set}`.execute(db)
  }
}

async function writeIntervals(db: Transaction<JournalTables>, { rows }: JournalFold): Promise<void> {
  if (rows.intervals.size === 0) return
  const values = [...rows.intervals.values()].map(({ kind, name, startAt, measure, sum }) =>
    withMoments({ kind, name, started_at: startAt, measure, count: sum.count, ms: sum.ms, longest_ms: sum.longestMs }),
  )
  await sql`
    insert into tandem.figure_interval as kept (kind, name, started_at, measure, count, ms, longest_ms)
    select kind, name, started_at, measure, count, ms, longest_ms
    from jsonb_populate_recordset(null::tandem.figure_interval, ${json(values)})
    on conflict (kind, started_at, name, measure) do update set
      count = kept.count + excluded.count, ms = kept.ms + excluded.ms,
      longest_ms = greatest(kept.longest_ms, excluded.longest_ms)`.execute(db)
}

async function writeFold(db: Transaction<JournalTables>, fold: JournalFold): Promise<void> {
  const { interactions, agents, figures } = fold.content
  const openOf = (id: string): KeptInteraction | undefined => {
    const open = interactions.get(id)
    return open && { ...open, figures: figures.contacts.get(id) }
  }
  const agentOf = (user: string): KeptAgent | undefined => {
    const agent = agents.get(user)
    return agent && { agent, figures: figures.agents.get(user) }
  }
  await replace(db, 'journal_open', ['interaction_id_key'], entriesOf(fold.touchedInteractions, openOf))
  await replace(db, 'journal_agent', ['agent'], entriesOf(fold.touchedAgents, agentOf))
  const changes = [...fold.touchedConfiguration.values()]
  if (changes.length === 0) return
  await replace(
    db,
    'journal_configuration',
    ['kind', 'name'],
    changes.map(({ kind, name, value }) => ({ key: [kind, name], body: value })),
  )
}

interface Kept {
  readonly key: readonly string[]
  readonly body: unknown
}

function entriesOf(keys: ReadonlySet<string>, bodyOf: (key: string) => unknown): readonly Kept[] {
  return [...keys].map((key) => ({ key: [key], body: bodyOf(key) }))
}

/** Puts what there is and removes what is gone. */
async function replace(
  db: Transaction<JournalTables>,
  table: string,
  key: readonly string[],
  kept: readonly Kept[],
): Promise<void> {
  const rowOf = (entry: Kept): Record<string, unknown> =>
    Object.fromEntries(key.map((column, i) => [column, entry.key[i]]))
  const there = kept.filter((entry) => entry.body !== undefined).map((entry) => ({ ...rowOf(entry), body: entry.body }))
  const gone = kept.filter((entry) => entry.body === undefined).map(rowOf)
  const [name, columns] = [sql.raw(`tandem.${table}`), sql.raw(key.join(', '))]
  if (there.length > 0) {
    await sql`
      insert into ${name} (${columns}, body)
      select ${columns}, body from jsonb_populate_recordset(null::${name}, ${json(there)})
      on conflict (${columns}) do update set body = excluded.body`.execute(db)
  }
  if (gone.length > 0) {
    await sql`
      delete from ${name} where (${columns}) in (select ${columns} from jsonb_populate_recordset(null::${name}, ${json(gone)}))`.execute(
      db,
    )
  }
}

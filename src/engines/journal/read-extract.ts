import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Millis } from '#base'
import type { JournalTables } from './tables.ts'

/** Rows that travel at once: some megabytes at most, however long the whole is. */
const PAGE_ROWS = 2_000
/** Contacts whose rows are read at once; each has some ten. */
const PAGE_CONTACTS = 500

/** One flat table for tools that analyse. */
export interface Extract {
  readonly name: ExtractName
  /** What one row is. */
  readonly what: string
  readonly columns: readonly string[]
}

/** What can be extracted. */
export type ExtractName =
  | 'contacts'
  | 'segments'
  | 'participants'
  | 'wrap-ups'
  | 'agent-statuses'
  | 'intervals'
  | 'configuration-changes'

/** A value as the driver gives it. */
export type ExtractValue = string | number | Date | null | object

/** Of which time: the whole of it, however many rows that is. */
export interface ExtractQuery {
  readonly name: ExtractName
  readonly from: Millis
  readonly to: Millis
}

const CONTACT = ['interaction_id_key', 'seqno']

/** Every extract, with the columns of the table that it is made of. Contacts and what belongs to them are those that began in the time. */
export const EXTRACTS: readonly Extract[] = [
  {
    name: 'contacts',
    what: 'one closed contact',
    columns: [
      ...[...CONTACT, 'medium', 'direction', 'from_address', 'to_address', 'customer', 'subject', 'created_at'],
      ...['queued_at', 'answered_at', 'closed_at', 'queue', 'first_agent', 'last_agent', 'outcome', 'flow_ms'],
      ...['wait_ms', 'ring_ms', 'talk_ms', 'hold_ms', 'wrap_up_ms'],
    ],
  },
  {
    name: 'segments',
    what: 'one stretch of a contact',
    columns: [...CONTACT, 'ordinal', 'kind', 'started_at', 'ended_at', 'queue', 'agent'],
  },
  {
    name: 'participants',
    what: 'one party of a contact',
    columns: [
      ...['interaction_id_key', 'participant', 'kind', 'agent', 'address', 'display_name', 'joined_at'],
      ...['connected_at', 'left_at', 'connection', 'reason', 'wrap_up_ms'],
    ],
  },
  {
    name: 'wrap-ups',
    what: 'one work after a contact',
    columns: [...CONTACT, 'participant', 'agent', 'code', 'started_at', 'ended_at'],
  },
  {
    name: 'agent-statuses',
    what: 'one stretch of an agent in one status, by its end',
    columns: ['agent', 'status', 'reason', 'started_at', 'ended_at'],
  },
  {
    name: 'intervals',
    what: 'one measure of one object in one quarter of an hour',
    columns: ['kind', 'name', 'started_at', 'measure', 'count', 'ms', 'longest_ms'],
  },
  {
    name: 'configuration-changes',
    what: 'one object of the configuration that somebody changed',
    columns: ['version', 'changed_at', 'by', 'from_address', 'note', 'action', 'kind', 'name', 'value'],
  },
]

type Row = Readonly<Record<string, ExtractValue>>

/** All rows of the time in pages, each with the values of the extract's columns. */
export async function* readExtract(
  db: Kysely<JournalTables>,
  query: ExtractQuery,
  most = PAGE_ROWS,
): AsyncGenerator<readonly (readonly ExtractValue[])[], void, undefined> {
  const { columns } = EXTRACTS.find(({ name }) => name === query.name)!
  for await (const rows of pagesOf(db, query, most))
    yield rows.map((row) => columns.map((column) => row[column] ?? null))
}

function pagesOf(db: Kysely<JournalTables>, query: ExtractQuery, most: number): AsyncGenerator<readonly Row[]> {
  switch (query.name) {
    case 'contacts':
      return contacts(db, query, most)
    case 'segments':
      return ofContacts(db, query, { table: 'interaction_segment', key: 'ordinal', most })
    case 'participants':
      return ofContacts(db, query, { table: 'interaction_participant', key: 'participant', most })
    case 'wrap-ups':
      return ofContacts(db, query, { table: 'interaction_wrapup', key: 'participant, ended_at', most })
    case 'agent-statuses':
      return statuses(db, query, most)
    case 'intervals':
      return intervals(db, query, most)
    case 'configuration-changes':
      return configurationChanges(db, query, most)
  }
}

/** Pages that follow on each other: `next` reads one behind the last row of the page before. */
async function* follow(
  next: (after: Row | undefined) => Promise<readonly Row[]>,
  most: number,
): AsyncGenerator<readonly Row[]> {
  let after: Row | undefined
  for (;;) {
    const rows = await next(after)
    if (rows.length > 0) yield rows
    if (rows.length < most) return
    after = rows.at(-1)
  }
}

const of = async (db: Kysely<JournalTables>, query: RawBuilder<unknown>): Promise<readonly Row[]> =>
  (await query.execute(db)).rows as readonly Row[]

/** A moment as the database keeps it, to the microsecond, so that a row is neither left out nor read twice. */
const moment = (at: Millis): RawBuilder<unknown> => sql`${new Date(at)}::timestamptz`

function contacts(db: Kysely<JournalTables>, { from, to }: ExtractQuery, most: number) {
  return follow(
    (after) =>
      of(
        db,
        sql`select * from tandem.interaction_summary
          where created_at >= ${moment(from)} and created_at < ${moment(to)}
            ${after ? sql`and (created_at, interaction_id_key) > (${after['created_at']}, ${after['interaction_id_key']})` : sql``}
          order by created_at, interaction_id_key limit ${most}`,
      ),
    most,
  )
}

async function* ofContacts(
  db: Kysely<JournalTables>,
  query: ExtractQuery,
  { table, key, most }: { readonly table: string; readonly key: string; readonly most: number },
): AsyncGenerator<readonly Row[]> {
  for await (const page of contacts(db, query, Math.min(most, PAGE_CONTACTS))) {
    const ids = page.map((row) => row['interaction_id_key'])
    const rows = await of(
      db,
      sql`select * from ${sql.raw(`tandem.${table}`)} where interaction_id_key = any(${ids})
        order by interaction_id_key, ${sql.raw(key)}`,
    )
    if (rows.length > 0) yield rows
  }
}

/** How the measures of an agent's statuses begin. */
const STATUS = 'status-'

function statuses(db: Kysely<JournalTables>, { from, to }: ExtractQuery, most: number) {
  return follow(
    (after) =>
      of(
        db,
        sql`select sequence, ordinal, agent, substr(measure, ${STATUS.length + 1}) as status, detail as reason,
            started_at, ended_at
          from tandem.figure_fact
          where ended_at >= ${moment(from)} and ended_at < ${moment(to)} and measure like ${`${STATUS}%`}
            ${after ? sql`and (ended_at, sequence, ordinal) > (${after['ended_at']}, ${after['sequence']}, ${after['ordinal']})` : sql``}
          order by ended_at, sequence, ordinal limit ${most}`,
      ),
    most,
  )
}

function intervals(db: Kysely<JournalTables>, { from, to }: ExtractQuery, most: number) {
  return follow(
    (after) =>
      of(
        db,
        sql`select * from tandem.figure_interval
          where started_at >= ${moment(from)} and started_at < ${moment(to)}
            ${after ? sql`and (kind, started_at, name, measure) > (${after['kind']}, ${after['started_at']}, ${after['name']}, ${after['measure']})` : sql``}
          order by kind, started_at, name, measure limit ${most}`,
      ),
    most,
  )
}

/** A version has a row for each object that it changed; an import of a whole configuration has thousands. */
async function* configurationChanges(
  db: Kysely<JournalTables>,
  { from, to }: ExtractQuery,
  most: number,
): AsyncGenerator<readonly Row[]> {
  const versions = follow(
    (after) =>
      of(
        db,
        sql`select version from tandem.configuration_version
          where changed_at >= ${moment(from)} and changed_at < ${moment(to)}
            ${after ? sql`and version > ${after['version']}` : sql``}
          order by version limit ${most}`,
      ),
    most,
  )
  for await (const page of versions) {
    for (const { version } of page) {
      const rows = await of(
        db,
        sql`select version, changed_at, by, from_address, note, change->>'kind' as kind, change->>'name' as name,
            case when change ? 'value' then 'set' else 'removed' end as action, change->'value' as value
          from tandem.configuration_version, jsonb_array_elements(changes) with ordinality as list (change, place)
          where version = ${version} order by place`,
      )
      if (rows.length > 0) yield rows
    }
  }
}

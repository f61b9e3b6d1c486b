import { type Kysely, sql } from 'kysely'
import { silentLogger, systemClock } from '#base'
import { Journal, type JournalEvent, type JournalOptions, type JournalTables } from '#engines/journal'
import type { CentreEvent } from '#kernel/centre'
import type { LogRecord } from '#seams/log'
import { random } from './journal-stream.ts'

/** All that the journal writes. */
const TABLES = [
  'interaction_summary',
  'interaction_segment',
  'interaction_participant',
  'interaction_event',
  'interaction_wrapup',
  'interaction_recording',
  'figure_fact',
  'figure_interval',
  'queue_aim',
  'configuration_version',
  'journal_open',
  'journal_agent',
  'journal_configuration',
  'journal_position',
]

/** A log of its own for each test; `grow` shows more of it to the journal. */
export class Stream {
  readonly events: readonly JournalEvent[]
  #shown = 0
  #wake: () => void = () => {}
  saved = 0

  constructor(events: readonly JournalEvent[]) {
    this.events = events
  }

  grow(to = this.events.length): this {
    this.#shown = to
    this.#wake()
    return this
  }

  async read(after: number, limit: number): Promise<readonly LogRecord[]> {
    const shown = this.events.slice(after, Math.min(this.#shown, after + limit))
    return shown.map(({ event, ...record }) => ({ ...record, body: JSON.stringify(event) }))
  }

  follow(wake: () => void): () => void {
    this.#wake = wake
    return () => {}
  }

  async savePosition(_: string, sequence: number): Promise<void> {
    this.saved = sequence
  }
}

/** Makes history as it is in a new database. */
export async function emptyJournal(db: Kysely<JournalTables>): Promise<void> {
  for (const table of TABLES.slice(0, -1)) await sql.raw(`truncate tandem.${table}`).execute(db)
  await sql`update tandem.journal_position set sequence = 0, term = 0`.execute(db)
}

/** A journal of the log, as a primary has one. */
export function openJournal(db: Kysely<JournalTables>, log: Stream, options: Partial<JournalOptions> = {}): Journal {
  return new Journal({
    db,
    log,
    decode: (record) => JSON.parse(record.body) as CentreEvent,
    term: 1,
    clock: systemClock,
    logger: silentLogger,
    ...options,
  })
}

export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5))
}

/** Every row of every table; whose term it was differs from run to run. */
export async function journalContents(db: Kysely<JournalTables>): Promise<Record<string, string[]>> {
  const all: Record<string, string[]> = {}
  for (const table of TABLES) {
    const { rows } = await sql<{
      row: unknown
    }>`select to_jsonb(t) as row from ${sql.raw(`tandem.${table}`)} t`.execute(db)
    all[table] = rows.map(({ row }) => JSON.stringify({ ...(row as object), term: undefined })).sort()
  }
  return all
}

/** Writes the events in one pass. */
export async function journalOnce(db: Kysely<JournalTables>, events: readonly JournalEvent[]): Promise<void> {
  const journal = openJournal(db, new Stream(events).grow(), { term: 1_000_000 })
  await until(() => journal.position() === events.length)
  await journal.close()
}

/** Writes the events with one journal after another, each of a newer term, over a connection that fails, in batches of any size. */
export async function journalBrokenly(
  db: Kysely<JournalTables>,
  events: readonly JournalEvent[],
  seed: number,
): Promise<void> {
  const next = random(seed)
  const log = new Stream(events)
  let position = 0
  for (let term = 1; position < events.length; term++) {
    log.grow(Math.min(events.length, position + 1 + Math.floor(next() * 300)))
    const journal = openJournal(unreliable(db, next, 0.2) as Kysely<JournalTables>, log, {
      term,
      batchEventsMax: 1 + Math.floor(next() * 60),
      clock: { ...systemClock, after: (_, call) => systemClock.after(0, call) },
    })
    const steps = Math.floor(next() * 12)
    for (let step = 0; step < steps; step++) await new Promise((resolve) => setTimeout(resolve, 1))
    await journal.close()
    const { rows } = await sql<{ sequence: string }>`select sequence from tandem.journal_position`.execute(db)
    position = Number(rows[0]!.sequence)
  }
}

/** A connection that fails at random: before a transaction, or after its commit, when the answer is lost. */
function unreliable(db: Kysely<JournalTables>, next: () => number, share: number): Kysely<JournalTables> {
  const fail = (): void => {
    if (next() < share) throw new Error('the connection is gone')
  }
  const guard = <B extends { execute<T>(work: (t: never) => Promise<T>): Promise<T> }>(builder: B) => ({
    execute: async <T>(work: (t: never) => Promise<T>): Promise<T> => {
      fail()
      const result = await builder.execute(work)
      fail()
      return result
    },
    setIsolationLevel: () => builder,
  })
  return new Proxy(db, {
    get: (target, name) => {
      if (name === 'transaction') return () => guard(target.transaction() as never)
      const value = Reflect.get(target, name, target) as unknown
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

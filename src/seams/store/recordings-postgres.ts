import type { Kysely } from 'kysely'
import { reached } from './credentials-postgres.ts'
import { RECORDINGS_PAGE_MAX, type RecordingEntry, type RecordingQuery, type Recordings } from './recordings.ts'

interface RecordingTable {
  id: string
  interaction: string
  started_at: number
  duration_ms: number
  channels: number
  codec: string
  state: RecordingEntry['state']
  blob_key: string | null
  size_bytes: number | null
  sha256: string | null
  attributes: Readonly<Record<string, string>>
}

interface Tables {
  'tandem.recording': RecordingTable
}

/** The catalogue in the database. */
export class PostgresRecordings implements Recordings {
  readonly #db: Kysely<Tables>

  constructor(store: { tables<T>(): Kysely<T> }) {
    this.#db = store.tables<Tables>()
  }

  upsert(entry: RecordingEntry): Promise<void> {
    const { id, ...row } = rowOf(entry)
    return reached(async () => {
      const insert = this.#db.insertInto('tandem.recording').values({ id, ...row })
      await insert.onConflict((conflict) => conflict.column('id').doUpdateSet(row)).execute()
    })
  }

  get(id: string): Promise<RecordingEntry | undefined> {
    return reached(async () => {
      const row = await this.#db.selectFrom('tandem.recording').selectAll().where('id', '=', id).executeTakeFirst()
      return row && entryOf(row)
    })
  }

  list(query: RecordingQuery = {}): Promise<readonly RecordingEntry[]> {
    const { interaction, state, startedBefore } = query
    let select = this.#db.selectFrom('tandem.recording').selectAll()
    if (interaction !== undefined) select = select.where('interaction', '=', interaction)
    if (state !== undefined) select = select.where('state', '=', state)
    if (startedBefore !== undefined) select = select.where('started_at', '<', startedBefore)
    const limit = Math.min(query.limit ?? RECORDINGS_PAGE_MAX, RECORDINGS_PAGE_MAX)
    const page = select.orderBy('started_at', 'desc').orderBy('id').limit(limit)
    return reached(async () => (await page.execute()).map(entryOf))
  }
}

function rowOf(entry: RecordingEntry): RecordingTable {
  return {
    id: entry.id,
    interaction: entry.interaction,
    started_at: entry.startedAt,
    duration_ms: entry.durationMs,
    channels: entry.channels,
    codec: entry.codec,
    state: entry.state,
    blob_key: entry.blobKey ?? null,
    size_bytes: entry.sizeBytes ?? null,
    sha256: entry.sha256 ?? null,
    attributes: entry.attributes,
  }
}

function entryOf(row: RecordingTable): RecordingEntry {
  return {
    id: row.id,
    interaction: row.interaction,
    startedAt: Number(row.started_at),
    durationMs: Number(row.duration_ms),
    channels: row.channels,
    codec: row.codec,
    state: row.state,
    attributes: row.attributes,
    ...(row.blob_key === null ? {} : { blobKey: row.blob_key }),
    ...(row.size_bytes === null ? {} : { sizeBytes: Number(row.size_bytes) }),
    ...(row.sha256 === null ? {} : { sha256: row.sha256 }),
  }
}

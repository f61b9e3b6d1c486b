import type { Pool, QueryConfig } from 'pg'
import type { Millis } from '#base'
import { LOG_ERRORS } from './errors.ts'
import { checkBatch } from './limits.ts'
import { type Log, type LogBatch, type LogRecord, READ_RECORDS_MAX, type Snapshot } from './port.ts'

/** What this driver needs of the store: connections that no report holds, and wake-ups. */
export interface LogStore {
  readonly spine: Pick<Pool, 'query'>
  readonly notices: { listen(channel: string, wake: () => void): () => void }
}

/** An append takes a millisecond; a server that is this slow is as good as away, and the append is tried again. */
const APPEND_MS_MAX = 5_000

/** Reading ten thousand events, writing a large snapshot, moving records to the archive. */
const BULK_MS_MAX = 30_000

/** Records that one step of a trim moves: a few milliseconds, so that appends hardly wait for the disk. */
const TRIM_STEP = 500

/** What `tandem.append` answers instead of a head. */
const FENCED = -1
const GAP = -2

/** The log as a table; the functions stand in the store's migrations. */
export class PostgresLog implements Log {
  readonly #store: LogStore
  readonly #written: (batch: LogBatch) => void
  readonly #stops = new Set<() => void>()

  /** Calls after each append that is known to stand in the log. */
  constructor(store: LogStore, written: (batch: LogBatch) => void = () => {}) {
    this.#store = store
    this.#written = written
  }

  async head(): Promise<number> {
    return Number(await this.#first('select sequence from tandem.log_head'))
  }

  async append(batch: LogBatch): Promise<number> {
    checkBatch(batch)
    const { term, after, records } = batch
    const ats = `{${records.map((record) => record.at).join(',')}}`
    const bodies = records.map((record) => record.body)
    const joined = bodies.every((body) => body !== '' && !body.includes(SEPARATOR))
    const query = joined
      ? { ...APPEND_JOINED, values: [term, after, ats, bodies.join(SEPARATOR)] }
      : { ...APPEND, values: [term, after, ats, bodies] }
    const head = Number(await this.#first(query, APPEND_MS_MAX))
    if (head === FENCED) throw LOG_ERRORS['log.fenced']({ term })
    if (head === GAP) throw LOG_ERRORS['log.gap']({ after })
    this.#written(batch)
    return head
  }

  async read(after: number, limit: number): Promise<readonly LogRecord[]> {
    const values = [after, Math.min(limit, READ_RECORDS_MAX)]
    const records = (await this.#rows({ ...READ, values })).map(recordOf)
    const gap = records[0] ? records[0].sequence !== after + 1 : await this.#hasBeyond(after)
    if (gap) throw LOG_ERRORS['log.pruned']({ after })
    return records
  }

  async saveSnapshot({ sequence, body }: Snapshot): Promise<void> {
    const text = `
      insert into tandem.log_snapshot (sequence, body) values ($1, $2)
      on conflict (singleton) do update set sequence = excluded.sequence, body = excluded.body, saved_at = clock_timestamp()
      where excluded.sequence >= log_snapshot.sequence`
    await this.#rows({ text, values: [sequence, body] })
  }

  async loadSnapshot(): Promise<Snapshot | undefined> {
    const [row] = await this.#rows({ text: 'select sequence, body from tandem.log_snapshot' })
    return row && { sequence: Number(row[0]), body: String(row[1]) }
  }

  async savePosition(reader: string, sequence: number): Promise<void> {
    const text = `
      insert into tandem.log_position (reader, sequence) values ($1, $2)
      on conflict (reader) do update set sequence = excluded.sequence, moved_at = clock_timestamp()
      where excluded.sequence > log_position.sequence`
    await this.#rows({ text, values: [reader, sequence] })
  }

  async position(reader: string): Promise<number> {
    const text = 'select sequence from tandem.log_position where reader = $1'
    return Number((await this.#first({ text, values: [reader] })) ?? 0)
  }

  async trim(): Promise<number> {
    let count = 0
    for (;;) {
      const moved = Number(await this.#first({ text: 'select tandem.trim_log($1)', values: [TRIM_STEP] }))
      count += moved
      if (moved < TRIM_STEP) return count
    }
  }

  async prune(before: Millis): Promise<number> {
    const text = `
      with gone as (
        delete from tandem.log_archive
        where sequence < coalesce(
          (select sequence from tandem.log_archive where at >= $1 order by sequence limit 1),
          (select max(sequence) + 1 from tandem.log_archive))
        returning 1)
      select count(*) from gone`
    return Number(await this.#first({ text, values: [before] }))
  }

  follow(wake: () => void): () => void {
    const unlisten = this.#store.notices.listen('tandem_log', wake)
    const stop = (): void => {
      this.#stops.delete(stop)
      unlisten()
    }
    this.#stops.add(stop)
    return stop
  }

  async close(): Promise<void> {
    for (const stop of [...this.#stops]) stop()
  }

  /** Whether the log goes on after a sequence of which no record was found; asked again, as one may have come meanwhile. */
  async #hasBeyond(after: number): Promise<boolean> {
    if ((await this.head()) <= after) return false
    return (await this.#rows({ ...READ, values: [after, 1] })).length === 0
  }

  async #first(query: string | QueryConfig, queryMsMax?: number): Promise<unknown> {
    const [row] = await this.#rows(typeof query === 'string' ? { text: query } : query, queryMsMax)
    return row?.[0]
  }

  async #rows(query: QueryConfig, queryMsMax = BULK_MS_MAX): Promise<readonly (readonly unknown[])[]> {
    try {
      const config = { ...query, rowMode: 'array' as const, query_timeout: queryMsMax }
      const { rows } = await this.#store.spine.query(config)
      return rows
    } catch (error) {
      throw LOG_ERRORS['log.unreachable']({ reason: error instanceof Error ? error.message : String(error) }, error)
    }
  }
}

/** Named, so that each connection plans it once. */
const APPEND = { name: 'tandem-append', text: 'select tandem.append($1, $2, $3::bigint[], $4::text[])' }

/** JSON never contains it as it is. */
const SEPARATOR = '\x1e'

/** The same for bodies that do not contain the separator: as one text, none of them need be escaped, which is half of the cost of sending them. */
const APPEND_JOINED = {
  name: 'tandem-append-joined',
  text: `select tandem.append($1, $2, $3::bigint[], string_to_array($4, E'\\x1e'))`,
}

/** One statement sees one state of both tables, so a record that is on its way to the archive is found once. */
const READ = {
  name: 'tandem-read',
  text: `
    select sequence, term, at, body from (
      select * from tandem.log_archive where sequence > $1
      union all
      select * from tandem.log where sequence > $1) as whole
    order by sequence limit $2`,
}

function recordOf(row: readonly unknown[]): LogRecord {
  return { sequence: Number(row[0]), term: Number(row[1]), at: Number(row[2]), body: String(row[3]) }
}

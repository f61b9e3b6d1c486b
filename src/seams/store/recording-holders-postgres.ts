import type { Pool } from 'pg'
import { reached } from './credentials-postgres.ts'
import {
  HELD_PAGE,
  type HeldRecording,
  type LackingRecordings,
  type RecordingHolders,
  type TakingQuery,
} from './recording-holders.ts'

interface HeldRow {
  readonly id: string
  readonly blob_key: string
  readonly size_bytes: string
  readonly sha256: string
  readonly started_at: string
  readonly duration_ms: string
  readonly held_by: readonly string[]
}

const HELD = `select id, blob_key, size_bytes, sha256, started_at, duration_ms, held_by from tandem.recording
  where state = 'stored' and blob_key is not null and size_bytes is not null and sha256 is not null`

/** The first is what an index of its own is for; while a machine is gone all that it held are looked at. `$1` are those that are gone. */
const LACKS = `cardinality(held_by) < 2`
const LACKS_BESIDE_GONE = `(${LACKS} or held_by && $1::text[])
  and (select count(*) from unnest(held_by) as holder where holder <> all ($1::text[])) < 2`

/** Who has which, as an array beside each row of the catalogue: what lacks a copy is found by an index. */
export class PostgresRecordingHolders implements RecordingHolders {
  readonly #pool: Pick<Pool, 'query'>

  constructor({ pool }: { readonly pool: Pick<Pool, 'query'> }) {
    this.#pool = pool
  }

  async join(node: string): Promise<void> {
    await this.#rows('insert into tandem.recording_machine (node) values ($1) on conflict do nothing', [node])
  }

  async machines(): Promise<readonly string[]> {
    const rows = await this.#rows<{ node: string }>('select node from tandem.recording_machine order by node', [])
    return rows.map(({ node }) => node)
  }

  async hold(node: string, ids: readonly string[]): Promise<void> {
    await this.#rows(
      `update tandem.recording set held_by = array_append(held_by, $1::text)
       where id = any ($2::text[]) and not held_by @> array[$1::text]`,
      [node, ids],
    )
  }

  async miss(node: string, ids: readonly string[]): Promise<void> {
    await this.#rows(
      `update tandem.recording set held_by = array_remove(held_by, $1::text)
       where id = any ($2::text[]) and held_by @> array[$1::text]`,
      [node, ids],
    )
  }

  async lacking({ node, sources, gone, after }: TakingQuery): Promise<readonly HeldRecording[]> {
    // A parameter that no part of the statement names is refused, so all are named in both.
    const rows = await this.#rows<HeldRow>(
      `${HELD} and ${gone.length > 0 ? LACKS_BESIDE_GONE : `${LACKS} and $1::text[] is not null`}
       and not held_by @> array[$2::text] and held_by && $3::text[] and (started_at, id) > ($4::bigint, $5::text)
       order by started_at, id limit ${HELD_PAGE}`,
      [gone, node, sources, after?.startedAt ?? -1, after?.id ?? ''],
    )
    return rows.map(heldOf)
  }

  async count(gone: readonly string[]): Promise<LackingRecordings> {
    const [row] = await this.#rows<{ count: string; oldest: string | null }>(
      `select count(*) as count, min(started_at + duration_ms) as oldest from tandem.recording
       where state = 'stored' and ${gone.length > 0 ? LACKS_BESIDE_GONE : `${LACKS} and $1::text[] is not null`}`,
      [gone],
    )
    const oldest = row?.oldest ?? null
    return { count: Number(row?.count ?? 0), oldestEndedAt: oldest === null ? undefined : Number(oldest) }
  }

  async stored(after: string): Promise<readonly HeldRecording[]> {
    const rows = await this.#rows<HeldRow>(`${HELD} and id > $1 order by id limit ${HELD_PAGE}`, [after])
    return rows.map(heldOf)
  }

  #rows<T>(text: string, values: readonly unknown[]): Promise<readonly T[]> {
    return reached(async () => (await this.#pool.query(text, [...values])).rows as T[])
  }
}

function heldOf(row: HeldRow): HeldRecording {
  const startedAt = Number(row.started_at)
  return {
    id: row.id,
    blobKey: row.blob_key,
    sizeBytes: Number(row.size_bytes),
    sha256: row.sha256,
    startedAt,
    endedAt: startedAt + Number(row.duration_ms),
    heldBy: row.held_by,
  }
}

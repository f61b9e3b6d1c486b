import { type Kysely, sql } from 'kysely'
import type { Millis } from '#base'
import type { ConfigurationChange } from '#kernel/config'
import type { JournalTables } from './tables.ts'

/** One published change of the configuration. */
export interface ConfigurationVersion {
  readonly version: number
  readonly at: Millis
  readonly by: string
  readonly from: string | null
  readonly note: string | null
  readonly changes: readonly ConfigurationChange[]
}

/** Which versions to list, newest first: only older ones than `before`, of one author, of one kind or object. */
export interface VersionQuery {
  readonly before?: number | undefined
  readonly limit: number
  readonly by?: string | undefined
  readonly kind?: string | undefined
  readonly name?: string | undefined
}

/** A page of versions, newest first. */
export async function readVersions(
  db: Kysely<JournalTables>,
  { before, limit, by, kind, name }: VersionQuery,
): Promise<readonly ConfigurationVersion[]> {
  let select = db.selectFrom('tandem.configuration_version').selectAll().orderBy('version', 'desc').limit(limit)
  if (before !== undefined) select = select.where('version', '<', String(before))
  if (by !== undefined) select = select.where('by', '=', by)
  if (kind !== undefined || name !== undefined) {
    const object = JSON.stringify([{ ...(kind !== undefined && { kind }), ...(name !== undefined && { name }) }])
    select = select.where(sql<boolean>`changes @> ${object}::jsonb`)
  }
  return (await select.execute()).map(versionOf)
}

/** All changes from the beginning up to and with a version, oldest first: folded, they are the configuration as it was. */
export async function readChangesUpTo(
  db: Kysely<JournalTables>,
  version: number,
): Promise<readonly ConfigurationVersion[]> {
  const rows = await db
    .selectFrom('tandem.configuration_version')
    .selectAll()
    .where('version', '<=', String(version))
    .orderBy('version')
    .execute()
  return rows.map(versionOf)
}

function versionOf(row: JournalTables['tandem.configuration_version']): ConfigurationVersion {
  const { by, from_address: from, note, changes } = row
  return { version: Number(row.version), at: row.changed_at.getTime(), by, from, note, changes }
}

import { type Kysely, sql } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import { STORE_ERRORS } from './errors.ts'

/** The schema that everything of Tandem lies in, so that it may share a database with others. */
export const SCHEMA = 'tandem'

/** Migrations of one part of Tandem, by name; they run in the order of their names and each only once. */
export interface MigrationList {
  /** Letters and underscores; names the table that remembers what has run. */
  readonly name: string
  readonly migrations: Readonly<Record<string, Migration>>
}

/** Any number that no other program uses for its advisory locks: the letters "tandem" and a count. */
const LOCK = 0x74616e64656d01n

/**
 * Brings the database up to this release, list by list. Several processes may do so at once: one works, the others wait
 * and then find nothing to do. What a newer release has run is left as it is. Fails with `store.migration`.
 */
export async function migrate(db: Kysely<unknown>, lists: readonly MigrationList[]): Promise<void> {
  await db.connection().execute(async (connection) => {
    await sql`select pg_advisory_lock(${LOCK})`.execute(connection)
    try {
      await sql`create schema if not exists ${sql.ref(SCHEMA)}`.execute(connection)
      for (const list of lists) await migrateList(connection, list)
    } finally {
      await sql`select pg_advisory_unlock(${LOCK})`.execute(connection)
    }
  })
}

async function migrateList(db: Kysely<unknown>, list: MigrationList): Promise<void> {
  const table = `migration_${list.name}`
  const newer = (await executed(db, table)).filter((name) => !Object.hasOwn(list.migrations, name))
  // The migrator refuses what it does not know; an older release beside a newer one is part of every upgrade.
  const known = { ...list.migrations, ...Object.fromEntries(newer.map((name) => [name, NOTHING])) }
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => known },
    migrationTableSchema: SCHEMA,
    migrationTableName: table,
    migrationLockTableName: `${table}_lock`,
    allowUnorderedMigrations: true,
  })
  const { error, results } = await migrator.migrateToLatest()
  if (!error) return
  const failed = results?.find((result) => result.status === 'Error')?.migrationName
  const reason = error instanceof Error ? error.message : String(error)
  throw STORE_ERRORS['store.migration']({ list: failed ? `${list.name}/${failed}` : list.name, reason }, error)
}

const NOTHING: Migration = { up: async () => {} }

async function executed(db: Kysely<unknown>, table: string): Promise<string[]> {
  const found = await sql<{
    present: boolean
  }>`select to_regclass(${`${SCHEMA}.${table}`}) is not null as present`.execute(db)
  if (!found.rows[0]?.present) return []
  const { rows } = await sql<{ name: string }>`select name from ${sql.ref(`${SCHEMA}.${table}`)}`.execute(db)
  return rows.map((row) => row.name)
}

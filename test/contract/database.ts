import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { assert, type Clock, type Logger, silentLogger, systemClock } from '#base'
import { type MigrationList, openStore, type Store, startEmbedded } from '#seams/store'
import { CLUSTER_VARIABLE, TEST_SETTINGS } from './cluster.ts'

/** A database of a test's own, empty and migrated. */
export interface TestDatabase {
  readonly url: string
  readonly store: Store
  /** Another process's connections to the same database. */
  connect(): Promise<Store>
  /** Closes every connection that was made here. */
  close(): Promise<void>
}

/** A server that starts a process for a connection is not away because other tests have the processors. */
const CONNECT_MS_MAX = 60_000

/** What a test may want otherwise. */
export interface TestDatabaseOptions {
  readonly lists?: readonly MigrationList[]
  readonly clock?: Clock
  readonly logger?: Logger
}

/** Makes a database in the run's one PostgreSQL, which is started by whoever asks first. */
export async function testDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const { clock = systemClock, logger = silentLogger } = options
  const folder = process.env[CLUSTER_VARIABLE]
  assert(folder, 'vitest.config.ts names test/contract/cluster.ts as its global setup')
  const server = await startEmbedded({ folder, logger: silentLogger, settings: TEST_SETTINGS })
  const url = await createDatabase(server.url)
  const stores: Store[] = []
  const connect = async (): Promise<Store> => {
    const store = await openStore({ url, clock, logger, name: 'test', connectMsMax: CONNECT_MS_MAX })
    stores.push(store)
    return store
  }
  const store = await connect()
  await store.migrate(options.lists)
  return {
    url,
    store,
    connect,
    close: async () => {
      await Promise.all(stores.map((each) => each.close()))
    },
  }
}

async function createDatabase(serverUrl: string): Promise<string> {
  const name = `test_${randomBytes(6).toString('hex')}`
  const client = new Client({ connectionString: serverUrl })
  await client.connect()
  try {
    await client.query(`create database ${name}`)
  } finally {
    await client.end()
  }
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.toString()
}

/** Makes log and lease as they are in a new database: much quicker than a new database for every test. */
export async function emptySpine(store: Store): Promise<void> {
  await store.spine.query('truncate tandem.log, tandem.log_archive, tandem.log_snapshot, tandem.log_position')
  await store.spine.query('update tandem.log_head set sequence = 0, term = null')
  await store.spine.query('update tandem.lease set holder = null, term = 0, opened = 0, known = null')
}

import { Kysely, PostgresDialect } from 'kysely'
import { Pool } from 'pg'
import { type Clock, type Logger, type Millis, tlsProblem } from '#base'
import { STORE_ERRORS } from './errors.ts'
import { PostgresHosts } from './hosts.ts'
import { type MigrationList, migrate } from './migrate.ts'
import { SEAM_MIGRATIONS } from './migrations/list.ts'
import { type Notices, PostgresNotices } from './notices.ts'

/** How to reach the database. */
export interface StoreOptions {
  /** `postgres://user:password@host:port/database`; a failover cluster names several hosts: {@link PostgresHosts}. */
  readonly url: string
  readonly clock: Clock
  readonly logger: Logger
  /** What the connections are named in the database's own lists. */
  readonly name?: string
  /** How long a connection may take; 2 s unless told. */
  readonly connectMsMax?: Millis
}

/** The connections of one process to the database. */
export interface Store {
  /** For history, catalogue and everything that may take its time. */
  readonly pool: Pool
  /** For log and lease alone, so that no report ever keeps an event waiting for a connection. */
  readonly spine: Pool
  readonly notices: Notices
  /** Which of the hosts of the URL is used now, as `host:port`, and where it stands among them, from 1. */
  host(): { readonly host: string; readonly place: number; readonly hosts: number }
  /** The query builder on `pool`, for the tables that its caller knows. */
  tables<T>(): Kysely<T>
  /** Brings the database up to this release: the seams' tables, then the lists given. */
  migrate(lists?: readonly MigrationList[]): Promise<void>
  close(): Promise<void>
}

/** Reports and the journal; with {@link SPINE_MAX} and the listener a dozen a process, of the server's 50. */
const POOL_MAX = 8

/** An append, a renewal and a read at once. */
const SPINE_MAX = 3

/** A server that does not answer so long is tried on another connection, or reported as away. */
const CONNECT_MS_MAX = 2000

/** No query of history may hold a connection for longer. */
const POOL_QUERY_MS_MAX = 60_000

/** Opens the connections; fails with `store.unreachable` when the database does not answer. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { url, clock, logger } = options
  const hosts = new PostgresHosts(url, clock, logger)
  await hosts.choose()
  const pool = makePool(options, hosts, POOL_MAX, POOL_QUERY_MS_MAX)
  const spine = makePool(options, hosts, SPINE_MAX)
  const notices = new PostgresNotices(hosts.client(), clock, logger)
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
  let closing: Promise<void> | undefined
  const store: Store = {
    pool,
    spine,
    notices,
    host: () => hosts.place,
    tables: <T>() => db as unknown as Kysely<T>,
    migrate: (lists = []) => migrate(db, [SEAM_MIGRATIONS, ...lists]),
    close() {
      closing ??= Promise.all([notices.close(), pool.end(), spine.end()]).then(() => {})
      return closing
    },
  }
  try {
    await pool.query('select 1')
  } catch (error) {
    await store.close()
    throw STORE_ERRORS['store.unreachable']({ reason: reasonOf(error) }, error)
  }
  return store
}

/** What a failed query says, in a line; never the statement or its values. */
export function reasonOf(error: unknown): string {
  const refused = tlsProblem(error)
  if (refused !== undefined) return refused
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ')
  return error instanceof Error ? error.message : String(error)
}

function makePool(
  { logger, name, connectMsMax = CONNECT_MS_MAX }: StoreOptions,
  hosts: PostgresHosts,
  max: number,
  queryMsMax?: number,
): Pool {
  const pool = new Pool({
    Client: hosts.client(),
    max,
    connectionTimeoutMillis: connectMsMax,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    application_name: name ?? 'tandem',
    ...(queryMsMax === undefined ? {} : { query_timeout: queryMsMax }),
  })
  // An idle connection that ends is replaced by the next query; without a listener it would end the process.
  // One that is in a transaction has no listener of the pool's: its own query fails and says what there is to say.
  pool.on('connect', (client) => client.on('error', () => {}))
  // While the pool is closed its connections end one by one, and how they do is of no interest.
  pool.on('error', (error) => {
    if (!pool.ending) logger.warn({ error: error.message }, 'idle connection to the database lost')
  })
  return pool
}

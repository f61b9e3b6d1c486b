import { realpath } from 'node:fs/promises'
import { Client } from 'pg'
import type { Access, Folder } from './embedded-folder.ts'
import { SUPERUSER } from './embedded-initialise.ts'
import { STORE_ERRORS } from './errors.ts'

/** The database in which everything of Tandem lies. */
const DATABASE = 'tandem'

/** Loopback answers in a millisecond; a server under load in a few hundred. */
const CONNECT_MS_MAX = 2000

/** SQLSTATE of a database that does not exist. */
const NO_DATABASE = '3D000'

/** SQLSTATEs of a database that another has just made, or makes at this moment. */
const DUPLICATES: readonly (string | undefined)[] = ['42P04', '23505']

/** How to connect to the database `tandem` of an embedded server. */
export function databaseUrl(access: Access, port: number): string {
  return `postgres://${SUPERUSER}:${access.password}@127.0.0.1:${port}/${DATABASE}`
}

/** Whether a server answers there and serves this very folder. */
export async function answers(url: string, folder: Folder): Promise<boolean> {
  try {
    const shown = await ask(inDatabase(url, 'postgres'), 'show data_directory')
    const served = await realpath(String(shown)).catch(() => shown)
    return served === folder.cluster
  } catch {
    return false
  }
}

/** Makes the database `tandem` unless it is there. A server that has just said that it is ready may be slow to answer: it is asked again for so long. */
export async function ensureDatabase(url: string, withinMs: number): Promise<void> {
  const end = performance.now() + withinMs
  for (;;) {
    try {
      return await makeDatabase(url)
    } catch (error) {
      if (!isLate(error) || performance.now() >= end) throw unreachable(error)
    }
  }
}

async function makeDatabase(url: string): Promise<void> {
  try {
    await ask(url, 'select 1')
  } catch (error) {
    if (codeOf(error) !== NO_DATABASE) throw error
    await ask(inDatabase(url, 'postgres'), `create database ${DATABASE}`).catch((failure: unknown) => {
      if (!DUPLICATES.includes(codeOf(failure))) throw failure
    })
  }
}

/** No answer in time, in the words of pg: of a connection, or of a query. */
function isLate(error: unknown): boolean {
  return error instanceof Error && /^timeout expired|^Query read timeout/.test(error.message)
}

/** The same server, another of its databases. */
export function inDatabase(url: string, database: string): string {
  const changed = new URL(url)
  changed.pathname = `/${database}`
  return changed.toString()
}

async function ask(url: string, statement: string): Promise<unknown> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_MS_MAX,
    query_timeout: CONNECT_MS_MAX * 15,
  })
  // An end of the connection while it waits is told by the query as well.
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query({ text: statement, rowMode: 'array' })
    return rows[0]?.[0]
  } finally {
    await client.end().catch(() => {})
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}

function unreachable(error: unknown): unknown {
  return STORE_ERRORS['store.unreachable']({ reason: error instanceof Error ? error.message : String(error) }, error)
}

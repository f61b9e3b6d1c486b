import { accessSync, constants } from 'node:fs'
import { Client, type ClientConfig } from 'pg'
import type { Clock, Logger, Millis } from '#base'
import { STORE_ERRORS } from './errors.ts'

/** A host that does not say within this who it is counts as away while others answer. */
const PROBE_MS_MAX = 1_500
/** After a look that found nobody the next is this much later: a promotion takes seconds, and each look costs a connection a host. */
const PROBE_AGAIN_MS = 250

/** What PostgreSQL says to a change where it takes none (read_only_sql_transaction), and what it says while it comes or goes. */
const WRONG_HOST: ReadonlySet<string> = new Set(['25006', '57P01', '57P02', '57P03'])

interface Probe {
  readonly url: string
  readonly writable: boolean
  /** Grows with each promotion: of two that both think that they are the primary server, the one of the lower number was replaced. */
  readonly timeline: number
}

/**
 * Which of several hosts is the one to write to: `postgres://user@h1:5432,h2:5432/db`. pg knows one host a connection, so the host is
 * chosen before each. It stays until a connection to it fails or it refuses a change; then all are asked, and of those that take
 * changes the one of the newest timeline is taken.
 */
export class PostgresHosts {
  readonly #urls: readonly string[]
  readonly #clock: Clock
  readonly #logger: Logger
  #current: string
  #timeline = 0
  #choosing: Promise<void> | undefined
  #lookedAt: Millis = Number.NEGATIVE_INFINITY

  constructor(url: string, clock: Clock, logger: Logger) {
    this.#urls = urlsOf(url)
    this.#current = this.#urls[0] ?? url
    this.#clock = clock
    this.#logger = logger
  }

  /** The URL of the host that is used now. */
  get url(): string {
    return this.#current
  }

  /** Where that host stands in the list, from 1. */
  get place(): { readonly host: string; readonly place: number; readonly hosts: number } {
    const place = this.#urls.indexOf(this.#current) + 1
    return { host: new URL(this.#current).host, place, hosts: this.#urls.length }
  }

  /** Asks all hosts, unless there is one only; keeps the present one when none takes changes. */
  choose(): Promise<void> {
    if (this.#urls.length < 2) return Promise.resolve()
    this.#choosing ??= this.#choose().finally(() => {
      this.#choosing = undefined
    })
    return this.#choosing
  }

  /** The present host may be the wrong one: looks around, but not in haste. */
  doubt(): void {
    if (this.#urls.length < 2 || this.#choosing) return
    if (this.#clock.monotonic() - this.#lookedAt < PROBE_AGAIN_MS) return
    void this.choose()
  }

  /** A connection to the host of this moment, that casts doubt on it when it fails. */
  client(): new (config?: string | ClientConfig) => Client {
    return clientOf(this)
  }

  async #choose(): Promise<void> {
    const probes = (await Promise.all(this.#urls.map(probe))).filter((one) => one !== undefined)
    this.#lookedAt = this.#clock.monotonic()
    const [best] = probes
      .filter(({ writable, timeline }) => writable && timeline >= this.#timeline)
      .sort((a, b) => b.timeline - a.timeline || Number(b.url === this.#current) - Number(a.url === this.#current))
    if (!best) {
      this.#logger.warn({ hosts: this.#urls.length, answer: probes.length }, 'no host of the database takes changes')
      return
    }
    this.#timeline = best.timeline
    if (best.url === this.#current) return
    this.#current = best.url
    this.#logger.warn({ host: new URL(best.url).host, timeline: best.timeline }, 'another host of the database is used')
  }
}

/** One URL a host; `target_session_attrs` is what is done anyway, and pg does not know it. Fails with `store.url`. */
export function urlsOf(url: string): readonly string[] {
  const found = /^(postgres(?:ql)?:\/\/(?:[^@/]*@)?)([^/?]*)(\/[^?]*)?(?:\?(.*))?$/.exec(url)
  if (!found) throw STORE_ERRORS['store.url']({ problem: 'it must look like postgres://user@host:5432/database' })
  const [, before = '', hosts = '', path = '', query = ''] = found
  const words = new URLSearchParams(query)
  const wanted = words.get('target_session_attrs')
  if (wanted !== null && wanted !== 'read-write' && wanted !== 'primary' && wanted !== 'any')
    throw STORE_ERRORS['store.url']({ problem: `target_session_attrs=${wanted} would not let Tandem write` })
  words.delete('target_session_attrs')
  checkFiles(words)
  const rest = words.size > 0 ? `?${words}` : ''
  return hosts.split(',').map((host) => `${before}${host}${path}${rest}`)
}

/** The files of TLS that the address names; pg would fail on them in words that name neither. */
function checkFiles(words: URLSearchParams): void {
  for (const name of ['sslrootcert', 'sslcert', 'sslkey']) {
    const file = words.get(name)
    try {
      if (file) accessSync(file, constants.R_OK)
    } catch (cause) {
      const why = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : 'it cannot be read'
      throw STORE_ERRORS['store.url']({ problem: `${name}=${file}: ${why}` }, cause)
    }
  }
}

async function probe(url: string): Promise<Probe | undefined> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: PROBE_MS_MAX,
    query_timeout: PROBE_MS_MAX,
  })
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query(
      `select current_setting('transaction_read_only') = 'off' as writable,
         case when pg_is_in_recovery() then 0
           else ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int end as timeline`,
    )
    return { url, writable: rows[0].writable === true, timeline: Number(rows[0].timeline) }
  } catch {
    return undefined
  } finally {
    client.end().catch(() => {})
  }
}

type Query = (...words: unknown[]) => unknown

function clientOf(hosts: PostgresHosts): new (config?: string | ClientConfig) => Client {
  return class extends Client {
    constructor(config?: string | ClientConfig) {
      super({ ...(typeof config === 'object' ? config : {}), connectionString: hosts.url })
      // A connection that cannot be had, or breaks.
      this.on('error', () => hosts.doubt())
      const connect = this.connect.bind(this) as Query
      Object.assign(this, { connect: watched(connect, () => hosts.doubt()) })
      const query = this.query.bind(this) as Query
      const wrong = (error: unknown): void => {
        if (!WRONG_HOST.has((error as { code?: string }).code ?? '')) return
        hosts.doubt()
        // Whoever comes next shall not get this connection again.
        this.end().catch(() => {})
      }
      Object.assign(this, { query: watched(query, wrong) })
    }
  }
}

/** The same function, whose failures are seen too; pg gives them to a callback where there is one, and to a promise else. */
function watched(call: Query, failed: (error: unknown) => void): Query {
  return (...words) => {
    const last = words.at(-1)
    if (typeof last === 'function') {
      const heard = (error: unknown, ...rest: unknown[]): void => {
        if (error) failed(error)
        last(error, ...rest)
      }
      return call(...words.slice(0, -1), heard)
    }
    const result = call(...words)
    if (result instanceof Promise) result.catch(failed)
    return result
  }
}

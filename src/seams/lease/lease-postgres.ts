import type { Pool } from 'pg'
import type { Millis } from '#base'
import { LEASE_ERRORS } from './errors.ts'
import type { Lease, LeaseState } from './port.ts'

/** What this driver needs of the store: connections that no report holds, and wake-ups. */
export interface LeaseStore {
  readonly spine: Pick<Pool, 'query'>
  readonly notices: { listen(channel: string, wake: () => void): () => void }
}

/** What the last primary left: itself, and which cores may follow it. */
export interface Succession {
  /** Null when it gave the lease up. */
  readonly holder: string | null
  readonly term: number
  /** By the database's clock; at or below zero when the lease has lapsed. */
  readonly msLeft: Millis
  /** Undefined when all is in the log, and anybody may. */
  readonly known?: readonly string[] | undefined
}

/** A lease is renewed several times a second: an answer that takes longer than this is as good as none. */
const QUERY_MS_MAX = 2000

/** The lease as a row beside the log; the functions stand in the store's migrations. */
export class PostgresLease implements Lease {
  readonly #store: LeaseStore
  readonly #stops = new Set<() => void>()

  constructor(store: LeaseStore) {
    this.#store = store
  }

  async acquire(holder: string, ttlMs: Millis, core?: string): Promise<{ readonly term: number } | undefined> {
    const term = await this.#ask('select tandem.acquire_lease($1, $2, $3)', [holder, ttlMs, core ?? null])
    return term === null ? undefined : { term: Number(term) }
  }

  async opened(): Promise<number> {
    return Number(await this.#ask('select opened from tandem.lease', []))
  }

  async open(term: number, core?: string): Promise<readonly string[] | undefined> {
    return ((await this.#ask('select tandem.open_lease($1, $2)', [term, core ?? null])) as string[] | null) ?? undefined
  }

  async know(term: number, version: number, cores: readonly string[] | undefined): Promise<boolean> {
    return (await this.#ask('select tandem.know_cores($1, $2, $3)', [term, version, cores ?? null])) === true
  }

  /** Does what an append does, changing nothing of the log: whether the store takes events. Fails with `lease.unreachable`. */
  async probe(core: string): Promise<void> {
    await this.#ask('select tandem.probe_store($1)', [core])
  }

  async renew(term: number, ttlMs: Millis): Promise<boolean> {
    return (await this.#ask('select tandem.renew_lease($1, $2)', [term, ttlMs])) === true
  }

  async release(term: number): Promise<boolean> {
    return (await this.#ask('select tandem.give_up_lease($1, null)', [term])) === true
  }

  async handBack(holder: string): Promise<boolean> {
    return (await this.#ask('select tandem.give_up_lease(null, $1)', [holder])) === true
  }

  async handOver(term: number, to: string, ttlMs: Millis): Promise<boolean> {
    return (await this.#ask('select tandem.hand_over_lease($1, $2, $3)', [term, to, ttlMs])) === true
  }

  async current(): Promise<LeaseState | undefined> {
    const text = await this.#ask(
      `select json_build_object('holder', holder, 'term', term,
         'msLeft', extract(epoch from expires_at - clock_timestamp()) * 1000, 'known', known)::text
       from tandem.lease where holder is not null`,
      [],
    )
    if (typeof text !== 'string') return undefined
    const { known, ...held } = JSON.parse(text) as LeaseState & { readonly known: readonly string[] | null }
    return { ...held, ...(known && { known }) }
  }

  /** Who was primary last, and whom it knew; a lease that was given up is told too. */
  async succession(): Promise<Succession> {
    const text = await this.#ask(
      `select json_build_object('holder', holder, 'term', term, 'known', known,
         'msLeft', coalesce(extract(epoch from expires_at - clock_timestamp()) * 1000, 0))::text from tandem.lease`,
      [],
    )
    const { known, ...last } = JSON.parse(String(text)) as Succession & { readonly known: readonly string[] | null }
    return { ...last, ...(known && { known }) }
  }

  /**
   * Lets these cores, and nobody else, take a lease that nobody holds, in place of those that its term knew: what only those hold is left
   * behind. False when somebody holds it, or term and cores are not what they were.
   */
  async succeed(term: number, known: readonly string[], cores: readonly string[]): Promise<boolean> {
    const text = `with changed as (
        update tandem.lease set known = $3
        where term = $1 and known = $2::text[] and (holder is null or expires_at <= clock_timestamp()) returning 1)
      select exists (select from changed)`
    return (await this.#ask(text, [term, known, cores])) === true
  }

  watch(wake: () => void): () => void {
    const unlisten = this.#store.notices.listen('tandem_lease', wake)
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

  /** The first column of the first row. */
  async #ask(text: string, values: readonly unknown[]): Promise<unknown> {
    try {
      const query = { text, values: [...values], rowMode: 'array' as const, query_timeout: QUERY_MS_MAX }
      const { rows } = await this.#store.spine.query(query)
      return rows[0]?.[0]
    } catch (error) {
      throw LEASE_ERRORS['lease.unreachable']({ reason: error instanceof Error ? error.message : String(error) }, error)
    }
  }
}

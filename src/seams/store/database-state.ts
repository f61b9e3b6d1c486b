import type { Clock, Millis } from '#base'
import type { Store } from './store.ts'

/** A database that copies the one that is used, as that one knows it. */
export interface DatabaseCopy {
  /** By its `application_name`. */
  readonly name: string
  readonly address: string | undefined
  /** `streaming`, `catchup`, … in PostgreSQL's words; undefined where the account may not see it. */
  readonly state: string | undefined
  /** What it has not applied yet. */
  readonly behindBytes: number | undefined
  /** How long its last commits took to be applied there; undefined while nothing is written. */
  readonly behindMs: Millis | undefined
}

/** Which of the database's hosts is used, and who copies it. */
export interface DatabaseState {
  /** `host:port`. */
  readonly host: string
  /** In the list of the URL, from 1. */
  readonly place: number
  readonly hosts: number
  /** Undefined while the database does not answer. */
  readonly copies: readonly DatabaseCopy[] | undefined
}

/** Whoever looks, looks each second. */
const FRESH_MS = 900
/** Who asks waits so long for an answer, and then is told what was known. */
const ANSWER_MS_MAX = 400

const COPIES = `select application_name as name, host(client_addr) as address, state,
    pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)::float8 as bytes, extract(epoch from replay_lag)::float8 * 1000 as ms
  from pg_stat_replication order by application_name, client_addr`

interface CopyRow {
  readonly name: string
  readonly address: string | null
  readonly state: string | null
  readonly bytes: number | null
  readonly ms: number | null
}

/** Looks at the database's own lists. However many ask, and however long it hangs, one query at most is under way: others need the connections. */
export class DatabaseWatch {
  readonly #store: Pick<Store, 'pool' | 'host'>
  readonly #clock: Clock
  #copies: readonly DatabaseCopy[] | undefined
  #lookedAt = Number.NEGATIVE_INFINITY
  #looking: Promise<void> | undefined

  constructor(store: Pick<Store, 'pool' | 'host'>, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  /** What is known; a moment old at most while the database answers. */
  async state(): Promise<DatabaseState> {
    if (!this.#looking && this.#clock.monotonic() - this.#lookedAt >= FRESH_MS) {
      this.#looking = this.#look().finally(() => {
        this.#looking = undefined
      })
    }
    if (this.#looking) await this.#within(this.#looking)
    return { ...this.#store.host(), copies: this.#looking ? undefined : this.#copies }
  }

  async #look(): Promise<void> {
    try {
      const { rows } = await this.#store.pool.query<CopyRow>(COPIES)
      this.#copies = rows.map(copyOf)
    } catch {
      this.#copies = undefined
    }
    this.#lookedAt = this.#clock.monotonic()
  }

  #within(looking: Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#clock.after(ANSWER_MS_MAX, resolve)
      void looking.then(() => {
        timer.stop()
        resolve()
      })
    })
  }
}

function copyOf({ name, address, state, bytes, ms }: CopyRow): DatabaseCopy {
  return {
    name,
    address: address ?? undefined,
    state: state ?? undefined,
    behindBytes: bytes === null ? undefined : Math.max(0, bytes),
    behindMs: ms === null ? undefined : Math.round(ms),
  }
}

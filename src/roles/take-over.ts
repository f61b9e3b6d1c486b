import { type Clock, defineErrors, type Logger } from '#base'
import { PostgresLease, type Succession } from '#seams/lease'
import { PostgresMembers } from '#seams/members'
import { openStore, type Store } from '#seams/store'
import { CORES } from './local-status.ts'
import type { Settings } from './settings.ts'

/** Why a machine is not made to take over. */
export const TAKE_OVER_ERRORS = defineErrors({
  'take-over.own-database': {
    sentence: 'this machine has a database of its own, so nobody else holds anything: `tandem start` is enough',
    status: 409,
  },
  'take-over.held': {
    sentence: '{holder} is the primary; `tandem switchover` gives the primacy to another, and loses nothing',
    status: 409,
  },
  'take-over.free': {
    sentence: '{node} may take over as it is, and nothing would be lost: `tandem start` is enough',
    status: 409,
  },
  'take-over.lives': {
    sentence: '{core} lives, and holds what would be lost: let it take over (its log says why it does not), or end it',
    status: 409,
  },
  'take-over.copy': {
    sentence: 'this database only copies another one; --promote makes it take changes, when that one is gone for good',
    status: 409,
  },
  'take-over.not-promoted': { sentence: 'the database was not promoted: {problem}', status: 502 },
  'take-over.changed': { sentence: 'somebody took the lease meanwhile; look again', status: 409 },
})

/** A core that lives says so twice in this time. */
const WATCH_MS = 5_000

/** A promotion takes seconds: what was received is replayed first. */
const PROMOTE_S_MAX = 60

/** What is taken over from: a primacy that ended with others knowing more than the database. */
export interface Bequest extends Succession {
  /** The cores that hold all that the last primary let anybody see; undefined: nobody holds more than the database of that time. */
  readonly known?: readonly string[] | undefined
  /** Of a database that copies another one: how old the last change is that came over, if any ever did. */
  readonly copy?: { readonly lastChangeMs: number | undefined }
}

/** Lets a machine that the last primary did not know become primary, knowingly: what only others hold is left behind. */
export class TakeOver {
  readonly #node: string
  readonly #store: Store
  readonly #lease: PostgresLease
  readonly #clock: Clock

  private constructor(node: string, store: Store, clock: Clock) {
    this.#node = node
    this.#store = store
    this.#lease = new PostgresLease(store)
    this.#clock = clock
  }

  static async open(settings: Settings, parts: { readonly clock: Clock; readonly logger: Logger }): Promise<TakeOver> {
    if (!settings.postgresUrl) throw TAKE_OVER_ERRORS['take-over.own-database']()
    const store = await openStore({ url: settings.postgresUrl, name: 'tandem takeover', ...parts })
    return new TakeOver(settings.node, store, parts.clock)
  }

  /** What would be left behind; fails with a sentence where nothing has to be, or somebody is there who has it. */
  async look({ promote }: { readonly promote: boolean }): Promise<Bequest> {
    const last = await this.#lease.succession()
    const copy = await this.#copy()
    if (copy && !promote) throw TAKE_OVER_ERRORS['take-over.copy']()
    if (last.holder !== null && last.msLeft > 0) throw TAKE_OVER_ERRORS['take-over.held']({ holder: last.holder })
    const mayAnyway = !last.known || this.#cores.some((core) => last.known?.includes(core))
    if (mayAnyway && !copy) throw TAKE_OVER_ERRORS['take-over.free']({ node: this.#node })
    // A copy may be late: then the lease in it has lapsed, and any core that goes on beating says that the other place lives.
    const core = await this.#whoLives((name) => copy !== undefined || last.known?.includes(name) === true)
    if (core !== undefined) throw TAKE_OVER_ERRORS['take-over.lives']({ core })
    return { ...last, ...(copy && { copy }) }
  }

  /** From now on the cores of this machine, and nobody else, may take the lease; a database that copied another one takes changes. */
  async insist({ term, known, copy }: Bequest): Promise<void> {
    if (copy) await this.#promote()
    if (known && !(await this.#lease.succeed(term, known, this.#cores))) throw TAKE_OVER_ERRORS['take-over.changed']()
  }

  close(): Promise<void> {
    return this.#store.close()
  }

  get #cores(): readonly string[] {
    return CORES.map((core) => `${this.#node}-${core}`)
  }

  async #copy(): Promise<Bequest['copy']> {
    const { rows } = await this.#store.pool.query<{ copies: boolean; age: number | null }>(
      `select pg_is_in_recovery() as copies,
         (extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp()) * 1000)::float8 as age`,
    )
    const [{ copies, age } = { copies: false, age: null }] = rows
    return copies ? { lastChangeMs: age ?? undefined } : undefined
  }

  async #promote(): Promise<void> {
    const text = `select pg_promote(true, ${PROMOTE_S_MAX}) as done`
    const { rows } = await this.#store.pool.query<{ done: boolean }>(text).catch((cause: unknown) => {
      const problem = cause instanceof Error ? cause.message : String(cause)
      throw TAKE_OVER_ERRORS['take-over.not-promoted']({ problem }, cause)
    })
    if (!rows[0]?.done)
      throw TAKE_OVER_ERRORS['take-over.not-promoted']({ problem: `it takes more than ${PROMOTE_S_MAX} s` })
  }

  /** One of them whose pulse moves in the database; one that does not reach it is not seen here. */
  async #whoLives(counts: (name: string) => boolean): Promise<string | undefined> {
    const members = new PostgresMembers(this.#store)
    const beats = async () => {
      const cores = (await members.list()).filter(({ name, role }) => role === 'core' && counts(name))
      return new Map(cores.map(({ name, beat }) => [name, beat]))
    }
    const before = await beats()
    if (before.size === 0) return undefined
    await new Promise<void>((resolve) => this.#clock.after(WATCH_MS, resolve))
    return [...(await beats())].find(([name, beat]) => beat !== before.get(name))?.[0]
  }
}

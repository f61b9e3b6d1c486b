import type { Clock, Logger, Millis, Timer } from '#base'
import { type Credential, type Credentials, STORE_ERRORS } from '#seams/store'

/** A phone that registers waits for this; a database that needs longer is as good as away. */
const ANSWER_MS_MAX: Millis = 300
/** After a failure the database is not asked for so long: else every call of an outage would wait for it anew. */
const REST_MS: Millis = 1_000
/** What another core has set is known here after this at the latest, should the database go away: a password that was changed long ago must not open anything. */
const REFRESH_MS: Millis = 60_000
/** A first start puts the passwords of its people there while its cores begin. */
const REFRESH_MS_FIRST: Millis = 5_000
/** So long after the database last answered its secrets are still believed: a long weekend with nobody to mend it. Later, somebody who has left could come in (MSU-14). */
const KNOWN_FOR_MS: Millis = 4 * 24 * 3_600_000

/** Everybody's secrets as they were last read, for when the database is away: phones register, people log in all the same. What is set goes to the database alone. */
export class KnownCredentials implements Credentials {
  readonly #credentials: Credentials
  readonly #clock: Clock
  readonly #logger: Logger
  /** One entry a user; users are as many as the configuration allows. */
  #known = new Map<string, Credential>()
  #askNotBefore: Millis = 0
  #answeredAt: Millis
  #timer: Timer | undefined
  #closed = false

  constructor(credentials: Credentials, { clock, logger }: { clock: Clock; logger: Logger }) {
    this.#credentials = credentials
    this.#clock = clock
    this.#logger = logger
    this.#answeredAt = clock.monotonic()
  }

  /** Reads everybody, beside the work, now and every minute. */
  load(nextMs = REFRESH_MS_FIRST): void {
    this.#read()
      .catch((error: unknown) =>
        this.#logger.warn({ problem: String(error) }, 'credentials are those that were read last'),
      )
      .finally(() => {
        if (!this.#closed) this.#timer = this.#clock.after(nextMs, () => this.load(REFRESH_MS))
      })
  }

  /** Fails with `store.unreachable` when the database is away and nobody knows this user, or it is away for too long. */
  async get(user: string): Promise<Credential | undefined> {
    if (this.#clock.monotonic() < this.#askNotBefore && this.#believed(user)) return this.#known.get(user)
    try {
      const found = await this.#within(this.#credentials.get(user))
      this.#answeredAt = this.#clock.monotonic()
      if (found) this.#known.set(user, found)
      else this.#known.delete(user)
      return found
    } catch (error) {
      this.#askNotBefore = this.#clock.monotonic() + REST_MS
      const known = this.#believed(user)
      if (!known) throw error
      return known
    }
  }

  async set(credential: Credential): Promise<void> {
    await this.#credentials.set(credential)
    this.#known.set(credential.user, credential)
  }

  /** A database that does not answer at once counts as away, as it does for who logs in. */
  demandChanges(): Promise<void> {
    return this.#within(this.#credentials.demandChanges())
  }

  async remove(user: string): Promise<boolean> {
    const removed = await this.#credentials.remove(user)
    this.#known.delete(user)
    return removed
  }

  list(): Promise<readonly Credential[]> {
    return this.#credentials.list()
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#timer?.stop()
  }

  async #read(): Promise<void> {
    const all = await this.#credentials.list()
    this.#answeredAt = this.#clock.monotonic()
    this.#known = new Map(all.map((one) => [one.user, one]))
  }

  #believed(user: string): Credential | undefined {
    return this.#clock.monotonic() - this.#answeredAt <= KNOWN_FOR_MS ? this.#known.get(user) : undefined
  }

  #within<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = this.#clock.after(ANSWER_MS_MAX, () =>
        reject(STORE_ERRORS['store.unreachable']({ reason: 'it does not answer' })),
      )
      promise.then(resolve, reject).finally(() => timer.stop())
    })
  }
}

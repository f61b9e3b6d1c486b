import type { Clock, Logger, Millis } from '#base'
import { type Credential, type Credentials, STORE_ERRORS } from '#seams/store'

/** A phone that registers waits for this; a database that needs longer is as good as away. */
const ANSWER_MS_MAX: Millis = 300
/** After a failure the database is not asked for so long: else every call of an outage would wait for it anew. */
const REST_MS: Millis = 1_000

/** Everybody's secrets as they were last read, for when the database is away: phones register and call all the same. */
export class KnownCredentials implements Pick<Credentials, 'get'> {
  readonly #credentials: Pick<Credentials, 'get' | 'list'>
  readonly #clock: Clock
  /** One entry a user; users are as many as the configuration allows. */
  readonly #known = new Map<string, Credential>()
  #askNotBefore: Millis = 0

  constructor(credentials: Pick<Credentials, 'get' | 'list'>, clock: Clock) {
    this.#credentials = credentials
    this.#clock = clock
  }

  /** Reads everybody, beside the work. */
  load(logger: Logger): void {
    this.#credentials.list().then(
      (all) => {
        for (const one of all) if (!this.#known.has(one.user)) this.#known.set(one.user, one)
      },
      (error: unknown) =>
        logger.warn({ problem: String(error) }, 'credentials are read one by one, when they are needed'),
    )
  }

  async get(user: string): Promise<Credential | undefined> {
    if (this.#clock.monotonic() < this.#askNotBefore && this.#known.has(user)) return this.#known.get(user)
    try {
      const found = await this.#within(this.#credentials.get(user))
      if (found) this.#known.set(user, found)
      else this.#known.delete(user)
      return found
    } catch (error) {
      this.#askNotBefore = this.#clock.monotonic() + REST_MS
      const known = this.#known.get(user)
      if (!known) throw error
      return known
    }
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

import { createHash } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'
import { type Clock, isTandemError } from '#base'
import { PASSWORD_HISTORY_MAX } from '#kernel/config'
import type { Credentials } from '#seams/store'
import { SESSION_ERRORS } from './errors.ts'

/** OWASP's least for argon2id (19 MiB, two passes, one lane): about 20 ms of one processor, so that 200 people of a shift log in within seconds. */
const ARGON2 = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** Hashing runs on the threads that files use too: more at once would starve them. */
const HASHING_MAX = 2
/** Two seconds of waiting at 20 ms each; beyond that a quick refusal is kinder. */
const WAITING_MAX = 200

/** Sets and checks the passwords of people; secrets stay in the credentials store and never enter the log. */
export class Passwords {
  readonly #credentials: Credentials
  readonly #realm: string
  readonly #clock: Clock
  readonly #waiting: (() => void)[] = []
  #running = 0
  #decoy: Promise<string> | undefined

  constructor(credentials: Credentials, realm: string, clock: Clock) {
    this.#credentials = credentials
    this.#realm = realm
    this.#clock = clock
  }

  /** Whether this is the user's password. An unknown user takes as long as a wrong password. Fails with `session.busy` or `store.unreachable`. */
  async check(user: string, password: string): Promise<boolean> {
    const credential = await this.#credentials.get(user)
    const known = credential?.passwordHash
    return this.#bounded(async () => {
      this.#decoy ??= hash('nobody has this password', ARGON2)
      const right = await verify(known ?? (await this.#decoy), password)
      return right && known !== undefined
    })
  }

  /**
   * Fails with `session.passwords-away` while none can be set. Kept back here, a password would hold on this machine and be unknown to the others, and
   * whoever sets one because the old one is known to a stranger must know that the old one is over.
   */
  async demandSettable(): Promise<void> {
    try {
      await this.#credentials.demandChanges()
    } catch (cause) {
      if (!isTandemError(cause, 'store.unreachable')) throw cause
      throw SESSION_ERRORS['session.passwords-away']({}, cause)
    }
  }

  /** Whether it is one of the user's last so many passwords, the present one among them. */
  async wasUsed(user: string, password: string, count: number): Promise<boolean> {
    if (count === 0) return false
    const credential = await this.#credentials.get(user)
    const present = credential?.passwordHash === undefined ? [] : [credential.passwordHash]
    for (const known of [...present, ...(credential?.earlierHashes ?? [])].slice(0, count)) {
      if (await this.#bounded(() => verify(known, password))) return true
    }
    return false
  }

  /** Sets a user's password for phone and page, or for the phone alone. The SIP user is the extension. */
  async set(user: { name: string; extension: string }, password: string, phoneOnly = false): Promise<void> {
    const before = await this.#credentials.get(user.name)
    const passwordHash = phoneOnly ? undefined : await this.#bounded(() => hash(password, ARGON2))
    const earlierHashes = [
      ...(before?.passwordHash === undefined ? [] : [before.passwordHash]),
      ...(before?.earlierHashes ?? []),
    ].slice(0, PASSWORD_HISTORY_MAX)
    const a1 = `${user.extension}:${this.#realm}:${password}`
    await this.#credentials.set({
      user: user.name,
      ...(passwordHash === undefined ? {} : { passwordHash }),
      realm: this.#realm,
      ha1Md5: createHash('md5').update(a1).digest('hex'),
      ha1Sha256: createHash('sha256').update(a1).digest('hex'),
      updatedAt: this.#clock.now(),
      ...(earlierHashes.length > 0 && { earlierHashes }),
    })
  }

  /** Forgets the user's password. */
  async remove(user: string): Promise<void> {
    await this.#credentials.remove(user)
  }

  async #bounded<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= HASHING_MAX) {
      if (this.#waiting.length >= WAITING_MAX) throw SESSION_ERRORS['session.busy']()
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    } else this.#running += 1
    try {
      return await work()
    } finally {
      // The place is handed on without being free in between, so nobody overtakes.
      const next = this.#waiting.shift()
      if (next) next()
      else this.#running -= 1
    }
  }
}

import { createHash, createHmac } from 'node:crypto'
import type { Clock, Millis } from '#base'
import type { Claims, EndedAt, Revocations } from './tokens.ts'

/** A page fetches the next one at half of this; a lost one is worth nothing an hour later. */
export const SOFTPHONE_SECRET_LIFE_MS = 3_600_000

/** Stands in no extension and no session's id. */
const SEPARATOR = '~'

/** What a page registers with. */
export interface SoftphoneSecret {
  /** Names the extension, the log-in and the end: `2001~s-…~1764230400000`. */
  readonly user: string
  readonly secret: string
  readonly expiresAt: Millis
}

/** Digest secrets of SIP (RFC 7616 3.4.2), and until when they are. */
export interface DigestHashes {
  readonly ha1: { readonly MD5: string; readonly 'SHA-256': string }
  readonly until: Millis
}

/**
 * Short-lived SIP secrets of log-ins, for the softphones of their pages. A secret follows from its user name and the pool's key, so
 * every core can check it, and nothing is stored; it ends with the log-in. It has nothing to do with the password.
 */
export class SoftphoneSecrets {
  readonly #key: Uint8Array
  readonly #clock: Clock
  readonly #revoked: Revocations
  readonly #endedAt: EndedAt

  /** `endedAt`: until when the log-ins of whoever has that extension were ended all together. */
  constructor(key: Uint8Array, clock: Clock, revoked: Revocations, endedAt: EndedAt = () => undefined) {
    this.#key = key
    this.#clock = clock
    this.#revoked = revoked
    this.#endedAt = endedAt
  }

  /** A secret for the extension of whoever is logged in by these claims. */
  issue(extension: string, { id, expiresAt: loggedInUntil }: Claims): SoftphoneSecret {
    const expiresAt = Math.min(loggedInUntil, this.#clock.now() + SOFTPHONE_SECRET_LIFE_MS)
    const user = [extension, id, expiresAt].join(SEPARATOR)
    return { user, secret: this.#secretOf(user), expiresAt }
  }

  /** The hashes of a name that `issue` gave; undefined for other names, after its end, and after the log-out. */
  hashesOf(user: string, realm: string): DigestHashes | undefined {
    const [extension, id, end, ...rest] = user.split(SEPARATOR)
    const until = Number(end)
    if (!extension || !id || rest.length > 0 || !(until > this.#clock.now()) || this.#revoked.has(id)) return undefined
    // Whatever came after that, came from a log-in after it; near a log-in's end secrets live shorter, and seem older than they are: so does it.
    if (until - SOFTPHONE_SECRET_LIFE_MS <= (this.#endedAt(extension) ?? 0)) return undefined
    const text = `${user}:${realm}:${this.#secretOf(user)}`
    const hash = (algorithm: string): string => createHash(algorithm).update(text).digest('hex')
    return { ha1: { MD5: hash('md5'), 'SHA-256': hash('sha256') }, until }
  }

  #secretOf(user: string): string {
    return createHmac('sha256', this.#key).update(`softphone ${user}`).digest('base64url')
  }
}

import { createHmac, timingSafeEqual } from 'node:crypto'
import { assert, type Clock, type Millis, newId } from '#base'
import { SESSION_ERRORS } from './errors.ts'

/** A shift and a half: nobody is thrown out at work, and a lost token is worth nothing the next day. */
export const TOKEN_LIFE_MS = 12 * 3_600_000

/** Shorter keys could be guessed from one token at leisure. */
const KEY_BYTES_MIN = 32

/** A visitor may look up the next day what was said; a week later a lost token is worth nothing. */
const VISITOR_LIFE_MS = 7 * 24 * 3_600_000

/** Stands before what is signed for a visitor, and in no payload: neither token can be taken for the other. */
const VISITOR = 'visitor:'

/** A session that is proved by its token alone: no store is asked, so it outlives every core. Rights are read from the configuration at each request. */
export interface Claims {
  readonly id: string
  readonly user: string
  readonly expiresAt: Millis
}

/** Until when the log-ins of a user were ended all together: by a new password, by disabling the account. */
export type EndedAt = (user: string) => Millis | undefined

/** A frame is loaded at once; who finds its address later, in a history, finds nothing. */
const FRAME_LIFE_MS = 60_000

/** Stands before what is signed for a frame. */
const FRAME = 'frame:'

/** Makes and checks tokens `payload.signature` (HMAC-SHA-256, both base64url). All cores of a pool have the same key. */
export class Tokens {
  readonly #key: Uint8Array
  readonly #clock: Clock
  readonly #revoked: Revocations
  readonly #endedAt: EndedAt

  /** `endedAt`: until when log-ins of a user were ended all together; they all hold unless told. */
  constructor(
    key: Uint8Array,
    clock: Clock,
    revoked: Revocations = new MemoryRevocations(),
    endedAt: EndedAt = () => undefined,
  ) {
    assert(key.length >= KEY_BYTES_MIN, `a token key has at least ${KEY_BYTES_MIN} bytes`)
    this.#key = key
    this.#clock = clock
    this.#revoked = revoked
    this.#endedAt = endedAt
  }

  /** A new token for the user, who began to log in at that moment: before the password was looked at, which may be another one by now. */
  issue(user: string, begunAt: Millis = this.#clock.now()): Claims & { readonly token: string } {
    const claims = { id: newId('s'), user, expiresAt: begunAt + TOKEN_LIFE_MS }
    const payload = Buffer.from(JSON.stringify(claims)).toString('base64url')
    return { ...claims, token: `${payload}.${this.#sign(payload)}` }
  }

  /** What the token says; fails with `session.over` when it is not ours, too old or ended. */
  verify(token: string): Claims {
    const [payload, signature, ...rest] = token.split('.')
    if (!payload || !signature || rest.length > 0) throw SESSION_ERRORS['session.over']()
    this.#demand(signature, payload)
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Claims
    if (!this.holds(claims)) throw SESSION_ERRORS['session.over']()
    return claims
  }

  /** Whether what a token said when it was verified still holds: asked of whoever stays connected, whose token cannot change. */
  holds({ id, user, expiresAt }: Claims): boolean {
    if (expiresAt <= this.#clock.now() || this.#revoked.has(id)) return false
    const endedAt = this.#endedAt(user)
    // At the same millisecond: the new password stood already, as it takes longer than that to set one.
    return endedAt === undefined || expiresAt - TOKEN_LIFE_MS >= endedAt
  }

  /** A token for the visitor of one conversation; it opens nothing else. */
  issueVisitor(interaction: string): string {
    const payload = Buffer.from(
      JSON.stringify({ interaction, expiresAt: this.#clock.now() + VISITOR_LIFE_MS }),
    ).toString('base64url')
    return `${payload}.${this.#sign(VISITOR + payload)}`
  }

  /** The conversation that a visitor's token opens; fails with `session.over` when it is none of ours. */
  verifyVisitor(token: string): string {
    const [payload, signature, ...rest] = token.split('.')
    if (!payload || !signature || rest.length > 0) throw SESSION_ERRORS['session.over']()
    this.#demand(signature, VISITOR + payload)
    const said = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { interaction: string; expiresAt: Millis }
    if (said.expiresAt <= this.#clock.now()) throw SESSION_ERRORS['session.over']()
    return said.interaction
  }

  /** A ticket for a frame that shows one file; it opens nothing else, and for a minute. */
  issueFrame(hash: string): string {
    const payload = Buffer.from(JSON.stringify({ hash, expiresAt: this.#clock.now() + FRAME_LIFE_MS })).toString(
      'base64url',
    )
    return `${payload}.${this.#sign(FRAME + payload)}`
  }

  /** The file that a ticket opens; fails with `session.over` when it is none of ours, or too old. */
  verifyFrame(ticket: string): string {
    const [payload, signature, ...rest] = ticket.split('.')
    if (!payload || !signature || rest.length > 0) throw SESSION_ERRORS['session.over']()
    this.#demand(signature, FRAME + payload)
    const said = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { hash: string; expiresAt: Millis }
    if (said.expiresAt <= this.#clock.now()) throw SESSION_ERRORS['session.over']()
    return said.hash
  }

  /** Ends a session before its time. */
  revoke(claims: Claims): void {
    this.#revoked.add(claims.id, claims.expiresAt)
  }

  #demand(signature: string, payload: string): void {
    const given = Buffer.from(signature)
    const expected = Buffer.from(this.#sign(payload))
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw SESSION_ERRORS['session.over']()
  }

  #sign(payload: string): string {
    return createHmac('sha256', this.#key).update(payload).digest('base64url')
  }
}

/** Sessions that were ended before their time. A pool may put registers behind it; what is forgotten ends by its own expiry. */
export interface Revocations {
  has(id: string): boolean
  add(id: string, expiresAt: Millis): void
}

/** A log-out of every agent of a large centre, several times a day; beyond it the oldest are forgotten. */
const REVOKED_MAX = 50_000

/** Keeps ended sessions in this process. */
export class MemoryRevocations implements Revocations {
  readonly #ids = new Map<string, Millis>()

  has(id: string): boolean {
    return this.#ids.has(id)
  }

  add(id: string, expiresAt: Millis): void {
    this.#ids.set(id, expiresAt)
    if (this.#ids.size > REVOKED_MAX) this.#ids.delete(this.#ids.keys().next().value!)
  }
}

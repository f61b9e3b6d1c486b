import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Clock } from '#base'
import { quote, type SipRequest, splitList, unquote } from '#protocols/sip'
import { ExpiringMap } from './expiring-map.ts'

/** A nonce is good for this long; a phone that uses an older one is told so and tries again by itself. */
const NONCE_MS = 5 * 60_000

/** Nonces whose count is kept against replays: one for each phone that registered in the last minutes. */
const COUNTS_MAX = 50_000

const STAMP_BYTES = 6
const SALT_BYTES = 6
const MAC_BYTES = 12

/** The hash algorithms that are understood (RFC 8760). */
export type DigestAlgorithm = 'MD5' | 'SHA-256'

/** What is offered unless told. */
const ALGORITHMS: readonly DigestAlgorithm[] = ['MD5', 'SHA-256']

/** The SIP library of baresip 1 gives up when any of the challenges names an algorithm that it does not know. */
const FAILS_AT_SHA_256 = /^baresip v[01]\./

/** What a phone said to prove that it knows the password; not checked yet. */
export interface DigestProof {
  readonly username: string
  readonly algorithm: DigestAlgorithm
  readonly nonce: string
  readonly response: string
  readonly uri: string
  /** Absent in the form of RFC 2069, which old phones use. */
  readonly qop?: { readonly nc: string; readonly cnonce: string }
}

/** What challenges are made with. */
export interface DigestServerOptions {
  readonly key: string
  readonly realm: string
  /** What is offered, in this order. */
  readonly algorithms?: readonly DigestAlgorithm[] | undefined
}

/** Makes challenges and checks proofs (RFC 7616, RFC 8760). Nonces carry their time under a key and need no memory. */
export class DigestServer {
  readonly #clock: Clock
  readonly #key: string
  readonly #realm: string
  readonly #algorithms: readonly DigestAlgorithm[]
  readonly #counts: ExpiringMap<number>

  constructor(clock: Clock, options: DigestServerOptions) {
    this.#clock = clock
    this.#key = `${options.key}:nonce`
    this.#realm = options.realm
    this.#algorithms = options.algorithms ?? ALGORITHMS
    this.#counts = new ExpiringMap(clock, COUNTS_MAX)
  }

  /**
   * The values of WWW-Authenticate for this request.
   *
   * DEVIATION: MD5 stands first, though RFC 8760 2.4 wants the stronger one there. Phones older than that RFC take the first
   * value or fail; those that know SHA-256 may choose it. Some fail at the mere sight of it and are offered MD5 alone.
   */
  challenges(request: SipRequest, stale: boolean): string[] {
    const nonce = this.#nonce()
    const old = FAILS_AT_SHA_256.test(request.get('user-agent') ?? '')
    const offered = old ? this.#algorithms.filter((algorithm) => algorithm === 'MD5') : this.#algorithms
    const end = `qop="auth"${stale ? ', stale=true' : ''}`
    return offered.map((name) => `Digest realm=${quote(this.#realm)}, nonce="${nonce}", algorithm=${name}, ${end}`)
  }

  /** The proof for our realm; nothing when the request has none that can be read. */
  read(request: SipRequest): DigestProof | undefined {
    for (const value of request.getAll('authorization')) {
      const proof = readProof(value, this.#realm)
      if (proof) return proof
    }
    return undefined
  }

  /** Whether the nonce is ours and in time and its count is new; `stale` asks for the same proof under a new nonce. */
  freshness(proof: DigestProof): 'fresh' | 'stale' | 'foreign' {
    const bytes = Buffer.from(proof.nonce, 'base64url')
    if (bytes.length !== STAMP_BYTES + SALT_BYTES + MAC_BYTES) return 'foreign'
    const head = bytes.subarray(0, STAMP_BYTES + SALT_BYTES)
    if (!timingSafeEqual(this.#mac(head), bytes.subarray(head.length))) return 'foreign'
    const ageMs = this.#clock.now() - bytes.readUIntBE(0, STAMP_BYTES)
    if (ageMs > NONCE_MS || ageMs < -NONCE_MS) return 'stale'
    return proof.qop && Number.parseInt(proof.qop.nc, 16) <= (this.#counts.get(proof.nonce) ?? 0) ? 'stale' : 'fresh'
  }

  /** Whether the proof fits the secret (H(user:realm:password) in lower-case hexadecimal). Uses up the nonce's count. */
  fits(proof: DigestProof, method: string, ha1: string): boolean {
    const name = proof.algorithm === 'MD5' ? 'md5' : 'sha256'
    const ha2 = hash(name, `${method}:${proof.uri}`)
    const { nonce, qop } = proof
    const middle = qop ? `${nonce}:${qop.nc}:${qop.cnonce}:auth` : nonce
    const expected = Buffer.from(hash(name, `${ha1}:${middle}:${ha2}`))
    const given = Buffer.from(proof.response.toLowerCase())
    if (expected.length !== given.length || !timingSafeEqual(expected, given)) return false
    if (qop) this.#counts.set(nonce, Number.parseInt(qop.nc, 16), NONCE_MS)
    return true
  }

  #nonce(): string {
    const head = Buffer.alloc(STAMP_BYTES + SALT_BYTES)
    head.writeUIntBE(this.#clock.now(), 0, STAMP_BYTES)
    randomBytes(SALT_BYTES).copy(head, STAMP_BYTES)
    return Buffer.concat([head, this.#mac(head)]).toString('base64url')
  }

  #mac(head: Buffer): Buffer {
    return createHmac('sha256', this.#key).update(head).digest().subarray(0, MAC_BYTES)
  }
}

function hash(name: 'md5' | 'sha256', text: string): string {
  return createHash(name).update(text, 'latin1').digest('hex')
}

function readProof(value: string, realm: string): DigestProof | undefined {
  const scheme = /^digest[ \t]+/i.exec(value)
  if (!scheme) return undefined
  const params = new Map<string, string>()
  for (const part of splitList(value.slice(scheme[0].length))) {
    const equals = part.indexOf('=')
    if (equals > 0) params.set(part.slice(0, equals).trim().toLowerCase(), unquote(part.slice(equals + 1).trim()))
  }
  const algorithm = algorithmOf(params.get('algorithm'))
  const [username, nonce, response, uri] = ['username', 'nonce', 'response', 'uri'].map((name) => params.get(name))
  if (!algorithm || params.get('realm') !== realm || !username || !nonce || !response || !uri) return undefined
  const proof = { username, algorithm, nonce, response, uri }
  const qop = params.get('qop')
  if (qop === undefined) return proof
  const nc = params.get('nc') ?? ''
  const cnonce = params.get('cnonce')
  if (qop.toLowerCase() !== 'auth' || cnonce === undefined || !/^[0-9a-f]{1,8}$/i.test(nc)) return undefined
  return { ...proof, qop: { nc, cnonce } }
}

function algorithmOf(text: string | undefined): DigestAlgorithm | undefined {
  const name = text?.toUpperCase() ?? 'MD5'
  return name === 'MD5' || name === 'SHA-256' ? name : undefined
}

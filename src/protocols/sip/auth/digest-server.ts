import { timingSafeEqual } from 'node:crypto'
import type { Millis } from '#base'
import type { SipRequest } from '../message/message.ts'
import {
  algorithmOf,
  DIGEST_ALGORITHMS,
  type DigestAlgorithm,
  type DigestFields,
  digestResponse,
  formatDigest,
  parseDigest,
} from './digest.ts'
import { checkNonce, makeNonce, type NonceCounter } from './nonce.ts'

/** The HA1 of one user by algorithm, in lower-case hexadecimal. */
export type DigestSecrets = Readonly<Partial<Record<DigestAlgorithm, string>>>

/** Where credentials and challenges stand: a registrar or user agent uses the first pair, a proxy the second. */
export type DigestRole = 'user' | 'proxy'

const FIELDS = {
  user: { credentials: 'Authorization', challenge: 'WWW-Authenticate', status: 401 },
  proxy: { credentials: 'Proxy-Authorization', challenge: 'Proxy-Authenticate', status: 407 },
} as const

/** Status and header fields of a challenge, ready for `responseTo`; one field an algorithm, the strongest first (RFC 8760 2.4). */
export function digestChallenge(options: {
  readonly realm: string
  readonly key: string | Uint8Array
  readonly now: Millis
  readonly role?: DigestRole
  readonly stale?: boolean
  /** Those for which the user has a secret; both when nothing is known of the user, so that strangers learn nothing. */
  readonly algorithms?: readonly DigestAlgorithm[]
}): { readonly status: 401 | 407; readonly headers: readonly (readonly [string, string])[] } {
  const { challenge, status } = FIELDS[options.role ?? 'user']
  const nonce = makeNonce(options.key, options.now)
  const headers = (options.algorithms ?? DIGEST_ALGORITHMS).map((algorithm) => {
    const stale = options.stale ? 'true' : undefined
    return [challenge, formatDigest({ realm: options.realm, nonce, algorithm, qop: 'auth', stale }, false)] as const
  })
  return { status, headers }
}

/** Credentials that look whole, before anybody knows whether they are right. */
export interface DigestClaim {
  readonly user: string
  readonly fields: DigestFields
  readonly algorithm: DigestAlgorithm
}

/** The credentials that a request carries for this realm, so that the user's secret can be fetched; nothing: challenge it. */
export function digestClaim(request: SipRequest, realm: string, role: DigestRole = 'user'): DigestClaim | undefined {
  for (const value of request.getAll(FIELDS[role].credentials)) {
    const fields = parseDigest(value)
    const algorithm = fields ? algorithmOf(fields) : undefined
    if (fields && algorithm && fields.realm === realm && fields.username)
      return { user: fields.username, fields, algorithm }
  }
  return undefined
}

/** `ok`, or why not: `stale` asks for a new challenge with stale=true, all others are failures to be counted against the sender. */
export type DigestVerdict = 'ok' | 'stale' | 'wrong' | 'replayed' | 'forged' | 'malformed'

/**
 * Checks credentials against the user's secrets. An unknown user is checked too (without secrets), so that it takes as long
 * as a wrong password.
 *
 * DEVIATION: the `uri` field is hashed but not compared with the Request-URI (RFC 7616 3.4.6), since proxies rewrite that and some
 * phones leave the user part out.
 */
export function checkDigest(
  request: SipRequest,
  claim: DigestClaim,
  secrets: DigestSecrets | undefined,
  options: {
    readonly key: string | Uint8Array
    readonly now: Millis
    readonly counter: NonceCounter
    readonly lifetimeMs?: number
  },
): DigestVerdict {
  const { nonce, nc, cnonce, uri, response, qop } = claim.fields
  if (!nonce || !cnonce || !uri || !response || qop?.toLowerCase() !== 'auth' || !/^[0-9a-f]{8}$/i.test(nc ?? '')) {
    return 'malformed'
  }
  const state = checkNonce(nonce, options)
  if (state.state === 'forged') return 'forged'
  const ha1 = secrets?.[claim.algorithm] ?? ''
  const input = { algorithm: claim.algorithm, method: request.method, uri, nonce, nc: nc!, cnonce }
  if (!sameHex(digestResponse(ha1, input), response) || ha1 === '') return 'wrong'
  // A right answer to an old nonce is no attack: the phone is told to try again without asking its user.
  if (state.state === 'stale') return 'stale'
  const use = options.counter.use(nonce, state.madeAt, Number.parseInt(nc!, 16))
  return use === 'new' ? 'ok' : use
}

function sameHex(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b.toLowerCase(), 'latin1')
  return left.length === right.length && timingSafeEqual(left, right)
}

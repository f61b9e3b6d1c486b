import { randomBytes } from 'node:crypto'
import { splitList } from '../message/grammar.ts'
import type { SipResponse } from '../message/message.ts'
import { algorithmOf, type DigestFields, digestHa1, digestResponse, formatDigest, parseDigest } from './digest.ts'

/** Who we say we are when we are asked. */
export interface DigestCredentials {
  readonly user: string
  readonly password: string
}

/**
 * The header field that answers the challenge of a 401 or 407, for a request of this method to this URI: of several
 * challenges the first one that we can answer, as RFC 8760 2.4 asks. Nothing when there is none; then the response is final.
 * `count` says how often the nonce has been used, this time included.
 */
export function answerDigest(
  response: SipResponse,
  request: { readonly method: string; readonly uri: string },
  credentials: DigestCredentials,
  count = 1,
): readonly [name: string, value: string] | undefined {
  const { status } = response
  const values = response.getAll(status === 407 ? 'proxy-authenticate' : 'www-authenticate')
  return answerChallenges({ status, values }, request, credentials, { count, cnonce: randomBytes(8).toString('hex') })
}

/** The challenges of a 401 or 407, as the values of its header fields. */
export interface DigestChallenges {
  readonly status: number
  readonly values: readonly string[]
}

/** As {@link answerDigest}, from challenges that were kept, with a cnonce that is given: so the same answer can be made again elsewhere. */
export function answerChallenges(
  { status, values }: DigestChallenges,
  request: { readonly method: string; readonly uri: string },
  credentials: DigestCredentials,
  use: { readonly count: number; readonly cnonce: string },
): readonly [name: string, value: string] | undefined {
  for (const value of values) {
    const challenge = parseDigest(value)
    const answer = challenge ? answerTo(challenge, request, credentials, use) : undefined
    if (answer !== undefined) return [status === 407 ? 'Proxy-Authorization' : 'Authorization', answer]
  }
  return undefined
}

function answerTo(
  challenge: DigestFields,
  request: { readonly method: string; readonly uri: string },
  { user, password }: DigestCredentials,
  { count, cnonce }: { readonly count: number; readonly cnonce: string },
): string | undefined {
  const algorithm = algorithmOf(challenge)
  const { realm, nonce, opaque } = challenge
  const qops = splitList(challenge.qop ?? '').map((qop) => qop.toLowerCase())
  if (!algorithm || realm === undefined || !nonce || !qops.includes('auth')) return undefined
  const nc = count.toString(16).padStart(8, '0')
  const ha1 = digestHa1(algorithm, { user, realm, password })
  const response = digestResponse(ha1, { algorithm, method: request.method, uri: request.uri, nonce, nc, cnonce })
  const fields = {
    username: user,
    realm,
    nonce,
    uri: request.uri,
    response,
    algorithm,
    cnonce,
    opaque,
    qop: 'auth',
    nc,
  }
  return formatDigest(fields, true)
}

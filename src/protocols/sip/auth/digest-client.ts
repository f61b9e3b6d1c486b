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
  const proxy = response.status === 407
  const field = proxy ? 'proxy-authenticate' : 'www-authenticate'
  for (const value of response.getAll(field)) {
    const challenge = parseDigest(value)
    const answer = challenge ? answerTo(challenge, request, credentials, count) : undefined
    if (answer !== undefined) return [proxy ? 'Proxy-Authorization' : 'Authorization', answer]
  }
  return undefined
}

function answerTo(
  challenge: DigestFields,
  request: { readonly method: string; readonly uri: string },
  { user, password }: DigestCredentials,
  count: number,
): string | undefined {
  const algorithm = algorithmOf(challenge)
  const { realm, nonce, opaque } = challenge
  const qops = splitList(challenge.qop ?? '').map((qop) => qop.toLowerCase())
  if (!algorithm || realm === undefined || !nonce || !qops.includes('auth')) return undefined
  const nc = count.toString(16).padStart(8, '0')
  const cnonce = randomBytes(8).toString('hex')
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

import { DIGEST_ALGORITHMS, type DigestAlgorithm, digestChallenge, type SipRequest } from '#protocols/sip'

/** What challenges are made with. */
export interface ChallengeOptions {
  readonly realm: string
  readonly key: string
  /** What is offered, in this order; MD5 and SHA-256 unless told. */
  readonly algorithms?: readonly DigestAlgorithm[] | undefined
}

/**
 * The SIP library of baresip 1 gives up when any of the challenges names an algorithm that it does not know; JsSIP, which is our own
 * softphone's, looks at one challenge only, and not at the first.
 */
const FAILS_AT_SHA_256 = /^(baresip v[01]\.|JsSIP|Tandem softphone)/

/**
 * The fields of a challenge for this request.
 *
 * DEVIATION: MD5 stands first, though RFC 8760 2.4 wants the stronger one there. Phones older than that RFC take the first
 * value or fail; those that know SHA-256 may choose it. Some fail at the mere sight of it and are offered MD5 alone.
 */
export function challengeFor(
  request: SipRequest,
  options: ChallengeOptions,
  moment: { readonly now: number; readonly stale: boolean },
): readonly (readonly [string, string])[] {
  const offered = options.algorithms ?? [...DIGEST_ALGORITHMS].reverse()
  const old = FAILS_AT_SHA_256.test(request.get('user-agent') ?? '')
  const algorithms = old ? offered.filter((algorithm) => algorithm === 'MD5') : offered
  return digestChallenge({ realm: options.realm, key: options.key, algorithms, ...moment }).headers
}

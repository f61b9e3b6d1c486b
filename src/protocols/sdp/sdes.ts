import type { RawMedia } from './grammar.ts'

/** RFC 4568 6.2: how packets are protected, by the names of SDP. The third of the RFC, F8, is of no phone. */
const CRYPTO_SUITES = ['AES_CM_128_HMAC_SHA1_80', 'AES_CM_128_HMAC_SHA1_32'] as const

/** One of them. */
type CryptoSuite = (typeof CRYPTO_SUITES)[number]

/** One way to protect what its writer sends. */
export interface CryptoTerms {
  readonly suite: CryptoSuite
  /** Master key and salt, 30 octets in base64. */
  readonly key: string
}

/** An a=crypto line. */
export interface CryptoLine extends CryptoTerms {
  readonly tag: number
}

/** What our own lines begin with. */
export const SECURE_PROTOCOL = 'RTP/SAVP'

const PROTOCOLS: readonly string[] = [SECURE_PROTOCOL, 'RTP/SAVPF']

/** Key and salt, and how long they last; no name (MKI) for one of several keys, which every packet would carry. */
const KEY = /^inline:([A-Za-z0-9+/]{40})(\|(2\^)?\d{1,15})?$/

/** More lines than there are suites and keys in any phone. */
const LINES_MAX = 16

/** Whether the line's packets are protected by keys in SDP. */
export function isSecure(protocol: string): boolean {
  return PROTOCOLS.includes(protocol)
}

/** The lines that we can do as they say, in the order of their writer's preference. Any text may be in them. */
export function readCrypto({ protocol, crypto = [] }: RawMedia): readonly CryptoLine[] {
  if (!isSecure(protocol)) return []
  return crypto.slice(0, LINES_MAX).flatMap(({ id, suite, config, sessionConfig }) => {
    const known = CRYPTO_SUITES.find((one) => one === suite)
    const key = KEY.exec(String(config))?.[1]
    const tag = Number(id)
    // RFC 4568 6.3.7: what is not understood of a session's parameters is not accepted, unless they say themselves that it may be passed over.
    const isPlain = String(sessionConfig ?? '')
      .split(' ')
      .every((one) => one === '' || one.startsWith('-'))
    if (!known || key === undefined || !isPlain || !Number.isInteger(tag) || tag < 0 || tag > 999_999_999) return []
    return [{ tag, suite: known, key }]
  })
}

/** Our line: with the tag of the one that it answers (RFC 4568 5.1.2), or the first of an offer. */
export function cryptoLine({ suite, key }: CryptoTerms, tag = 1): Partial<RawMedia> {
  return { crypto: [{ id: tag, suite, config: `inline:${key}` }] }
}

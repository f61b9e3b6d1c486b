import { createCipheriv } from 'node:crypto'

/** What two sides may agree on in DTLS (RFC 5764 4.1.2, RFC 7714 14.2), by its number there, or in SDP (RFC 4568 6.2). */
export const SRTP_PROFILES = {
  AES128_CM_HMAC_SHA1_80: { number: 1, keyBytes: 16, saltBytes: 14 },
  /** As the one above, but with a tag of 32 bits for RTP: there are phones that know nothing longer. RTCP keeps its 80. */
  AES128_CM_HMAC_SHA1_32: { number: 2, keyBytes: 16, saltBytes: 14 },
  AEAD_AES_128_GCM: { number: 7, keyBytes: 16, saltBytes: 12 },
} as const

/** How packets are protected. */
export type SrtpProfile = keyof typeof SRTP_PROFILES

/** One direction's master key, with its salt. */
export interface MasterKey {
  readonly key: Uint8Array
  readonly salt: Uint8Array
}

/** What is known once both sides have agreed. */
export interface SrtpKeys {
  readonly profile: SrtpProfile
  readonly local: MasterKey
  readonly remote: MasterKey
}

/** The keys of one direction and one of RTP and RTCP. */
export interface SessionKeys {
  readonly key: Buffer
  readonly authentication: Buffer
  readonly salt: Buffer
}

/** RFC 3711 4.3.2: the labels of RTP's keys; RTCP's are three further on. */
const LABELS = { rtp: 0, rtcp: 3 } as const

/** RFC 3711 4.3.1, with a key derivation rate of zero: the keys last as long as the association. */
export function deriveKeys(master: MasterKey, profile: SrtpProfile, kind: 'rtp' | 'rtcp'): SessionKeys {
  const label = LABELS[kind]
  return {
    key: derive(master, label, 16),
    authentication: derive(master, label + 1, 20),
    salt: derive(master, label + 2, SRTP_PROFILES[profile].saltBytes),
  }
}

/** The key stream of AES in counter mode, from the salt with the label over its eighth octet (a GCM salt is padded on the right). */
function derive({ key, salt }: MasterKey, label: number, bytes: number): Buffer {
  const counter = Buffer.alloc(16)
  counter.set(salt)
  counter[7]! ^= label
  return createCipheriv('aes-128-ctr', key, counter).update(Buffer.alloc(bytes))
}

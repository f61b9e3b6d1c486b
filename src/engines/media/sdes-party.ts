import { randomBytes } from 'node:crypto'
import type { SrtpParty } from '#protocols/control'
import { SRTP_PROFILES, SrtcpReceiver, SrtcpSender, type SrtpProfile, SrtpReceiver, SrtpSender } from '#protocols/srtp'

/** The names of SDP (RFC 4568 6.2). */
const PROFILES: Readonly<Record<NonNullable<SrtpParty['suite']>, SrtpProfile>> = {
  AES_CM_128_HMAC_SHA1_80: 'AES128_CM_HMAC_SHA1_80',
  AES_CM_128_HMAC_SHA1_32: 'AES128_CM_HMAC_SHA1_32',
}

const { keyBytes: KEY_BYTES, saltBytes: SALT_BYTES } = SRTP_PROFILES.AES128_CM_HMAC_SHA1_80

/**
 * The secrecy of a party that has told its key in SDP (RFC 4568), and has been told ours. Ours lasts as long as the session: another path, or an
 * offer that says the same, changes nothing.
 */
export class SdesParty {
  /** Our master key and salt in base64, for our SDP. */
  readonly key = randomBytes(KEY_BYTES + SALT_BYTES).toString('base64')
  #suite: SrtpParty['suite']
  #remoteKey: string | undefined
  #in: { readonly rtp: SrtpReceiver; readonly rtcp: SrtcpReceiver } | undefined
  #out: { readonly rtp: SrtpSender; readonly rtcp: SrtcpSender } | undefined

  /** Whether sound can flow. */
  get isSecured(): boolean {
    return this.#in !== undefined
  }

  /** Takes what the party says of itself; what it said before goes on. */
  agree({ suite, key }: SrtpParty): void {
    if (!suite || !key || (suite === this.#suite && key === this.#remoteKey)) return
    const profile = PROFILES[suite]
    const remote = masterOf(key)
    this.#in = { rtp: new SrtpReceiver(remote, profile), rtcp: new SrtcpReceiver(remote, profile) }
    if (suite !== this.#suite) {
      const local = masterOf(this.key)
      const rtp = new SrtpSender(local, profile, this.#out?.rtp)
      this.#out = { rtp, rtcp: this.#out?.rtcp ?? new SrtcpSender(local, profile) }
    }
    this.#suite = suite
    this.#remoteKey = key
  }

  /** The packet in clear; undefined when it is not genuine. Any bytes may be given. */
  open(packet: Buffer): Buffer | undefined {
    return this.#in?.rtp.open(packet)
  }

  openControl(packet: Buffer): Buffer | undefined {
    return this.#in?.rtcp.open(packet)
  }

  /** The packet as it goes to the party; undefined while there are no keys. */
  protect(packet: Buffer): Buffer | undefined {
    return this.#out?.rtp.protect(packet)
  }

  protectControl(packet: Buffer): Buffer | undefined {
    return this.#out?.rtcp.protect(packet)
  }
}

function masterOf(key: string) {
  const bytes = Buffer.from(key, 'base64')
  return { key: bytes.subarray(0, KEY_BYTES), salt: bytes.subarray(KEY_BYTES) }
}

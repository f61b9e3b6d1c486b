import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto'
import { deriveKeys, type MasterKey, type SessionKeys, type SrtpProfile } from './keys.ts'
import { PacketIndex } from './packet-index.ts'
import { counter } from './srtp.ts'

/**
 * RFC 3711 3.4 and RFC 7714 9: the first eight octets in clear, then the rest encrypted, then
 *
 *   AES-CM:  | E | index (31 bits) | tag (80 bits) |
 *   AES-GCM: | tag (128 bits) | E | index (31 bits) |
 */
const CLEAR_BYTES = 8
const INDEX_BYTES = 4
const TAG_BYTES = 10
const GCM_TAG_BYTES = 16
const ENCRYPTED = 0x8000_0000

/** Makes RTCP packets secret and genuine. */
export class SrtcpSender {
  readonly #keys: SessionKeys
  readonly #gcm: boolean
  #index = 0

  constructor(master: MasterKey, profile: SrtpProfile) {
    this.#keys = deriveKeys(master, profile, 'rtcp')
    this.#gcm = profile === 'AEAD_AES_128_GCM'
  }

  protect(packet: Buffer): Buffer {
    this.#index = (this.#index + 1) & 0x7fff_ffff
    const { key, salt, authentication } = this.#keys
    const ssrc = packet.readUInt32BE(4)
    const trailer = Buffer.alloc(INDEX_BYTES)
    trailer.writeUInt32BE((ENCRYPTED | this.#index) >>> 0)
    const clear = packet.subarray(0, CLEAR_BYTES)
    if (this.#gcm) {
      const cipher = createCipheriv('aes-128-gcm', key, gcmVector(salt, ssrc, this.#index))
      cipher.setAAD(Buffer.concat([clear, trailer]))
      const body = cipher.update(packet.subarray(CLEAR_BYTES))
      cipher.final()
      return Buffer.concat([clear, body, cipher.getAuthTag(), trailer])
    }
    const cipher = createCipheriv('aes-128-ctr', key, counter(salt, ssrc, this.#index))
    const covered = Buffer.concat([clear, cipher.update(packet.subarray(CLEAR_BYTES)), trailer])
    const tag = createHmac('sha1', authentication).update(covered).digest().subarray(0, TAG_BYTES)
    return Buffer.concat([covered, tag])
  }
}

/** Opens what an `SrtcpSender` of the other side made. */
export class SrtcpReceiver {
  readonly #keys: SessionKeys
  readonly #gcm: boolean
  readonly #index = new PacketIndex()

  constructor(master: MasterKey, profile: SrtpProfile) {
    this.#keys = deriveKeys(master, profile, 'rtcp')
    this.#gcm = profile === 'AEAD_AES_128_GCM'
  }

  /** The RTCP packet in clear; undefined when it is not genuine or was here before. Any bytes may be given. */
  open(packet: Buffer): Buffer | undefined {
    const tagBytes = this.#gcm ? GCM_TAG_BYTES : TAG_BYTES
    if (packet.length < CLEAR_BYTES + INDEX_BYTES + tagBytes) return undefined
    const indexAt = packet.length - INDEX_BYTES - (this.#gcm ? 0 : TAG_BYTES)
    const word = packet.readUInt32BE(indexAt)
    const index = word % ENCRYPTED
    // RFC 3711 lets RTCP go in clear with a tag; no browser does, and what is not secret is not taken.
    if (word < ENCRYPTED || !this.#index.isNew(index)) return undefined
    const plain = this.#gcm ? this.#unsealed(packet, index) : this.#unsigned(packet, index)
    if (plain) this.#index.take(index)
    return plain
  }

  #unsealed(packet: Buffer, index: number): Buffer | undefined {
    const end = packet.length - INDEX_BYTES - GCM_TAG_BYTES
    const clear = packet.subarray(0, CLEAR_BYTES)
    const vector = gcmVector(this.#keys.salt, packet.readUInt32BE(4), index)
    const decipher = createDecipheriv('aes-128-gcm', this.#keys.key, vector)
    decipher.setAAD(Buffer.concat([clear, packet.subarray(packet.length - INDEX_BYTES)]))
    decipher.setAuthTag(packet.subarray(end, end + GCM_TAG_BYTES))
    const body = decipher.update(packet.subarray(CLEAR_BYTES, end))
    try {
      decipher.final()
    } catch {
      return undefined
    }
    return Buffer.concat([clear, body])
  }

  #unsigned(packet: Buffer, index: number): Buffer | undefined {
    const { key, salt, authentication } = this.#keys
    const covered = packet.subarray(0, packet.length - TAG_BYTES)
    const tag = createHmac('sha1', authentication).update(covered).digest().subarray(0, TAG_BYTES)
    if (!timingSafeEqual(tag, packet.subarray(covered.length))) return undefined
    const decipher = createDecipheriv('aes-128-ctr', key, counter(salt, packet.readUInt32BE(4), index))
    const body = decipher.update(packet.subarray(CLEAR_BYTES, covered.length - INDEX_BYTES))
    return Buffer.concat([packet.subarray(0, CLEAR_BYTES), body])
  }
}

/** RFC 7714 9.1. */
function gcmVector(salt: Buffer, ssrc: number, index: number): Buffer {
  const vector = Buffer.alloc(12)
  vector.writeUInt32BE(ssrc, 2)
  vector.writeUInt32BE(index, 8)
  for (let i = 0; i < 12; i++) vector[i]! ^= salt[i]!
  return vector
}

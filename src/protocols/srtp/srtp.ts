import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto'
import { deriveKeys, type MasterKey, type SessionKeys, type SrtpProfile } from './keys.ts'
import { PacketIndex } from './packet-index.ts'

/** RFC 3711 5: HMAC-SHA1, cut to 80 bits or, RFC 4568 6.2.2, to 32; RFC 7714 5.1. */
const TAG_BYTES: Readonly<Record<SrtpProfile, number>> = {
  AES128_CM_HMAC_SHA1_80: 10,
  AES128_CM_HMAC_SHA1_32: 4,
  AEAD_AES_128_GCM: 16,
}

const RTP_HEADER_BYTES = 12
const WRAP = 0x1_0000

/** A browser changes its SSRC with a new track; more streams at once are of no party of ours. */
const STREAMS_MAX = 8

/** Makes RTP packets secret and genuine: one direction of one association. */
export class SrtpSender {
  readonly #keys: SessionKeys
  readonly #gcm: boolean
  readonly #tagBytes: number
  readonly #index: PacketIndex

  /** One that follows on another with the same key goes on counting: no packet's place may be protected twice. */
  constructor(master: MasterKey, profile: SrtpProfile, before?: SrtpSender) {
    this.#index = before ? before.#index : new PacketIndex()
    this.#keys = deriveKeys(master, profile, 'rtp')
    this.#gcm = profile === 'AEAD_AES_128_GCM'
    this.#tagBytes = TAG_BYTES[profile]
  }

  /** The packet with its fixed header, encrypted; the bytes given are left alone. */
  protect(packet: Buffer): Buffer {
    const sequence = packet.readUInt16BE(2)
    const index = this.#index.guess(sequence)
    this.#index.take(index)
    return this.#gcm ? this.#sealed(packet, index) : this.#signed(packet, index)
  }

  #sealed(packet: Buffer, index: number): Buffer {
    const cipher = createCipheriv('aes-128-gcm', this.#keys.key, gcmVector(this.#keys.salt, packet, index))
    const header = packet.subarray(0, RTP_HEADER_BYTES)
    cipher.setAAD(header)
    const body = cipher.update(packet.subarray(RTP_HEADER_BYTES))
    cipher.final()
    return Buffer.concat([header, body, cipher.getAuthTag()])
  }

  #signed(packet: Buffer, index: number): Buffer {
    const { key, salt, authentication } = this.#keys
    const cipher = createCipheriv('aes-128-ctr', key, counter(salt, packet.readUInt32BE(8), index))
    const body = cipher.update(packet.subarray(RTP_HEADER_BYTES))
    const out = Buffer.allocUnsafe(packet.length + this.#tagBytes)
    packet.copy(out, 0, 0, RTP_HEADER_BYTES)
    body.copy(out, RTP_HEADER_BYTES)
    tagOf(out.subarray(0, packet.length), index, authentication).copy(out, packet.length, 0, this.#tagBytes)
    return out
  }
}

/** Opens what an `SrtpSender` of the other side made; forged and repeated packets are seen. */
export class SrtpReceiver {
  readonly #keys: SessionKeys
  readonly #gcm: boolean
  readonly #tagBytes: number
  readonly #streams = new Map<number, PacketIndex>()

  constructor(master: MasterKey, profile: SrtpProfile) {
    this.#keys = deriveKeys(master, profile, 'rtp')
    this.#gcm = profile === 'AEAD_AES_128_GCM'
    this.#tagBytes = TAG_BYTES[profile]
  }

  /** The RTP packet in clear; undefined when it is not genuine, was here before, or is no RTP. Any bytes may be given. */
  open(packet: Buffer): Buffer | undefined {
    const start = headerBytes(packet)
    if (start === undefined || packet.length < start + this.#tagBytes) return undefined
    const ssrc = packet.readUInt32BE(8)
    const stream = this.#streams.get(ssrc) ?? new PacketIndex()
    const index = stream.guess(packet.readUInt16BE(2))
    if (!stream.isNew(index)) return undefined
    const plain = this.#gcm ? this.#unsealed(packet, start, index) : this.#unsigned(packet, start, index)
    if (!plain) return undefined
    stream.take(index)
    if (!this.#streams.has(ssrc)) this.#remember(ssrc, stream)
    return plain
  }

  #remember(ssrc: number, stream: PacketIndex): void {
    this.#streams.set(ssrc, stream)
    if (this.#streams.size > STREAMS_MAX) this.#streams.delete(this.#streams.keys().next().value!)
  }

  #unsealed(packet: Buffer, start: number, index: number): Buffer | undefined {
    const decipher = createDecipheriv('aes-128-gcm', this.#keys.key, gcmVector(this.#keys.salt, packet, index))
    decipher.setAAD(packet.subarray(0, start))
    decipher.setAuthTag(packet.subarray(packet.length - this.#tagBytes))
    const body = decipher.update(packet.subarray(start, packet.length - this.#tagBytes))
    try {
      decipher.final()
    } catch {
      return undefined
    }
    return Buffer.concat([packet.subarray(0, start), body])
  }

  #unsigned(packet: Buffer, start: number, index: number): Buffer | undefined {
    const { key, salt, authentication } = this.#keys
    const end = packet.length - this.#tagBytes
    const tag = tagOf(packet.subarray(0, end), index, authentication).subarray(0, this.#tagBytes)
    if (!timingSafeEqual(tag, packet.subarray(end))) return undefined
    const decipher = createDecipheriv('aes-128-ctr', key, counter(salt, packet.readUInt32BE(8), index))
    const out = Buffer.allocUnsafe(end)
    packet.copy(out, 0, 0, start)
    decipher.update(packet.subarray(start, end)).copy(out, start)
    return out
  }
}

/** RFC 3550 5.1: where the payload begins; contributing sources and an extension are in clear. */
function headerBytes(packet: Buffer): number | undefined {
  if (packet.length < RTP_HEADER_BYTES || packet[0]! >> 6 !== 2) return undefined
  let bytes = RTP_HEADER_BYTES + 4 * (packet[0]! & 0x0f)
  if ((packet[0]! & 0x10) !== 0) {
    if (packet.length < bytes + 4) return undefined
    bytes += 4 + 4 * packet.readUInt16BE(bytes + 2)
  }
  return bytes
}

/** RFC 3711 4.1.1: IV = (salt * 2^16) XOR (SSRC * 2^64) XOR (index * 2^16). */
export function counter(salt: Buffer, ssrc: number, index: number): Buffer {
  const vector = Buffer.alloc(16)
  salt.copy(vector)
  vector.writeUInt32BE((vector.readUInt32BE(4) ^ ssrc) >>> 0, 4)
  const high = Math.floor(index / 0x1_0000_0000)
  vector.writeUInt16BE(vector.readUInt16BE(8) ^ high, 8)
  vector.writeUInt32BE((vector.readUInt32BE(10) ^ (index % 0x1_0000_0000)) >>> 0, 10)
  return vector
}

/** RFC 7714 8.1: two octets of zero, SSRC, how often the number wrapped, number; with the salt. */
function gcmVector(salt: Buffer, packet: Buffer, index: number): Buffer {
  const vector = Buffer.alloc(12)
  packet.copy(vector, 2, 8, 12)
  vector.writeUInt32BE(Math.floor(index / WRAP) >>> 0, 6)
  vector.writeUInt16BE(index % WRAP, 10)
  for (let i = 0; i < 12; i++) vector[i]! ^= salt[i]!
  return vector
}

/** RFC 3711 4.2: over the packet and how often its number has wrapped. */
function tagOf(packet: Buffer, index: number, key: Buffer): Buffer {
  const wraps = Buffer.allocUnsafe(4)
  wraps.writeUInt32BE(Math.floor(index / WRAP) >>> 0)
  return createHmac('sha1', key).update(packet).update(wraps).digest()
}

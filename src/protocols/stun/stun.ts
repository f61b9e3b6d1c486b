import { createHmac, timingSafeEqual } from 'node:crypto'
import { isIPv6 } from 'node:net'
import { crc32 } from 'node:zlib'

/**
 * STUN (RFC 8489) as far as ICE lite (RFC 8445 2.5) needs it: a check is read, its sender proved, and answered.
 *
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *   |0 0|     STUN Message Type     |         Message Length        |
 *   |                         Magic Cookie                          |
 *   |                     Transaction ID (96 bits)                  |
 *   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 */
const HEADER_BYTES = 20
const COOKIE = 0x2112_a442

const BINDING_REQUEST = 0x0001
const BINDING_SUCCESS = 0x0101

const USERNAME = 0x0006
const MESSAGE_INTEGRITY = 0x0008
const XOR_MAPPED_ADDRESS = 0x0020
const USE_CANDIDATE = 0x0025
const FINGERPRINT = 0x8028

const INTEGRITY_BYTES = 20
const FINGERPRINT_XOR = 0x5354_554e

/** A check of ICE has some 100 bytes; a longer one is of no ICE agent. */
const MESSAGE_BYTES_MAX = 548

/** A check of the peer whose integrity is proved. */
export interface BindingRequest {
  readonly transaction: Buffer
  /** `<our fragment>:<the peer's>`. */
  readonly username: string
  /** The peer has chosen this way (USE-CANDIDATE). */
  readonly nominates: boolean
}

/** Reads a binding request that was signed with our password; undefined for all else. Any bytes may be given. */
export function readBindingRequest(packet: Buffer, password: string): BindingRequest | undefined {
  if (packet.length < HEADER_BYTES || packet.length > MESSAGE_BYTES_MAX) return undefined
  if (packet.readUInt16BE(0) !== BINDING_REQUEST || packet.readUInt32BE(4) !== COOKIE) return undefined
  if (packet.readUInt16BE(2) !== packet.length - HEADER_BYTES) return undefined
  let username: string | undefined
  let nominates = false
  for (let at = HEADER_BYTES; at + 4 <= packet.length; ) {
    const type = packet.readUInt16BE(at)
    const length = packet.readUInt16BE(at + 2)
    const end = at + 4 + length
    if (end > packet.length) return undefined
    if (type === USERNAME) username = packet.toString('utf8', at + 4, end)
    else if (type === USE_CANDIDATE) nominates = true
    else if (type === MESSAGE_INTEGRITY) {
      if (username === undefined || length !== INTEGRITY_BYTES) return undefined
      const proved = timingSafeEqual(integrity(packet, at, password), packet.subarray(at + 4, end))
      return proved ? { transaction: Buffer.from(packet.subarray(8, HEADER_BYTES)), username, nominates } : undefined
    }
    at = end + ((4 - (length & 3)) & 3)
  }
  return undefined
}

/** The answer to a check: the address that it came from, signed with our password. */
export function writeBindingResponse(
  { transaction }: Pick<BindingRequest, 'transaction'>,
  from: { readonly address: string; readonly port: number },
  password: string,
): Buffer {
  return message(BINDING_SUCCESS, transaction, [[XOR_MAPPED_ADDRESS, mapped(from, transaction)]], password)
}

/** A check as a peer sends it: for tests, and for programs that play a browser. */
export function writeBindingRequest(request: BindingRequest, password: string): Buffer {
  const attributes: (readonly [number, Buffer])[] = [[USERNAME, Buffer.from(request.username)]]
  if (request.nominates) attributes.push([USE_CANDIDATE, Buffer.alloc(0)])
  return message(BINDING_REQUEST, request.transaction, attributes, password)
}

function message(
  type: number,
  transaction: Buffer,
  attributes: readonly (readonly [number, Buffer])[],
  password: string,
): Buffer {
  const parts = attributes.map(([name, value]) => attribute(name, value))
  const plain = Buffer.concat([Buffer.alloc(HEADER_BYTES), ...parts])
  plain.writeUInt16BE(type, 0)
  plain.writeUInt32BE(COOKIE, 4)
  transaction.copy(plain, 8)
  const signed = Buffer.concat([plain, attribute(MESSAGE_INTEGRITY, integrity(plain, plain.length, password))])
  signed.writeUInt16BE(signed.length + 8 - HEADER_BYTES, 2)
  const check = Buffer.alloc(4)
  check.writeUInt32BE((crc32(signed) ^ FINGERPRINT_XOR) >>> 0)
  return Buffer.concat([signed, attribute(FINGERPRINT, check)])
}

function attribute(type: number, value: Buffer): Buffer {
  const padded = Buffer.alloc(4 + value.length + ((4 - (value.length & 3)) & 3))
  padded.writeUInt16BE(type, 0)
  padded.writeUInt16BE(value.length, 2)
  value.copy(padded, 4)
  return padded
}

/** RFC 8489 14.5: over all before the attribute, with a length that ends with it. */
function integrity(packet: Buffer, until: number, password: string): Buffer {
  const covered = Buffer.from(packet.subarray(0, until))
  covered.writeUInt16BE(until + 4 + INTEGRITY_BYTES - HEADER_BYTES, 2)
  return createHmac('sha1', password).update(covered).digest()
}

/** RFC 8489 14.2. */
function mapped({ address, port }: { readonly address: string; readonly port: number }, transaction: Buffer): Buffer {
  const bytes = addressBytes(address)
  const value = Buffer.alloc(4 + bytes.length)
  value[1] = bytes.length === 4 ? 1 : 2
  value.writeUInt16BE(port ^ (COOKIE >>> 16), 2)
  const mask = Buffer.alloc(16)
  mask.writeUInt32BE(COOKIE)
  transaction.copy(mask, 4)
  for (let i = 0; i < bytes.length; i++) value[4 + i] = bytes[i]! ^ mask[i]!
  return value
}

function addressBytes(address: string): Buffer {
  if (!isIPv6(address)) return Buffer.from(address.split('.').map(Number))
  const [before = '', after] = (address.split('%')[0] ?? '').split('::')
  const head = groups(before)
  const tail = after === undefined ? [] : groups(after)
  const all = [...head, ...Array(Math.max(0, 8 - head.length - tail.length)).fill(0), ...tail]
  const bytes = Buffer.alloc(16)
  for (let i = 0; i < 8; i++) bytes.writeUInt16BE((all[i] ?? 0) & 0xffff, 2 * i)
  return bytes
}

function groups(text: string): number[] {
  if (text === '') return []
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)]
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number)
    return [(a << 8) | b, (c << 8) | d]
  })
}

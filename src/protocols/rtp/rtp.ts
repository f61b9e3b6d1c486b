/** The fixed header of RTP, RFC 3550 5.1. */
export const RTP_HEADER_BYTES = 12

const VERSION = 2

/** What our own packets start with: version 2, no padding, no extension, no contributing sources. */
const FIRST_OCTET = VERSION << 6

/**
 * The header of one packet, filled in place: one view serves a whole thread, so that reading a packet makes no object.
 * It is only valid until the next `read`.
 */
export class RtpView {
  marker = false
  payloadType = 0
  sequence = 0
  timestamp = 0
  ssrc = 0
  /** Where the payload lies in the packet; the end does not count padding. */
  payloadStart = 0
  payloadEnd = 0

  /** Reads the header; false when the bytes are not RTP or their lengths lie. Any bytes may be given. */
  read(packet: Buffer): boolean {
    if (packet.length < RTP_HEADER_BYTES) return false
    const first = packet[0]!
    if (first >> 6 !== VERSION) return false
    let start = RTP_HEADER_BYTES + 4 * (first & 0x0f)
    if ((first & 0x10) !== 0) {
      if (start + 4 > packet.length) return false
      start += 4 + 4 * packet.readUInt16BE(start + 2)
    }
    let end = packet.length
    if ((first & 0x20) !== 0) {
      const padding = packet[end - 1]!
      if (padding === 0) return false
      end -= padding
    }
    if (start > end) return false
    const second = packet[1]!
    this.marker = second >= 0x80
    this.payloadType = second & 0x7f
    this.sequence = (packet[2]! << 8) | packet[3]!
    this.timestamp = packet.readUInt32BE(4)
    this.ssrc = packet.readUInt32BE(8)
    this.payloadStart = start
    this.payloadEnd = end
    return true
  }

  /** Whether the packet is the fixed header and its payload, nothing else: such a packet can be sent on by changing its header in place. */
  plain(packet: Buffer): boolean {
    return packet[0] === FIRST_OCTET
  }
}

/** The parts of a fixed header that differ from packet to packet. */
export interface RtpHeader {
  readonly marker: boolean
  readonly payloadType: number
  readonly sequence: number
  readonly timestamp: number
  readonly ssrc: number
}

/** Writes a fixed header into the first twelve bytes; numbers are taken modulo their width. */
export function writeRtpHeader(packet: Buffer, header: RtpHeader): void {
  packet[0] = FIRST_OCTET
  packet[1] = header.marker ? 0x80 | header.payloadType : header.payloadType
  packet[2] = (header.sequence >> 8) & 0xff
  packet[3] = header.sequence & 0xff
  packet.writeUInt32BE(header.timestamp >>> 0, 4)
  packet.writeUInt32BE(header.ssrc >>> 0, 8)
}

/** How far `to` is ahead of `from` on the circle of 16 bits: -32768 to 32767. */
export function sequenceDelta(to: number, from: number): number {
  return ((to - from) << 16) >> 16
}

/** How far `to` is ahead of `from` on the circle of 32 bits. */
export function timestampDelta(to: number, from: number): number {
  return (to - from) | 0
}

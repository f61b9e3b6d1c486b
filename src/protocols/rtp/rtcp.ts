import type { ReceptionReport } from './reception.ts'

const VERSION = 2
const TYPE = { senderReport: 200, receiverReport: 201, sourceDescription: 202, bye: 203 } as const
const CNAME = 1

/** Seconds from 1900 (NTP) to 1970. */
const NTP_OFFSET_S = 2_208_988_800

/** A compound packet fits a datagram; more than this many parts is no sender that we know. */
const PARTS_MAX = 32

const SENDER_INFO_BYTES = 20
const BLOCK_BYTES = 24

/** What a sender report says of the stream that is sent (RFC 3550 6.4.1). */
export interface SenderInfo {
  readonly wallMs: number
  readonly timestamp: number
  readonly packets: number
  readonly octets: number
}

/** What a report says of a stream that is received. */
export interface ReportBlock extends ReceptionReport {
  /** Middle 32 bits of the NTP time of the last sender report; 0 when there was none. */
  readonly lastReport: number
  /** Since that report, in 1/65536 s. */
  readonly delay: number
}

/** What is to stand in a compound packet. */
export interface RtcpOutput {
  readonly ssrc: number
  readonly cname: string
  /** Present when packets were sent since the last report: it becomes a sender report. */
  readonly sender?: SenderInfo
  readonly block?: ReportBlock
  readonly bye?: boolean
}

/** Writes a compound packet: a report, the CNAME and, at the end of the session, BYE (RFC 3550 6.1). */
export function writeRtcp(output: RtcpOutput): Buffer {
  const parts = [report(output), description(output)]
  if (output.bye) parts.push(part(TYPE.bye, 1, u32(output.ssrc)))
  return Buffer.concat(parts)
}

/** What a compound packet told us. */
export interface RtcpInput {
  /** The sender's reports: its stream and the middle 32 bits of its NTP time. */
  readonly senders: readonly { readonly ssrc: number; readonly lastReport: number }[]
  readonly blocks: readonly ReportBlock[]
  readonly bye: boolean
}

/** Reads a compound packet; undefined when the first part is not a report or a length lies. Parts of other kinds are passed over. */
export function readRtcp(packet: Buffer): RtcpInput | undefined {
  const senders: { ssrc: number; lastReport: number }[] = []
  const blocks: ReportBlock[] = []
  let bye = false
  let at = 0
  for (let parts = 0; at < packet.length; parts++) {
    if (parts >= PARTS_MAX || packet.length - at < 8 || packet[at]! >> 6 !== VERSION) return undefined
    const type = packet[at + 1]!
    const end = at + 4 + 4 * packet.readUInt16BE(at + 2)
    if (end > packet.length || (parts === 0 && type !== TYPE.senderReport && type !== TYPE.receiverReport))
      return undefined
    const body = packet.subarray(at, end)
    if (type === TYPE.senderReport) {
      if (body.length < 8 + SENDER_INFO_BYTES) return undefined
      senders.push({ ssrc: body.readUInt32BE(4), lastReport: body.readUInt32BE(10) })
      readBlocks(body, 8 + SENDER_INFO_BYTES, blocks)
    } else if (type === TYPE.receiverReport) {
      readBlocks(body, 8, blocks)
    } else if (type === TYPE.bye) {
      bye = true
    }
    at = end
  }
  return at === 0 ? undefined : { senders, blocks, bye }
}

/** The middle 32 bits of the NTP time: what a report block names the last sender report by. */
export function ntpMiddle(wallMs: number): number {
  const seconds = Math.floor(wallMs / 1000) + NTP_OFFSET_S
  const fraction = Math.floor(((wallMs % 1000) / 1000) * 65_536)
  return (((seconds & 0xffff) << 16) | fraction) >>> 0
}

function report(output: RtcpOutput): Buffer {
  const blocks = output.block ? [block(output.block)] : []
  if (!output.sender) return part(TYPE.receiverReport, blocks.length, Buffer.concat([u32(output.ssrc), ...blocks]))
  const { wallMs, timestamp, packets, octets } = output.sender
  const info = Buffer.alloc(SENDER_INFO_BYTES)
  info.writeUInt32BE((Math.floor(wallMs / 1000) + NTP_OFFSET_S) >>> 0, 0)
  info.writeUInt32BE(Math.floor(((wallMs % 1000) / 1000) * 2 ** 32) >>> 0, 4)
  info.writeUInt32BE(timestamp >>> 0, 8)
  info.writeUInt32BE(packets >>> 0, 12)
  info.writeUInt32BE(octets >>> 0, 16)
  return part(TYPE.senderReport, blocks.length, Buffer.concat([u32(output.ssrc), info, ...blocks]))
}

function block(value: ReportBlock): Buffer {
  const bytes = Buffer.alloc(BLOCK_BYTES)
  bytes.writeUInt32BE(value.ssrc >>> 0, 0)
  bytes[4] = value.fractionLost
  bytes.writeUIntBE(Math.min(value.packetsLost, 0x7fffff), 5, 3)
  bytes.writeUInt32BE(value.highestSequence >>> 0, 8)
  bytes.writeUInt32BE(value.jitter >>> 0, 12)
  bytes.writeUInt32BE(value.lastReport >>> 0, 16)
  bytes.writeUInt32BE(value.delay >>> 0, 20)
  return bytes
}

function readBlocks(body: Buffer, from: number, into: ReportBlock[]): void {
  const count = body[0]! & 0x1f
  for (let i = 0, at = from; i < count && at + BLOCK_BYTES <= body.length; i++, at += BLOCK_BYTES) {
    into.push({
      ssrc: body.readUInt32BE(at),
      fractionLost: body[at + 4]!,
      packetsLost: body.readIntBE(at + 5, 3),
      highestSequence: body.readUInt32BE(at + 8),
      jitter: body.readUInt32BE(at + 12),
      lastReport: body.readUInt32BE(at + 16),
      delay: body.readUInt32BE(at + 20),
    })
  }
}

function description(output: RtcpOutput): Buffer {
  const name = Buffer.from(output.cname).subarray(0, 255)
  const item = Buffer.concat([Buffer.from([CNAME, name.length]), name])
  // At least one zero octet ends the list, and zeros fill it to a multiple of four.
  const padded = Buffer.alloc(4 * Math.floor(item.length / 4) + 4)
  item.copy(padded)
  return part(TYPE.sourceDescription, 1, Buffer.concat([u32(output.ssrc), padded]))
}

function part(type: number, count: number, body: Buffer): Buffer {
  const head = Buffer.alloc(4)
  head[0] = (VERSION << 6) | count
  head[1] = type
  head.writeUInt16BE(body.length / 4, 2)
  return Buffer.concat([head, body])
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value >>> 0, 0)
  return bytes
}

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ntpMiddle, type RtcpOutput, readRtcp, writeRtcp } from './rtcp.ts'

const u32 = fc.integer({ min: 0, max: 0xffff_ffff })

const block = fc.record({
  ssrc: u32,
  fractionLost: fc.integer({ min: 0, max: 255 }),
  packetsLost: fc.integer({ min: 0, max: 0x7fffff }),
  highestSequence: u32,
  jitter: u32,
  lastReport: u32,
  delay: u32,
})

const sender = fc.record({
  wallMs: fc.integer({ min: Date.UTC(2020), max: Date.UTC(2100) }),
  timestamp: u32,
  packets: u32,
  octets: u32,
})

const output: fc.Arbitrary<RtcpOutput> = fc.record(
  { ssrc: u32, cname: fc.string({ maxLength: 300 }), sender, block, bye: fc.boolean() },
  { requiredKeys: ['ssrc', 'cname'] },
)

/** One part of a compound packet, of any kind: `words` may lie about its length. */
function part(type: number, body: Uint8Array, words = body.length / 4, count = 0): Buffer {
  const head = Buffer.alloc(4)
  head[0] = 0x80 | count
  head[1] = type
  head.writeUInt16BE(words & 0xffff, 2)
  return Buffer.concat([head, body])
}

describe('RTCP, any', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(output, (written) => {
        const bytes = writeRtcp(written)
        expect(bytes.length % 4).toBe(0)
        expect(readRtcp(bytes)).toEqual({
          senders: written.sender ? [{ ssrc: written.ssrc, lastReport: ntpMiddle(written.sender.wallMs) }] : [],
          blocks: written.block ? [written.block] : [],
          bye: written.bye ?? false,
        })
      }),
    )
  })

  it('has a name within 255 octets that ends in zeros, whatever the name is', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 400 }), (cname) => {
        const bytes = writeRtcp({ ssrc: 1, cname })
        const length = bytes[8 + 9]!
        const expected = Buffer.from(cname).subarray(0, 255)
        expect(length).toBe(expected.length)
        expect(bytes.subarray(18, 18 + length)).toEqual(expected)
        expect(bytes.length).toBeGreaterThan(18 + length)
        expect([...bytes.subarray(18 + length)].every((octet) => octet === 0)).toBe(true)
      }),
    )
  })

  it('bears any bytes, and makes of them no more than they can hold', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc
        .tuple(output, fc.array(fc.tuple(fc.nat(400), fc.integer({ min: 0, max: 255 })), { maxLength: 6 }))
        .map(([written, changes]) => {
          const packet = writeRtcp(written)
          for (const [at, value] of changes) packet[at % packet.length] = value
          return packet
        }),
    )
    fc.assert(
      fc.property(bytes, (packet) => {
        const read = readRtcp(Buffer.from(packet))
        if (read) expect(24 * read.blocks.length + 8 * read.senders.length).toBeLessThanOrEqual(packet.length)
      }),
      { numRuns: 1000 },
    )
  })

  it('is refused when it does not begin with a report, and where a length goes beyond its end', () => {
    const report = part(201, Buffer.alloc(4))
    expect(readRtcp(report)).toEqual({ senders: [], blocks: [], bye: false })
    expect(readRtcp(part(203, Buffer.alloc(4)))).toBeUndefined()
    expect(readRtcp(part(202, Buffer.alloc(4)))).toBeUndefined()
    for (const words of [2, 3, 0xffff]) expect(readRtcp(part(201, Buffer.alloc(4), words)), `${words}`).toBeUndefined()
    expect(readRtcp(Buffer.concat([report, report.subarray(0, 5)]))).toBeUndefined()
    expect(readRtcp(part(200, Buffer.alloc(20)))).toBeUndefined()
  })

  it('passes over parts of other kinds, and reads what stands behind them', () => {
    const feedback = part(205, Buffer.alloc(8))
    const report = part(201, Buffer.alloc(4))
    const unknown = part(255, Buffer.alloc(0))
    const bye = part(203, Buffer.alloc(4), 1, 1)
    expect(readRtcp(Buffer.concat([report, feedback, unknown, bye]))).toMatchObject({ bye: true })
  })

  it('reads only blocks that are there, whatever number is promised', () => {
    const blocks = Buffer.alloc(4 + 2 * 24)
    for (const promised of [0, 1, 2, 3, 31]) {
      const read = readRtcp(part(201, blocks, blocks.length / 4, promised))
      expect(read?.blocks).toHaveLength(Math.min(2, promised))
    }
  })

  it('reads a loss below zero as one: doubled packets make it so', () => {
    const bytes = writeRtcp({
      ssrc: 1,
      cname: 'x',
      block: { ssrc: 2, fractionLost: 0, packetsLost: 0, highestSequence: 1, jitter: 0, lastReport: 0, delay: 0 },
    })
    bytes.fill(0xff, 13, 16)
    expect(readRtcp(bytes)?.blocks[0]?.packetsLost).toBe(-1)
  })
})

describe('the middle of an NTP time', () => {
  it('goes up by 65,536 a second, also over its wrap', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), fc.integer({ min: 0, max: 60_000 }), (wallMs, laterMs) => {
        const units = (ntpMiddle(wallMs + laterMs) - ntpMiddle(wallMs)) >>> 0
        expect(Math.abs(units - laterMs * 65.536)).toBeLessThanOrEqual(1)
      }),
    )
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RTP_HEADER_BYTES, RtpView, sequenceDelta, timestampDelta, writeRtpHeader } from './rtp.ts'

const sequence = fc.integer({ min: 0, max: 0xffff })
const timestamp = fc.integer({ min: 0, max: 0xffff_ffff })

const header = fc.record({
  marker: fc.boolean(),
  payloadType: fc.integer({ min: 0, max: 127 }),
  sequence,
  timestamp,
  ssrc: timestamp,
})

describe('circles of numbers', () => {
  it('lead from one number to the other, the short way round', () => {
    fc.assert(
      fc.property(sequence, sequence, (from, to) => {
        const delta = sequenceDelta(to, from)
        expect((from + delta) & 0xffff).toBe(to)
        expect(delta).toBeGreaterThanOrEqual(-0x8000)
        expect(delta).toBeLessThan(0x8000)
        if (delta !== -0x8000) expect(sequenceDelta(from, to)).toBe(delta === 0 ? 0 : -delta)
      }),
    )
    fc.assert(
      fc.property(timestamp, timestamp, (from, to) => {
        const delta = timestampDelta(to, from)
        expect((from + delta) >>> 0).toBe(to)
        expect(Math.abs(delta)).toBeLessThanOrEqual(0x8000_0000)
      }),
    )
  })

  it('add up along a walk, however often it goes round', () => {
    const steps = fc.array(fc.integer({ min: -3000, max: 3000 }), { maxLength: 200 })
    fc.assert(
      fc.property(fc.integer({ min: 65_000, max: 0xffff }), steps, (start, walk) => {
        let at = start
        let sum = 0
        for (const step of walk) {
          const next = (at + step) & 0xffff
          sum += sequenceDelta(next, at)
          at = next
        }
        expect(sum).toBe(walk.reduce((total, step) => total + step, 0))
      }),
    )
  })

  it('count 140,000 packets from 65,000 on without a step out of line', () => {
    let wide = 65_000
    for (let n = 1; n <= 140_000; n++) {
      const delta = sequenceDelta((65_000 + n) & 0xffff, wide & 0xffff)
      if (delta !== 1) expect.fail(`packet ${n} is ${delta} ahead`)
      wide += delta
    }
    expect(wide).toBe(205_000)
  })
})

describe('RTP header, any', () => {
  it('is read as it was written, behind it the payload and nothing else', () => {
    const view = new RtpView()
    fc.assert(
      fc.property(header, fc.uint8Array({ maxLength: 400 }), (fields, payload) => {
        const bytes = Buffer.concat([Buffer.alloc(RTP_HEADER_BYTES), payload])
        writeRtpHeader(bytes, fields)
        expect(view.read(bytes)).toBe(true)
        expect(view).toMatchObject(fields)
        expect(bytes.subarray(view.payloadStart, view.payloadEnd)).toEqual(Buffer.from(payload))
        expect(view.plain(bytes)).toBe(true)
      }),
    )
  })

  it('takes numbers modulo their width', () => {
    const view = new RtpView()
    const bytes = Buffer.alloc(RTP_HEADER_BYTES)
    writeRtpHeader(bytes, { marker: false, payloadType: 8, sequence: 65_536 + 7, timestamp: -1, ssrc: 2 ** 32 + 5 })
    view.read(bytes)
    expect(view).toMatchObject({ sequence: 7, timestamp: 0xffff_ffff, ssrc: 5 })
  })

  it('of any bytes is refused, or says only what lies within them', () => {
    const view = new RtpView()
    const first = fc.integer({ min: 0x80, max: 0xbf })
    fc.assert(
      fc.property(first, fc.uint8Array({ maxLength: 120 }), (octet, rest) => {
        const bytes = Buffer.concat([Buffer.from([octet]), rest])
        if (!view.read(bytes)) return
        expect(view.payloadStart).toBeGreaterThanOrEqual(RTP_HEADER_BYTES + 4 * (octet & 0x0f))
        expect(view.payloadStart).toBeLessThanOrEqual(view.payloadEnd)
        expect(view.payloadEnd).toBeLessThanOrEqual(bytes.length)
        expect(view.plain(bytes)).toBe(octet === 0x80)
      }),
      { numRuns: 1000 },
    )
  })
})

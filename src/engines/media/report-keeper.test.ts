import { describe, expect, it } from 'vitest'
import { ntpMiddle, Reception, readRtcp, writeRtcp } from '#protocols/rtp'
import { OutStream } from './out-stream.ts'
import { ReportKeeper } from './report-keeper.ts'

const WALL_MS = Date.UTC(2026, 0, 1)

describe('report keeper', () => {
  it('reports what was sent and received, and when it last heard from the party', () => {
    const out = new OutStream(7, 100, 1000)
    const reception = new Reception()
    const reports = new ReportKeeper(out, reception, 'media@tandem')
    expect(readRtcp(reports.write({ nowMs: 0, wallMs: WALL_MS, bye: false }))).toMatchObject({
      senders: [],
      blocks: [],
    })
    for (let n = 0; n < 100; n++) out.make(0, 160, 20 * n)
    for (let n = 0; n < 100; n++) if (n % 10 !== 5) reception.arrived(99, n)
    const theirs = writeRtcp({
      ssrc: 99,
      cname: 'phone',
      sender: { wallMs: WALL_MS, timestamp: 0, packets: 1, octets: 1 },
    })
    reports.read(theirs, 1500)
    const bytes = reports.write({ nowMs: 2000, wallMs: WALL_MS + 2000, bye: false })
    const read = readRtcp(bytes)!
    expect(read.senders).toHaveLength(1)
    expect(bytes.readUInt32BE(20)).toBe(100)
    expect(bytes.readUInt32BE(24)).toBe(16_000)
    expect(read.blocks[0]).toMatchObject({
      ssrc: 99,
      packetsLost: 10,
      highestSequence: 99,
      delay: 32_768,
      lastReport: readRtcp(theirs)!.senders[0]!.lastReport,
    })
    expect(readRtcp(reports.write({ nowMs: 7000, wallMs: WALL_MS, bye: true }))).toMatchObject({
      senders: [],
      bye: true,
    })
  })

  it('counts what it cannot read', () => {
    const reports = new ReportKeeper(new OutStream(1, 1, 1), new Reception(), 'x')
    reports.read(Buffer.from('nonsense'), 0)
    expect(reports.malformed).toBe(1)
  })

  describe('the way to the party and back', () => {
    /** We report at 10 s; the party answers after `delayMs` of its own, and its report is with us at `atMs`. */
    function measured(atMs: number, delayMs: number, change: (lastReport: number) => number = (id) => id) {
      const out = new OutStream(7, 100, 1000)
      const reports = new ReportKeeper(out, new Reception(), 'media@tandem')
      out.make(0, 160, 0)
      reports.write({ nowMs: 10_000, wallMs: WALL_MS, bye: false })
      const block = { ssrc: 7, fractionLost: 0, packetsLost: 0, highestSequence: 101, jitter: 0 }
      const lastReport = change(ntpMiddle(WALL_MS))
      const delay = Math.round(delayMs * 65.536)
      reports.read(writeRtcp({ ssrc: 99, cname: 'phone', block: { ...block, lastReport, delay } }), atMs)
      return reports.roundTripMs
    }

    it('is the time since our report without what the party took', () => {
      expect(measured(10_080, 30)).toBeCloseTo(50, 1)
      expect(measured(13_500, 3400)).toBeCloseTo(100, 1)
    })

    it('is never below zero, and not known when the report is not ours or the times cannot be', () => {
      expect(measured(10_080, 81)).toBe(0)
      expect(measured(10_080, 5000)).toBeUndefined()
      expect(measured(90_000, 0)).toBeUndefined()
      expect(measured(10_080, 30, () => 0)).toBeUndefined()
      expect(measured(10_080, 30, (id) => id + 1)).toBeUndefined()
    })

    it('is found for the report before the last one too, and does not mind a wall clock that jumps', () => {
      const out = new OutStream(7, 100, 1000)
      const reports = new ReportKeeper(out, new Reception(), 'media@tandem')
      for (const [nowMs, wallMs] of [
        [5000, WALL_MS],
        [10_000, WALL_MS - 3_600_000],
      ] as const) {
        out.make(0, 160, nowMs)
        reports.write({ nowMs, wallMs, bye: false })
      }
      const block = { ssrc: 7, fractionLost: 0, packetsLost: 0, highestSequence: 101, jitter: 0, delay: 0 }
      for (const [wallMs, expected] of [
        [WALL_MS - 3_600_000, 40],
        [WALL_MS, 5040],
      ] as const) {
        const answer = { ...block, lastReport: ntpMiddle(wallMs) }
        reports.read(writeRtcp({ ssrc: 99, cname: 'phone', block: answer }), 10_040)
        expect(reports.roundTripMs).toBeCloseTo(expected, 1)
      }
    })
  })
})

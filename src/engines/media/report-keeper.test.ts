import { describe, expect, it } from 'vitest'
import { Reception, readRtcp, writeRtcp } from '#protocols/rtp'
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
})

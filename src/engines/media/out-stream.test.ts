import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type RtpHeader, RtpView, sequenceDelta, timestampDelta } from '#protocols/rtp'
import { OutStream } from './out-stream.ts'

function viewOf(fields: Partial<RtpView>): RtpView {
  return Object.assign(new RtpView(), { ssrc: 9, payloadType: 0, sequence: 0, timestamp: 0, marker: false, ...fields })
}

/** A source that sends 20 ms packets from these numbers on. */
function source(sequence: number, timestamp: number, ssrc = 9) {
  return (n: number) =>
    viewOf({ ssrc, sequence: (sequence + n) & 0xffff, timestamp: (timestamp + 160 * n) >>> 0, marker: false })
}

const CUT = { payloadType: 0, samples: 240 } as const

describe('out stream', () => {
  it('counts its own packets over both wraps: numbers by one, timestamps by their samples', () => {
    const stream = new OutStream(1, 65_534, 0xffff_ff00)
    const headers = Array.from({ length: 5 }, (_, i) => stream.make(0, 160, 20 * i))
    expect(headers.map((header) => header.sequence)).toEqual([65_535, 0, 1, 2, 3])
    for (let i = 1; i < 5; i++) expect(timestampDelta(headers[i]!.timestamp, headers[i - 1]!.timestamp)).toBe(160)
    expect(headers.map((header) => header.marker)).toEqual([true, false, false, false, false])
  })

  it('shows a pause in the timestamps and by the marker, and a late timer in neither', () => {
    const stream = new OutStream(1, 0, 0)
    stream.make(0, 160, 0)
    expect(stream.make(0, 160, 31)).toMatchObject({ timestamp: 160, marker: false })
    expect(stream.make(0, 160, 131)).toMatchObject({ timestamp: 960, marker: true, sequence: 3 })
  })

  it('shifts a relayed stream and leaves its order, losses and pauses as they are', () => {
    fc.assert(
      fc.property(
        fc.record({
          sequence: fc.integer({ min: 65_000, max: 65_535 }),
          timestamp: fc.constantFrom(0, 0xffff_f000, 0x7fff_ff00),
          order: fc.shuffledSubarray(
            Array.from({ length: 40 }, (_, i) => i),
            { minLength: 2 },
          ),
        }),
        ({ sequence, timestamp, order }) => {
          const stream = new OutStream(1, 30_000, 500)
          const packet = source(sequence, timestamp)
          const first = stream.relay(packet(0), 0, 160, 0)!
          for (const n of order) {
            const header = stream.relay(packet(n), 0, 160, 20)!
            expect(sequenceDelta(header.sequence, first.sequence)).toBe(n)
            expect(timestampDelta(header.timestamp, first.timestamp)).toBe(160 * n)
          }
        },
      ),
    )
  })

  it('closes up the numbers of packets that are not passed on, and drops what is older than they', () => {
    const stream = new OutStream(1, 0, 0)
    const packet = source(65_530, 0)
    const sent: (RtpHeader | undefined)[] = []
    for (const n of [0, 1, 2]) sent.push(stream.relay(packet(n), 0, 160, 20 * n))
    for (const n of [3, 4, 5, 5, 4]) stream.skip(packet(n))
    for (const n of [6, 2, 7]) sent.push(stream.relay(packet(n), 0, 160, 20 * n))
    expect(sent.map((header) => header?.sequence)).toEqual([1, 2, 3, 4, undefined, 5])
  })

  it('makes one stream of whatever the party hears: every source, cut and skip in any order', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('make' as const) }),
      fc.record({ do: fc.constant('relay' as const), from: fc.integer({ min: 0, max: 2 }) }),
      fc.record({ do: fc.constant('recut' as const), from: fc.integer({ min: 0, max: 2 }) }),
      fc.record({ do: fc.constant('skip' as const), from: fc.integer({ min: 0, max: 2 }) }),
    )
    fc.assert(
      fc.property(fc.array(step, { minLength: 2, maxLength: 60 }), (steps) => {
        const stream = new OutStream(77, 65_500, 0xffff_f000)
        const sources = [source(65_535, 0xffff_ffff, 5), source(0, 7, 6), source(40_000, 0x8000_0000, 7)]
        let hearing = -1
        const sent: RtpHeader[] = []
        steps.forEach((what, i) => {
          const nowMs = 20 * i
          const from = what.do === 'make' ? -1 : what.from
          if (from !== hearing) stream.begin()
          hearing = from
          if (what.do === 'make') {
            sent.push(stream.make(0, 160, nowMs))
            return
          }
          const view = sources[what.from]!(i)
          if (what.do === 'skip') stream.skip(view)
          else if (what.do === 'relay') sent.push(stream.relay(view, 0, 160, nowMs)!)
          else {
            stream.follow(view, nowMs)
            sent.push(stream.recut({ ...CUT, timestamp: view.timestamp, samples: 160, nowMs }))
          }
        })
        for (let i = 1; i < sent.length; i++) {
          expect(sent[i]!.ssrc).toBe(77)
          expect(sequenceDelta(sent[i]!.sequence, sent[i - 1]!.sequence)).toBe(1)
          expect(timestampDelta(sent[i]!.timestamp, sent[i - 1]!.timestamp)).toBeGreaterThanOrEqual(160)
        }
        expect(stream.packets).toBe(sent.length)
      }),
      { numRuns: 300 },
    )
  })

  it('gives a cut packet the source’s time, and goes back to relaying without a step', () => {
    const stream = new OutStream(1, 0, 1000)
    const packet = source(65_000, 8000)
    const first = stream.relay(packet(0), 0, 160, 0)!
    stream.follow(packet(1), 20)
    stream.follow(packet(2), 40)
    const cut = stream.recut({ ...CUT, timestamp: 8160, nowMs: 40 })
    const last = stream.relay(packet(4), 0, 160, 80)!
    expect([first, cut, last].map((header) => header.sequence)).toEqual([1, 2, 3])
    expect([cut, last].map((header) => timestampDelta(header.timestamp, first.timestamp))).toEqual([160, 640])
    expect([cut.marker, last.marker]).toEqual([false, false])
  })

  it('maps a source anew that jumps, and tells the timestamp of any moment', () => {
    const stream = new OutStream(1, 0, 0)
    stream.relay(source(100, 0)(0), 0, 160, 0)
    const jumped = stream.relay(source(10_000, 99_999)(0), 0, 160, 20)!
    expect(jumped).toMatchObject({ sequence: 2, timestamp: 160, marker: true })
    expect(stream.timestampAt(45)).toBe(160 + 25 * 8)
  })
})

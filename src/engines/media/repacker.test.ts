import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Repacker } from './repacker.ts'

const SILENCE = 0xff

interface CutPacket {
  readonly at: number
  readonly octets: number[]
}

function repacker(samples: number): { repacker: Repacker; cut: CutPacket[] } {
  const cut: CutPacket[] = []
  const made = new Repacker('PCMU', samples, (octets, at) => cut.push({ at, octets: [...octets] }))
  return { repacker: made, cut }
}

/** Octets that tell their place: never the octet of silence. */
function octets(from: number, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, i) => (from + i) % 251)
}

describe('repacker', () => {
  it('cuts any packet lengths into any other, octet for octet, over the wrap of the timestamp', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 600 }), { minLength: 1, maxLength: 30 }),
        fc.constantFrom(80, 160, 240, 480),
        fc.constantFrom(0, 0xffff_ff00, 0x7fff_ff80),
        (lengths, samples, start) => {
          const { repacker: made, cut } = repacker(samples)
          let at = 0
          for (const length of lengths) {
            made.push(octets(at, length), (start + at) >>> 0)
            at += length
          }
          expect(cut).toHaveLength(Math.floor(at / samples))
          expect(cut.flatMap((packet) => packet.octets)).toEqual([...octets(0, cut.length * samples)])
          cut.forEach((packet, i) => {
            expect(packet.at).toBe((start + i * samples) >>> 0)
          })
          expect(made.holds).toBe(at % samples > 0)
        },
      ),
    )
  })

  it('puts every octet where its timestamp says, whatever is lost, late or doubled', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 60 }), (arrivals) => {
        const { repacker: made, cut } = repacker(240)
        for (const n of arrivals) made.push(octets(160 * n, 160), 160 * n)
        made.flush()
        let before = -1
        for (const packet of cut) {
          expect(packet.at).toBeGreaterThan(before)
          before = packet.at + 239
          packet.octets.forEach((octet, i) => {
            if (octet !== SILENCE) expect(octet).toBe((packet.at + i) % 251)
          })
        }
        const heard = cut.flatMap((packet) => packet.octets).filter((octet) => octet !== SILENCE)
        expect(heard.length).toBeLessThanOrEqual(160 * new Set(arrivals).size)
        expect(heard.length).toBeGreaterThanOrEqual(160)
      }),
    )
  })

  it('fills the packet under way with silence before a gap, and drops what comes after its turn', () => {
    const { repacker: made, cut } = repacker(240)
    made.push(octets(0, 160), 0)
    made.push(octets(800, 160), 800)
    expect(cut).toEqual([{ at: 0, octets: [...octets(0, 160), ...Array(80).fill(SILENCE)] }])
    made.push(octets(640, 160), 640)
    made.push(octets(960, 160), 960)
    expect(cut[1]).toEqual({ at: 800, octets: [...octets(800, 240)] })
    expect(cut).toHaveLength(2)
  })

  it('takes only the new part of what overlaps', () => {
    const { repacker: made, cut } = repacker(240)
    made.push(octets(0, 160), 0)
    made.push(octets(80, 160), 80)
    expect(cut).toEqual([{ at: 0, octets: [...octets(0, 240)] }])
    expect(made.holds).toBe(false)
  })

  it('begins anew where the timestamps jump, forward or back, without the rest of before', () => {
    for (const jump of [100_000, -100_000]) {
      const { repacker: made, cut } = repacker(240)
      made.push(octets(0, 160), 500_000)
      made.push(octets(0, 240), 500_000 + jump)
      expect(cut).toEqual([{ at: 500_000 + jump, octets: [...octets(0, 240)] }])
    }
  })

  it('gives nothing when there is nothing', () => {
    const { repacker: made, cut } = repacker(160)
    made.flush()
    made.push(new Uint8Array(0), 5)
    made.flush()
    expect(cut).toEqual([])
  })
})

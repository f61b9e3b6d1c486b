import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DtmfDetector, dtmfTone } from '#protocols/audio'
import { telephoneEventPackets } from '#protocols/rtp'
import { EventTone } from './event-tone.ts'

const TIMESTAMP = 0xffff_ff00

/** The pieces that the packets of an event give, in order, as one sound. */
function sung(payloads: readonly Uint8Array[], tone = new EventTone(), timestamp = TIMESTAMP): Int16Array {
  const pieces = payloads.flatMap((payload, i) => tone.take(payload, timestamp, 20 * i) ?? [])
  return Int16Array.from(pieces.flatMap((piece) => [...piece.samples]))
}

const payloadsOf = (digit: string, durationMs: number) =>
  telephoneEventPackets(digit, durationMs).map((packet) => packet.payload)

describe('tone of a telephone event', () => {
  it('MED-09 is the whole tone, sample for sample, whatever packets are lost or doubled on the way', () => {
    const digits = fc.constantFrom(...'0123456789*#ABCD')
    fc.assert(
      fc.property(digits, fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 8 }), (digit, copies) => {
        const payloads = payloadsOf(digit, 200).flatMap((payload, i, all) => {
          const lossIsBearable = i < all.length - 1 && (copies[i - 1] ?? 1) > 0
          return Array<Uint8Array>(lossIsBearable ? (copies[i] ?? 1) : 1).fill(payload)
        })
        expect(sung(payloads)).toEqual(dtmfTone(digit, 200))
      }),
    )
  })

  it('lies where the event lies in time', () => {
    const tone = new EventTone()
    const at = payloadsOf('5', 60).flatMap((payload, i) => tone.take(payload, TIMESTAMP, 20 * i)?.timestamp ?? [])
    expect(at).toEqual([TIMESTAMP, TIMESTAMP + 160, (TIMESTAMP + 320) >>> 0])
  })

  it('is heard as that key', () => {
    for (const digit of '159D*0#') {
      const detector = new DtmfDetector()
      const heard = [...detector.push(sung(payloadsOf(digit, 100))), ...detector.push(new Int16Array(800))]
      expect(heard.map((tone) => tone.digit)).toEqual([digit])
    }
  })

  it('is under way from the first packet to the end, or a little after the last one that came', () => {
    const tone = new EventTone()
    expect(tone.underWay(0)).toBe(false)
    tone.take(Uint8Array.of(5, 10, 0, 160), 1000, 0)
    expect(tone.underWay(100)).toBe(true)
    expect(tone.underWay(130)).toBe(false)
    tone.take(Uint8Array.of(5, 0x8a, 1, 64), 1000, 140)
    expect(tone.underWay(141)).toBe(false)
    expect(tone.take(Uint8Array.of(5, 0x8a, 1, 224), 1000, 160)).toBeUndefined()
  })

  it('does not make seconds of sound of one packet, nor any of an older event or of nonsense', () => {
    const tone = new EventTone()
    expect(tone.take(Uint8Array.of(5, 10, 0xff, 0xff), 1000, 0)?.samples).toHaveLength(800)
    expect(tone.take(Uint8Array.of(7, 10, 0, 160), 500, 20)).toBeUndefined()
    for (const payload of [[], [1], [1, 2, 3], [16, 0, 1, 1], [255, 255, 255, 255]]) {
      expect(tone.take(Uint8Array.from(payload), 90_000, 40)).toBeUndefined()
    }
    expect(tone.take(Uint8Array.of(7, 10, 0, 160), 2000, 60)?.samples).toHaveLength(160)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { timestampDelta } from '#protocols/rtp'
import { WideClock, widened } from './wide-clock.ts'

const stamp = fc.constantFrom(0, 0x7fff_ff00, 0xffff_ff00, 0xffff_ffff)

describe('a clock of 48 kHz, seen in 8 kHz', () => {
  it('runs at a sixth of it, over the end of its circle and back for what is late', () => {
    const steps = fc.array(fc.integer({ min: -3, max: 50 }), { minLength: 1, maxLength: 200 })
    fc.assert(
      fc.property(stamp, steps, (start, moves) => {
        const clock = new WideClock()
        const first = clock.narrow(start)
        let packets = 0
        for (const move of moves) {
          packets += move
          const narrow = clock.narrow((start + 960 * packets) >>> 0)
          expect(timestampDelta(narrow, first)).toBe(160 * packets)
        }
      }),
    )
  })

  it('is six times ours on the way out, over the end of our circle', () => {
    fc.assert(
      fc.property(stamp, fc.nat(1000), (start, packets) => {
        const later = widened((start + 160 * packets) >>> 0)
        expect(timestampDelta(later, widened(start))).toBe(960 * packets)
      }),
    )
  })

  it('runs on for days', () => {
    const clock = new WideClock()
    clock.narrow(17)
    let at = 17
    for (let hours = 0; hours < 2000; hours++) {
      at = (at + 3600 * 48_000) >>> 0
      clock.narrow(at)
    }
    expect(timestampDelta(clock.narrow((at + 960) >>> 0), clock.narrow(at))).toBe(160)
  })
})

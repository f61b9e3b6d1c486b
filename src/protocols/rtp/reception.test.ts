import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Reception } from './reception.ts'

const SSRC = 0x1234_5678

/** The same counts from whole numbers that never wrap: slow, simple and surely right. */
class Model {
  readonly #arrived: number[] = []
  #expectedBefore = 0
  #receivedBefore = 0

  arrived(wide: number): void {
    this.#arrived.push(wide)
  }

  get expected(): number {
    return this.#arrived.length === 0 ? 0 : Math.max(...this.#arrived) - this.#arrived[0]! + 1
  }

  get received(): number {
    return this.#arrived.length
  }

  get lost(): number {
    return Math.max(0, this.expected - this.received)
  }

  /** RFC 3550 6.4.1: of what was expected since the last report, in 256ths, rounded down. */
  fraction(): number {
    const expected = this.expected - this.#expectedBefore
    const lost = expected - (this.received - this.#receivedBefore)
    this.#expectedBefore = this.expected
    this.#receivedBefore = this.received
    return expected <= 0 || lost <= 0 ? 0 : Math.min(255, Math.floor((lost * 256) / expected))
  }
}

/** What a network does to each packet: loses it, doubles it, lets up to fifty others pass it. */
const fate = fc.record({
  copies: fc.constantFrom(0, 1, 1, 1, 1, 1, 2),
  delay: fc.constantFrom(0, 0, 0, 0, 0, 3, 11, 50),
})

/** The numbers, unwrapped, in the order of their arrival. */
function carried(start: number, fates: readonly { copies: number; delay: number }[]): number[] {
  return fates
    .flatMap(({ copies, delay }, n) =>
      Array.from({ length: copies }, (_, copy) => ({ wide: start + n, at: n + delay + copy * 2.5 })),
    )
    .sort((a, b) => a.at - b.at || a.wide - b.wide)
    .map(({ wide }) => wide)
}

describe('reception against a model', () => {
  it('counts what is lost, late and doubled, over the wrap', () => {
    const start = fc.integer({ min: 65_000, max: 65_535 })
    fc.assert(
      fc.property(start, fc.array(fate, { minLength: 1, maxLength: 400 }), (from, fates) => {
        const reception = new Reception()
        const model = new Model()
        carried(from, fates).forEach((wide, i) => {
          reception.arrived(SSRC, wide & 0xffff)
          model.arrived(wide)
          expect(reception.packetsLost).toBe(model.lost)
          if (i % 37 === 36) expect(reception.report()?.fractionLost).toBe(model.fraction())
        })
        expect(reception.packetsReceived).toBe(model.received)
      }),
    )
  })

  it('tells the highest number with its wraps, three times round', () => {
    const reception = new Reception()
    for (let wide = 65_000; wide < 65_000 + 200_000; wide += 1 + (wide % 7)) reception.arrived(SSRC, wide & 0xffff)
    const highest = reception.report()!.highestSequence
    expect(highest).toBeGreaterThan(264_990)
    expect(highest & 0xffff).toBeLessThan(0xffff)
    expect(reception.packetsLost).toBe(highest - 65_000 + 1 - reception.packetsReceived)
  })

  it('goes on counting when the party begins a new stream, and counts no loss between them', () => {
    const streams = fc.array(
      fc.record({ start: fc.integer({ min: 0, max: 65_535 }), fates: fc.array(fate, { minLength: 1, maxLength: 60 }) }),
      { minLength: 1, maxLength: 5 },
    )
    fc.assert(
      fc.property(streams, (parts) => {
        const reception = new Reception()
        let lost = 0
        let received = 0
        parts.forEach(({ start, fates }, ssrc) => {
          const model = new Model()
          for (const wide of carried(start, fates)) {
            reception.arrived(ssrc + 1, wide & 0xffff)
            model.arrived(wide)
          }
          lost += model.lost
          received += model.received
        })
        expect([reception.packetsLost, reception.packetsReceived]).toEqual([lost, received])
      }),
    )
  })

  it('lets no single wild number disturb what it counts', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 65_535 }), { maxLength: 20 }), (wild) => {
        const reception = new Reception()
        const far = wild.filter((number) => {
          const delta = (number - 65_200) & 0xffff
          return delta > 3200 && delta < 0x10000 - 400
        })
        for (let n = 0; n < 400; n++) {
          expect(reception.arrived(SSRC, (65_000 + n) & 0xffff)).not.toBe('suspect')
          const stray = far[n]
          if (stray !== undefined) expect(reception.arrived(SSRC, stray)).toBe('suspect')
        }
        expect([reception.packetsLost, reception.packetsReceived]).toEqual([0, 400])
      }),
    )
  })
})

describe('jitter', () => {
  /** RFC 3550 A.8 as it stands there, over the differences of transit times. */
  function jitterOf(delaysMs: readonly number[]): number {
    let jitter = 0
    for (let i = 1; i < delaysMs.length; i++) {
      jitter += (Math.abs(delaysMs[i]! - delaysMs[i - 1]!) - jitter) / 16
    }
    return jitter
  }

  it('is what A.8 gives for any delays, wherever the timestamps begin', () => {
    const delays = fc.array(fc.double({ min: 0, max: 300, noNaN: true }), { minLength: 2, maxLength: 200 })
    fc.assert(
      fc.property(delays, fc.constantFrom(0, 0x7fff_0000, 123_456_789), (delaysMs, start) => {
        const reception = new Reception()
        for (const [i, delayMs] of delaysMs.entries()) reception.timed((start + 160 * i) >>> 0, 20 * i + delayMs)
        expect(reception.jitterMs).toBeCloseTo(jitterOf(delaysMs), 6)
      }),
    )
  })

  it('does not see the wrap of the timestamp, nor a step of the party’s clock', () => {
    const reception = new Reception()
    for (let i = 0; i < 200; i++) reception.timed((0xffff_c000 + 160 * i) >>> 0, 20 * i)
    reception.timed(5_000_000, 4000)
    for (let i = 0; i < 50; i++) reception.timed(5_000_000 + 160 * i, 4000 + 20 * i)
    expect(reception.jitterMs).toBe(0)
  })

  it('is reported in units of the clock that the payload has', () => {
    const wide = new Reception(16_000)
    wide.arrived(SSRC, 1)
    for (let i = 0; i < 400; i++) wide.timed(320 * i, 20 * i + (i % 2) * 4)
    expect(wide.jitterMs).toBeCloseTo(4, 1)
    expect(wide.report()?.jitter).toBe(64)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Digit, readTelephoneEvent, TelephoneEventReceiver, telephoneEventPackets } from './telephone-event.ts'

const KEYS = '0123456789*#ABCD'
const key = fc.constantFrom(...KEYS)

interface Packet {
  readonly payload: Uint8Array
  readonly timestamp: number
  readonly atMs: number
}

/** The packets of keys that are pressed one after the other, 100 ms each and 100 ms apart. */
function pressed(keys: readonly string[], start: number): Packet[][] {
  return keys.map((digit, k) =>
    telephoneEventPackets(digit, 100).map(({ payload }, i) => ({
      payload,
      timestamp: (start + 1600 * k) >>> 0,
      atMs: 200 * k + 20 * i,
    })),
  )
}

/** What a receiver tells that looks for lost ends every 100 ms. */
function received(packets: readonly Packet[]): Digit[] {
  const receiver = new TelephoneEventReceiver()
  const digits: Digit[] = []
  let careMs = 0
  for (const { payload, timestamp, atMs } of packets) {
    for (; careMs < atMs; careMs += 100)
      digits.push(...[receiver.expire(careMs)].filter((digit) => digit !== undefined))
    digits.push(...receiver.receive(payload, timestamp, atMs))
  }
  digits.push(...[receiver.expire(careMs + 1000)].filter((digit) => digit !== undefined))
  return digits
}

const spelled = (digits: readonly Digit[]) => digits.map((digit) => digit.digit).join('')

/** Keys, and which packets of each are kept: one at least. */
const lossy = fc
  .array(fc.tuple(key, fc.array(fc.boolean(), { minLength: 7, maxLength: 7 }), fc.nat(6)), {
    minLength: 1,
    maxLength: 12,
  })
  .map((keys) => ({
    keys: keys.map(([digit]) => digit),
    kept: keys.map(([, kept, sure]) => kept.map((keep, i) => keep || i === sure)),
  }))

describe('telephone events under loss', () => {
  it('MED-09 tells every key once and in order, as long as one packet of it comes', () => {
    fc.assert(
      fc.property(lossy, fc.constantFrom(0, 0xffff_f000, 0x7fff_f800), ({ keys, kept }, start) => {
        const packets = pressed(keys, start).flatMap((event, k) => event.filter((_, i) => kept[k]![i]))
        const digits = received(packets)
        expect(spelled(digits)).toBe(keys.join(''))
        for (const { durationMs } of digits) {
          expect(durationMs).toBeGreaterThanOrEqual(20)
          expect(durationMs).toBeLessThanOrEqual(100)
        }
      }),
    )
  })

  it('tells nothing twice, however packets are doubled and overtake each other within an event', () => {
    const order = fc.array(fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 0, 3, 6], { minLength: 1 }), {
      minLength: 1,
      maxLength: 8,
    })
    fc.assert(
      fc.property(order, (orders) => {
        const keys = orders.map((_, k) => KEYS[k]!)
        const events = pressed(keys, 0xffff_f000)
        const packets = orders.flatMap((indices, k) =>
          indices.map((i, at) => ({ ...events[k]![i]!, atMs: 200 * k + 15 * at })),
        )
        expect(spelled(received(packets))).toBe(keys.join(''))
      }),
    )
  })

  it('ignores packets of an earlier key that come after the next one has begun', () => {
    const [first, second] = pressed(['1', '2'], 500)
    const late = { ...first![6]!, atMs: 230 }
    const packets = [...first!.slice(0, 3), second![0]!, late, ...second!.slice(1)]
    expect(received(packets)).toEqual([
      { digit: '1', durationMs: 60 },
      { digit: '2', durationMs: 100 },
    ])
  })

  it('makes one key of a press of half a minute, in segments, also when the packets between are lost', () => {
    const receiver = new TelephoneEventReceiver()
    const digits: Digit[] = []
    const segments = [0, 0xffff, 2 * 0xffff, 3 * 0xffff]
    segments.forEach((at, i) => {
      const last = i === segments.length - 1
      const payload = last ? Uint8Array.of(11, 0x8a, 0x10, 0) : Uint8Array.of(11, 10, 0xff, 0xff)
      digits.push(...receiver.receive(payload, (0xffff_0000 + at) >>> 0, 8192 * i))
    })
    expect(digits).toEqual([{ digit: '#', durationMs: Math.round((3 * 0xffff + 0x1000) / 8) }])
  })

  it('bears any payloads at any times, and tells only keys', () => {
    const packet = fc.tuple(fc.uint8Array({ maxLength: 8 }), fc.integer({ min: 0, max: 0xffff_ffff }))
    fc.assert(
      fc.property(fc.array(packet, { maxLength: 50 }), (packets) => {
        const receiver = new TelephoneEventReceiver()
        packets.forEach(([payload, timestamp], i) => {
          const digits = receiver.receive(payload, timestamp, 20 * i)
          expect(digits.length).toBeLessThanOrEqual(2)
          for (const { digit } of digits) expect(KEYS).toContain(digit)
        })
      }),
    )
  })
})

describe('the packets of a key', () => {
  it('have the marker first, the end three times, and durations that grow by the packet time', () => {
    fc.assert(
      fc.property(key, fc.integer({ min: 1, max: 60 }), fc.constantFrom(10, 20, 30, 60), (digit, steps, ptimeMs) => {
        const packets = telephoneEventPackets(digit, steps * ptimeMs, ptimeMs)
        const read = packets.map(({ payload }) => readTelephoneEvent(payload)!)
        expect(packets.map(({ marker }) => marker)).toEqual([true, ...Array(steps + 1).fill(false)])
        expect(read.map(({ end }) => end)).toEqual([...Array(steps - 1).fill(false), true, true, true])
        read.forEach(({ duration }, i) => {
          expect(duration).toBe(Math.min(i + 1, steps) * ptimeMs * 8)
        })
        expect(new Set(read.map((event) => event.digit))).toEqual(new Set([digit]))
      }),
    )
  })

  it('are none for what is no key, and the same for small letters', () => {
    for (const nothing of ['', 'E', '12', ' ', 'ß']) expect(telephoneEventPackets(nothing, 100)).toEqual([])
    expect(telephoneEventPackets('d', 100)).toEqual(telephoneEventPackets('D', 100))
  })

  it('end at the greatest duration that a packet can tell', () => {
    const last = readTelephoneEvent(telephoneEventPackets('1', 20_000).at(-1)!.payload)
    expect(last).toEqual({ digit: '1', end: true, duration: 0xffff })
  })

  it('are one key where segments join on a clock that was rounded', () => {
    const receiver = new TelephoneEventReceiver()
    const payload = (duration: number, end: boolean) =>
      Uint8Array.of(5, end ? 0x8a : 10, duration >> 8, duration & 0xff)
    expect(receiver.receive(payload(10_923, false), 100, 0)).toEqual([])
    // 65,535 steps of 48 kHz are 10,922.5 of ours.
    expect(receiver.receive(payload(800, false), 100 + 10_922, 20)).toEqual([])
    expect(receiver.receive(payload(1600, true), 100 + 10_922, 40)).toEqual([{ digit: '5', durationMs: 1565 }])
  })
})

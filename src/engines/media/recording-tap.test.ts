import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { transcodeG711 } from '#protocols/audio'
import { numberedPayload } from './fake-party.ts'
import { RecordingTap, type TapOptions } from './recording-tap.ts'

const SILENCE = 0xff

function tapOf(options: Partial<TapOptions> = {}): RecordingTap {
  return new RecordingTap({
    law: 'PCMU',
    tracks: 2,
    startedMs: 1000,
    durationMsMax: 3_600_000,
    transcode: transcodeG711,
    ...options,
  })
}

/** Packet n of a stream, which arrives a little over 20 ms after its sound began, and `lateMs` later. */
function put(tap: RecordingTap, track: number, n: number, lateMs = 0, ssrc = 1): void {
  const view = { ssrc, timestamp: (0xffff_ff00 + 160 * n) >>> 0 }
  tap.write(track, numberedPayload(track, n), { view, law: 'PCMU', nowMs: 1000 + 20 * (n + 1) + lateMs })
}

/** Takes all there is, as often as the plane does, and gives one track. */
function track(tap: RecordingTap, chosen: number, untilMs: number): Buffer {
  const parts: Uint8Array[] = []
  for (let nowMs = 1200; nowMs < untilMs; nowMs += 200) parts.push(tap.take(nowMs, false) ?? new Uint8Array(0))
  parts.push(tap.take(untilMs, true) ?? new Uint8Array(0))
  return Buffer.concat(parts).filter((_, i) => i % 2 === chosen) as Buffer
}

function sound(stream: number, from: number, to: number): Buffer {
  return Buffer.concat(Array.from({ length: to - from }, (_, i) => numberedPayload(stream, from + i)))
}

describe('recording tap', () => {
  it('REC-01 lays both parties side by side, sample for sample, as long as the call', () => {
    const tap = tapOf()
    for (let n = 0; n < 50; n++) {
      put(tap, 0, n)
      if (n >= 10) put(tap, 1, n)
    }
    const octets = tap.take(2000, true)!
    expect(octets).toHaveLength(2 * 8000)
    expect(tap.samples).toBe(8000)
    expect(Buffer.from(octets.filter((_, i) => i % 2 === 0))).toEqual(sound(0, 0, 50))
    const right = Buffer.from(octets.filter((_, i) => i % 2 === 1))
    expect(right).toEqual(Buffer.concat([Buffer.alloc(1600, SILENCE), sound(1, 10, 50)]))
  })

  it('puts packets that come late, in a burst or out of order where they belong', () => {
    const tap = tapOf()
    for (let n = 0; n < 10; n++) put(tap, 0, n)
    for (let n = 10; n < 20; n++) put(tap, 0, n, (20 - n) * 20)
    for (const n of [23, 21, 20, 22]) put(tap, 0, n, (24 - n) * 20)
    for (let n = 24; n < 50; n++) put(tap, 0, n)
    expect(track(tap, 0, 2000)).toEqual(sound(0, 0, 50))
  })

  it('leaves silence where a packet was lost, and doubles none that came twice', () => {
    const tap = tapOf()
    for (let n = 0; n < 50; n++) {
      if (n !== 7) put(tap, 0, n)
      put(tap, 0, n === 7 ? 8 : n)
    }
    expect(track(tap, 0, 2000)).toEqual(Buffer.concat([sound(0, 0, 7), Buffer.alloc(160, SILENCE), sound(0, 8, 50)]))
  })

  it('places a stream anew when it changes, or when its timestamps stood still in a pause', () => {
    const tap = tapOf()
    const parts: Uint8Array[] = []
    const settle = (fromMs: number, nowMs: number) => {
      for (let at = fromMs; at <= nowMs; at += 100) parts.push(tap.take(at, false) ?? new Uint8Array(0))
    }
    for (let n = 0; n < 10; n++) put(tap, 0, n)
    settle(1200, 1700)
    for (let n = 10; n < 20; n++) put(tap, 0, n, 500)
    settle(1900, 2100)
    for (let n = 20; n < 30; n++) put(tap, 0, n, 800, 2)
    parts.push(tap.take(2500, true)!)
    const left = Buffer.concat(parts).filter((_, i) => i % 2 === 0) as Buffer
    expect(left.subarray(0, 1600)).toEqual(sound(0, 0, 10))
    expect(left.subarray(1600 + 4000, 3200 + 4000)).toEqual(sound(0, 10, 20))
    expect(left.subarray(3200 + 6400, 4800 + 6400)).toEqual(sound(0, 20, 30))
    expect(left.subarray(1600, 1600 + 4000)).toEqual(Buffer.alloc(4000, SILENCE))
  })

  it('goes on where a stream would be when its phone stood still and said at once what it had to say', () => {
    const tap = tapOf()
    const parts: Uint8Array[] = []
    const takeAt = (nowMs: number) => parts.push(tap.take(nowMs, false) ?? new Uint8Array(0))
    for (let n = 0; n < 60; n++) {
      put(tap, 0, n)
      if (n % 10 === 9) takeAt(1000 + 20 * (n + 1))
    }
    // It stands still for a second: what is older than the lag has no place any more, the rest has its own.
    for (let n = 70; n <= 110; n += 10) takeAt(1000 + 20 * n)
    for (let n = 60; n < 111; n++) put(tap, 0, n, (110 - n) * 20)
    for (let n = 111; n < 150; n++) put(tap, 0, n)
    parts.push(tap.take(4000, true)!)
    const left = Buffer.concat(parts).filter((_, i) => i % 2 === 0) as Buffer
    expect(left.subarray(0, 60 * 160)).toEqual(sound(0, 0, 60))
    expect(left.subarray(95 * 160)).toEqual(sound(0, 95, 150))
    expect(left.subarray(60 * 160, 95 * 160)).toEqual(Buffer.alloc(35 * 160, SILENCE))
  })

  it('loses nothing that lay unread while this process stood still', () => {
    const tap = tapOf()
    const parts: Uint8Array[] = []
    for (let n = 0; n < 20; n++) put(tap, 0, n)
    for (let at = 1200; at <= 1400; at += 100) parts.push(tap.take(at, false) ?? new Uint8Array(0))
    // Its timers fire before its sockets are read.
    parts.push(tap.take(2800, false)!)
    for (let n = 20; n < 90; n++) put(tap, 0, n, (90 - n) * 20 - 20)
    parts.push(tap.take(2810, false)!)
    for (let n = 90; n < 120; n++) put(tap, 0, n)
    parts.push(tap.take(3400, true)!)
    const left = Buffer.concat(parts).filter((_, i) => i % 2 === 0) as Buffer
    expect(left).toEqual(sound(0, 0, 120))
  })

  it('ends at its greatest length, and takes nothing after it', () => {
    const tap = tapOf({ durationMsMax: 500 })
    for (let n = 0; n < 50; n++) put(tap, 0, n)
    expect(track(tap, 0, 2000)).toEqual(sound(0, 0, 25))
    expect(tap.full).toBe(true)
    expect(tap.take(5000, true)).toBeUndefined()
  })

  it('fills a stall that was longer than its memory with silence, without losing the time', () => {
    const tap = tapOf()
    put(tap, 0, 0)
    expect(tap.take(11_000, true)).toHaveLength(2 * 80_000)
  })

  it('converts only what has the other law', () => {
    let converted = 0
    const tap = tapOf({
      transcode: (...args) => {
        converted++
        transcodeG711(...args)
      },
    })
    put(tap, 0, 0)
    expect(converted).toBe(0)
    const octets = numberedPayload(1, 0)
    tap.write(1, octets, { view: { ssrc: 9, timestamp: 0 }, law: 'PCMA', nowMs: 1020 })
    expect(converted).toBe(1)
    const expected = new Uint8Array(160)
    transcodeG711('PCMA', octets, expected)
    expect(track(tap, 1, 1020)).toEqual(Buffer.from(expected))
  })

  it('REC-01 is as long as the call and holds every packet once, whatever the jitter', () => {
    const packet = fc.record({
      lateMs: fc.constantFrom(0, 0, 0, 1, 5, 20, 60, 140, 250),
      lost: fc.constantFrom(false, false, false, false, false, false, false, true),
      copies: fc.constantFrom(1, 1, 1, 2),
    })
    fc.assert(
      fc.property(fc.array(packet, { minLength: 20, maxLength: 150 }), fc.nat(199), (packets, phaseMs) => {
        const tap = tapOf({ tracks: 1 })
        // The first packet is on time: later ones are placed from it.
        const arrivals = packets
          .flatMap(({ lateMs, lost, copies }, n) =>
            lost && n > 0
              ? []
              : Array.from({ length: copies }, (_, copy) => ({ n, lateMs: n === 0 ? 0 : lateMs + copy * 15 })),
          )
          .sort((a, b) => 20 * a.n + a.lateMs - (20 * b.n + b.lateMs))
        const parts: Uint8Array[] = []
        let takenMs = 1000 + phaseMs
        const endMs = 1000 + 20 * packets.length
        for (const { n, lateMs } of arrivals) {
          const atMs = 1000 + 20 * (n + 1) + lateMs
          // The recording is sealed at the end of the call: what arrives later, arrives nowhere.
          if (atMs > endMs) break
          for (; takenMs < atMs; takenMs += 200) parts.push(tap.take(takenMs, false) ?? new Uint8Array(0))
          put(tap, 0, n, lateMs)
        }
        parts.push(tap.take(endMs, true) ?? new Uint8Array(0))
        const heard = Buffer.concat(parts)
        packets.forEach(({ lost, lateMs }, n) => {
          const expected = lost && n > 0 ? Buffer.alloc(160, SILENCE) : numberedPayload(0, n)
          // What was still under way at the end is not in it.
          if (20 * n + lateMs + 40 < 20 * packets.length) {
            expect(heard.subarray(160 * n, 160 * n + 160), `packet ${n}`).toEqual(expected)
          }
        })
        expect(Math.abs(heard.length / 8 - 20 * packets.length)).toBeLessThanOrEqual(40)
      }),
      { numRuns: 60 },
    )
  })

  describe('over an hour of two clocks that are not alike', () => {
    const HOUR_MS = 3_600_000
    const MARK = 1

    /** The recording of an hour in which a party sends, whose clock is off by so many millionths. Each packet begins with its number. */
    function recorded(ppm: number): { sound: Buffer; packets: number; everyMs: number } {
      const tap = tapOf({ tracks: 1, durationMsMax: 2 * HOUR_MS })
      const everyMs = 20 / (1 + ppm / 1e6)
      const packets = Math.floor(HOUR_MS / everyMs)
      const parts: Uint8Array[] = []
      const payload = new Uint8Array(160).fill(SILENCE)
      let takenMs = 1200
      for (let n = 0; n < packets; n++) {
        const nowMs = 1000 + everyMs * (n + 1)
        for (; takenMs < nowMs; takenMs += 200) parts.push(tap.take(takenMs, false) ?? new Uint8Array(0))
        payload.set([MARK, 2 + (n >> 14), 2 + ((n >> 7) & 0x7f), 2 + (n & 0x7f)])
        tap.write(0, payload, { view: { ssrc: 1, timestamp: (0xfff0_0000 + 160 * n) >>> 0 }, law: 'PCMU', nowMs })
      }
      parts.push(tap.take(1000 + HOUR_MS, true) ?? new Uint8Array(0))
      return { sound: Buffer.concat(parts), packets, everyMs }
    }

    for (const ppm of [100, -100]) {
      it(`is as long as the hour, and each packet within 300 ms of its time, at ${ppm} millionths`, () => {
        const { sound, packets, everyMs } = recorded(ppm)
        expect(Math.abs(sound.length / 8 - HOUR_MS)).toBeLessThanOrEqual(20)
        let [found, worstMs, steps, beforeMs] = [0, 0, 0, 0]
        // The end may cut a packet's number.
        const whole = sound.subarray(0, -160)
        for (let at = whole.indexOf(MARK); at >= 0; at = whole.indexOf(MARK, at + 1)) {
          // Where two packets overlap, what is left of the earlier one's beginning is no number.
          if (sound[at + 1]! === MARK || sound[at + 2]! === MARK || sound[at + 3]! === MARK) continue
          const n = ((sound[at + 1]! - 2) << 14) | ((sound[at + 2]! - 2) << 7) | (sound[at + 3]! - 2)
          const offMs = at / 8 - n * everyMs
          worstMs = Math.max(worstMs, Math.abs(offMs))
          if (Math.abs(offMs - beforeMs) > 5) steps++
          beforeMs = offMs
          found++
        }
        expect(worstMs).toBeLessThan(301)
        // The line of time is mended in few large steps; each may cost as many packets as it is long, and one at either edge.
        expect(steps).toBeLessThanOrEqual(3)
        expect(packets - found).toBeLessThanOrEqual(8 * steps + 2)
      })
    }
  })
})

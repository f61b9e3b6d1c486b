import { describe, expect, it } from 'vitest'
import {
  callBandwidth,
  concurrentCalls,
  desktopServersFor,
  mediaPoints,
  mediaServersFor,
  RECORDING_BITS,
  REFERENCE_PATTERN,
  recordingBytes,
  serverShare,
  serversFor,
} from './installation.ts'

describe('an installation', () => {
  it('of 250 calls on virtual servers with high availability has 6 (CAP-02, CAP-03, CAP-04, AA-02)', () => {
    expect(serversFor(250, 'virtual', true)).toBe(6)
  })

  it('of 140 calls on physical servers has 2 (CAP-05)', () => {
    expect(serversFor(140, 'physical', false)).toBe(2)
  })

  it('adds the shares of both kinds of call up on one server (CAP-06, CAP-07)', () => {
    expect(serverShare({ ivr: 40, agent: 0 })).toBe(1)
    expect(serverShare({ ivr: 0, agent: 100 })).toBe(1)
    expect(serverShare({ ivr: 20, agent: 50 })).toBe(1)
  })

  it('has a desktop server for each 1000 desks (CAP-10, AA-11)', () => {
    expect([desktopServersFor(2_500, false), desktopServersFor(2_500, true), desktopServersFor(0, false)]).toEqual([
      3, 4, 0,
    ])
  })

  it('follows from rate and times: 6 calls a second are 21,600 an hour and 1800 at once (CAP-13, CAP-14)', () => {
    const full = concurrentCalls({ callsPerSecond: 6, ...REFERENCE_PATTERN })
    expect(full).toEqual({ callMs: 300_000, concurrent: 1_800, busyHourCalls: 21_600 })
    expect(Math.ceil(1_662 / (full.callMs / 1_000))).toBe(6)
  })

  it('counts media in points: a call 1, with transcription 1½ (CAP-15, CAP-16)', () => {
    expect(mediaPoints({ calls: 1, transcribed: 1 })).toBe(1.5)
    expect(mediaPoints({ calls: 1_662, transcribed: 1_662 })).toBe(2_493)
    expect(() => mediaPoints({ calls: 1, transcribed: 2 })).toThrow(/transcribed/)
  })

  it('has media servers for its points and one more (CAP-17, CAP-18)', () => {
    const kinds = ['small', 'medium', 'large'] as const
    expect(kinds.map((kind) => mediaServersFor(1_662, kind))).toEqual([8, 5, 3])
    expect(kinds.map((kind) => mediaServersFor(2_493, kind))).toEqual([12, 7, 4])
  })

  it('keeps recordings of 180 s in 360,000 bytes, mono in half of it (CAP-19)', () => {
    expect(recordingBytes({ bitsPerSecond: RECORDING_BITS.stereo, seconds: 180, kept: 1 })).toBe(360_000)
    expect(recordingBytes({ bitsPerSecond: RECORDING_BITS.mono, seconds: 180, kept: 1 })).toBe(180_000)
  })

  it('sends a G.711 call in 87.2 kbit/s on Ethernet, a G.729 call in 31.2', () => {
    expect([callBandwidth(1, 'g711'), callBandwidth(1, 'g729'), callBandwidth(100, 'g711')]).toEqual([
      87_200, 31_200, 8_720_000,
    ])
    expect(() => callBandwidth(1, 'g711', 1)).toThrow(/length of a packet/)
  })
})

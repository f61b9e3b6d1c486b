import { describe, expect, it } from 'vitest'
import { Reception } from './reception.ts'
import { ntpMiddle, readRtcp, writeRtcp } from './rtcp.ts'
import { RtpView, sequenceDelta, timestampDelta, writeRtpHeader } from './rtp.ts'
import { TelephoneEventReceiver, telephoneEventPackets } from './telephone-event.ts'

const HEADER = { marker: true, payloadType: 101, sequence: 65_535, timestamp: 0xffff_fff0, ssrc: 0xdead_beef }

function packet(first: number, rest: readonly number[] = []): Buffer {
  const bytes = Buffer.alloc(12)
  writeRtpHeader(bytes, HEADER)
  bytes[0] = first
  return Buffer.concat([bytes, Buffer.from(rest)])
}

describe('RTP header', () => {
  it('is read as it was written', () => {
    const view = new RtpView()
    const bytes = Buffer.concat([Buffer.alloc(12), Buffer.from('sound')])
    writeRtpHeader(bytes, HEADER)
    expect(view.read(bytes)).toBe(true)
    expect(view).toMatchObject({ ...HEADER, payloadStart: 12, payloadEnd: 17 })
    expect(view.plain(bytes)).toBe(true)
  })

  it('passes over contributing sources, extension and padding', () => {
    const view = new RtpView()
    const extension = [0xbe, 0xde, 0, 1, 9, 9, 9, 9]
    expect(view.read(packet(0x82, [1, 1, 1, 1, 2, 2, 2, 2, 7]))).toBe(true)
    expect([view.payloadStart, view.payloadEnd]).toEqual([20, 21])
    expect(view.read(packet(0x90, [...extension, 7]))).toBe(true)
    expect([view.payloadStart, view.payloadEnd]).toEqual([20, 21])
    expect(view.read(packet(0xa0, [7, 7, 0, 0, 3]))).toBe(true)
    expect([view.payloadStart, view.payloadEnd]).toEqual([12, 14])
    expect(view.plain(packet(0xa0))).toBe(false)
  })

  it('refuses lengths that lie, other versions and short packets', () => {
    const view = new RtpView()
    for (let length = 0; length < 12; length++) expect(view.read(packet(0x80).subarray(0, length))).toBe(false)
    const lies = {
      'version 1': packet(0x40, [1]),
      'fifteen sources in no bytes': packet(0x8f, [1, 2, 3]),
      'extension without header': packet(0x90, [1, 2]),
      'extension longer than the packet': packet(0x90, [0, 0, 0xff, 0xff, 1]),
      'padding longer than the packet': packet(0xa0, [200]),
      'padding of no length': packet(0xa0, [0]),
      'padding over the extension': packet(0xb0, [0, 0, 0, 1, 0, 0, 0, 5]),
    }
    for (const [name, bytes] of Object.entries(lies)) expect(view.read(bytes), name).toBe(false)
  })

  it('counts in circles', () => {
    expect([sequenceDelta(2, 65_534), sequenceDelta(65_534, 2), sequenceDelta(5, 5)]).toEqual([4, -4, 0])
    expect([timestampDelta(100, 0xffff_ff9c), timestampDelta(0xffff_ff9c, 100)]).toEqual([200, -200])
  })
})

describe('reception', () => {
  it('counts no loss over a wrap, and each loss once', () => {
    const reception = new Reception()
    for (let i = 0; i < 200; i++) {
      if (i !== 50 && i !== 51) reception.arrived(1, (65_450 + i) & 0xffff)
    }
    expect([reception.packetsReceived, reception.packetsLost]).toEqual([198, 2])
    expect(reception.report()).toMatchObject({ highestSequence: 65_450 + 199, packetsLost: 2, fractionLost: 2 })
    expect(reception.report()).toMatchObject({ fractionLost: 0 })
  })

  it('takes a late packet back from the losses, and a new stream without loss', () => {
    const reception = new Reception()
    expect([10, 12, 11, 13].map((n) => reception.arrived(1, n))).toEqual(['restarted', 'in-order', 'late', 'in-order'])
    expect(reception.arrived(2, 60_000)).toBe('restarted')
    expect(reception.packetsLost).toBe(0)
  })

  it('doubts a jump until a second packet confirms it', () => {
    const reception = new Reception()
    reception.arrived(1, 100)
    expect(reception.arrived(1, 20_000)).toBe('suspect')
    expect(reception.arrived(1, 101)).toBe('in-order')
    expect(reception.arrived(1, 20_000)).toBe('suspect')
    expect(reception.arrived(1, 20_001)).toBe('restarted')
    expect(reception.packetsLost).toBe(0)
  })

  it('measures jitter as RFC 3550 A.8: none for a steady stream, a sixteenth of each step', () => {
    const steady = new Reception()
    const shaky = new Reception()
    for (let i = 0; i < 100; i++) {
      steady.timed((160 * i + 0xffff_f000) >>> 0, 20 * i)
      shaky.timed(160 * i, 20 * i + (i % 2) * 10)
    }
    expect(steady.jitterMs).toBe(0)
    expect(shaky.jitterMs).toBeGreaterThan(9)
    expect(shaky.jitterMs).toBeLessThanOrEqual(10)
  })
})

describe('RTCP', () => {
  const block = {
    ssrc: 5,
    fractionLost: 9,
    packetsLost: 77,
    highestSequence: 70_000,
    jitter: 12,
    lastReport: 4,
    delay: 6,
  }

  it('is read as it was written: reports, name and farewell', () => {
    const wallMs = Date.UTC(2026, 0, 1, 12, 0, 0, 250)
    const bytes = writeRtcp({
      ssrc: 0xfeed_f00d,
      cname: 'media@tandem',
      sender: { wallMs, timestamp: 1, packets: 2, octets: 3 },
      block,
      bye: true,
    })
    expect(bytes.length % 4).toBe(0)
    expect(readRtcp(bytes)).toEqual({
      senders: [{ ssrc: 0xfeed_f00d, lastReport: ntpMiddle(wallMs) }],
      blocks: [block],
      bye: true,
    })
    expect(readRtcp(writeRtcp({ ssrc: 1, cname: 'x', block }))).toEqual({ senders: [], blocks: [block], bye: false })
  })

  it('bears any bytes: cut, changed and random ones', () => {
    const good = writeRtcp({
      ssrc: 1,
      cname: 'c'.repeat(300),
      sender: { wallMs: 0, timestamp: 1, packets: 2, octets: 3 },
      block,
    })
    for (let cut = 0; cut < good.length; cut++) expect(() => readRtcp(good.subarray(0, cut))).not.toThrow()
    for (let at = 0; at < good.length; at++) {
      for (const value of [0, 0x7f, 0x9f, 0xff]) {
        const bytes = Buffer.from(good)
        bytes[at] = value
        expect(() => readRtcp(bytes)).not.toThrow()
      }
    }
    expect(readRtcp(Buffer.alloc(0))).toBeUndefined()
    const many = Buffer.concat(Array.from({ length: 40 }, () => writeRtcp({ ssrc: 1, cname: 'x' })))
    expect(readRtcp(many)).toBeUndefined()
  })
})

describe('telephone events', () => {
  const receive = (receiver: TelephoneEventReceiver, digit: string, timestamp: number, keep = (_: number) => true) =>
    telephoneEventPackets(digit, 100)
      .filter((_, i) => keep(i))
      .flatMap(({ payload }) => receiver.receive(payload, timestamp, 0))

  it('MED-09 makes one digit of all packets of an event', () => {
    const receiver = new TelephoneEventReceiver()
    const digits = [...'0123456789*#ABCD'].flatMap((digit, i) => receive(receiver, digit, 0xffff_f000 + 2000 * i))
    expect(digits.map((digit) => digit.digit).join('')).toBe('0123456789*#ABCD')
    expect(new Set(digits.map((digit) => digit.durationMs))).toEqual(new Set([100]))
  })

  it('needs only one packet of it, and takes a lost end from the next digit or from time', () => {
    const receiver = new TelephoneEventReceiver()
    expect(receive(receiver, '1', 1000, (i) => i === 6)).toEqual([{ digit: '1', durationMs: 100 }])
    expect(receive(receiver, '2', 3000, (i) => i < 3)).toEqual([])
    expect(receive(receiver, '3', 5000)).toEqual([
      { digit: '2', durationMs: 60 },
      { digit: '3', durationMs: 100 },
    ])
    expect(receive(receiver, '4', 7000, (i) => i < 2)).toEqual([])
    expect(receiver.busy).toBe(true)
    expect(receiver.expire(100)).toBeUndefined()
    expect(receiver.expire(300)).toEqual({ digit: '4', durationMs: 40 })
    expect(receive(receiver, '4', 7000)).toEqual([])
  })

  it('joins the segments of a very long event, and ignores what is late, short or no digit', () => {
    const receiver = new TelephoneEventReceiver()
    expect(receiver.receive(Uint8Array.of(5, 10, 0xff, 0xff), 1000, 0)).toEqual([])
    expect(receiver.receive(Uint8Array.of(5, 10, 0, 160), 1000 + 0xffff, 0)).toEqual([])
    expect(receiver.receive(Uint8Array.of(5, 0x8a, 0x01, 0x40), 1000 + 0xffff, 0)).toEqual([
      { digit: '5', durationMs: Math.round((0xffff + 320) / 8) },
    ])
    expect(receiver.receive(Uint8Array.of(5, 0x8a, 0, 160), 500, 0)).toEqual([])
    expect(receiver.receive(Uint8Array.of(5, 0x8a), 900_000, 0)).toEqual([])
    expect(receiver.receive(Uint8Array.of(200, 0x8a, 0, 160), 900_000, 0)).toEqual([])
  })
})

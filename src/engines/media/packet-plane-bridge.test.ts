import { createSocket, type Socket } from 'node:dgram'
import { afterEach, describe, expect, it } from 'vitest'
import { DtmfDetector, decodeG711, type G711 } from '#protocols/audio'
import type { MediaCodec, MediaSpec } from '#protocols/control'
import { readRtcp, sequenceDelta, telephoneEventPackets, writeRtcp } from '#protocols/rtp'
import { FakeParty, type HeardPacket, numberedPayload } from './fake-party.ts'
import { ALAW, benchPlane, counting, expectContinuous, join, type PlaneBench, program, ULAW } from './fake-plane.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

const SPEC: MediaSpec = { sends: true, receives: true, hears: { type: 'silence' } }

function bench(options: Partial<Parameters<typeof benchPlane>[0]> = {}): PlaneBench {
  const made = benchPlane({ ports: { from: 43_000, to: 43_499 }, ...options })
  closers.push(() => made.plane.close())
  return made
}

async function party(options: Parameters<typeof FakeParty.open>[0] = {}): Promise<FakeParty> {
  const made = await FakeParty.open(options)
  closers.push(() => made.close())
  return made
}

/** Two parties that hear each other. */
async function bridged(
  { plane }: PlaneBench,
  specA: Partial<MediaSpec> = {},
  specB: Partial<MediaSpec> = {},
): Promise<{ a: FakeParty; b: FakeParty }> {
  const a = await party({ ssrc: 1 })
  const b = await party({ ssrc: 2 })
  await join(plane, 'a', a, { ...specA, hears: { type: 'session', session: 'b' } })
  await join(plane, 'b', b, { ...specB, hears: { type: 'session', session: 'a' } })
  return { a, b }
}

/** Sends sound that counts up, in packets of this length. */
function sendCounting(who: FakeParty, octets: number, ptimeMs: number, from = 0): void {
  const samples = ptimeMs * 8
  for (let at = from; at < from + octets; at += samples) {
    who.send(Uint8Array.from({ length: samples }, (_, i) => (at + i) % 251))
    // `send` moves on by 20 ms; these packets are of another length.
    who.timestamp = (who.timestamp + samples - 160) >>> 0
  }
}

function soundOf(heard: readonly HeardPacket[]): Buffer {
  return Buffer.concat(heard.map((packet) => packet.payload))
}

/** A party that has the port above its own for RTCP; another program may have taken it, then another party is tried. */
async function partyWithControl(): Promise<{ caller: FakeParty; control: Socket }> {
  for (;;) {
    const caller = await party()
    const control = createSocket('udp4')
    closers.push(() => control.close())
    const bound = await new Promise<boolean>((resolve) => {
      control.once('error', () => resolve(false))
      control.bind(caller.address.port + 1, '127.0.0.1', () => resolve(true))
    })
    if (bound) return { caller, control }
  }
}

function keysIn(heard: readonly HeardPacket[], law: G711): string {
  const detector = new DtmfDetector()
  const samples = decodeG711(law, soundOf(heard))
  return [...detector.push(samples), ...detector.push(new Int16Array(800))].map((tone) => tone.digit).join('')
}

function expectLengths(heard: readonly HeardPacket[], samples: number): void {
  for (const packet of heard) expect(packet.payload).toHaveLength(samples)
  for (let i = 1; i < heard.length; i++) {
    expect(sequenceDelta(heard[i]!.sequence, heard[i - 1]!.sequence)).toBe(1)
    expect((heard[i]!.timestamp - heard[i - 1]!.timestamp) | 0).toBe(samples)
  }
}

describe('a bridge of different packet times', () => {
  for (const [fromMs, toMs] of [
    [20, 30],
    [30, 20],
    [20, 60],
    [60, 20],
    [10, 30],
    [60, 10],
  ] as const) {
    it(`gives the party that wants ${toMs} ms what comes in ${fromMs} ms, octet for octet`, async () => {
      const made = bench()
      const { a, b } = await bridged(made, {}, { codec: { ...ULAW, ptimeMs: toMs } })
      sendCounting(a, 480 * 10, fromMs)
      const count = (480 * 10) / (toMs * 8)
      await b.until((heard) => heard.length >= count)
      expect(b.heard).toHaveLength(count)
      expectLengths(b.heard, toMs * 8)
      expect([...soundOf(b.heard)]).toEqual(Array.from({ length: 4800 }, (_, i) => i % 251))
      expect(made.transcoded()).toBe(0)
    })
  }

  it('converts the law with it, each way by its own wish', async () => {
    const made = bench()
    const { a, b } = await bridged(made, { codec: { ...ALAW, ptimeMs: 60 } }, { codec: { ...ULAW, ptimeMs: 20 } })
    for (let i = 0; i < 6; i++) b.send(Buffer.alloc(160, 0x80))
    for (let i = 0; i < 2; i++) {
      a.send(Buffer.alloc(480, 0xaa), { payloadType: 8 })
      a.timestamp += 320
    }
    await Promise.all([a.until((heard) => heard.length >= 2), b.until((heard) => heard.length >= 6)])
    expectLengths(a.heard, 480)
    expectLengths(b.heard, 160)
    expect([...new Set(soundOf(a.heard)), ...new Set(soundOf(b.heard))]).toEqual([0xaa, 0x80])
    expect([a.heard[0]!.payloadType, b.heard[0]!.payloadType]).toEqual([8, 0])
  })

  it('shows a lost packet as silence in its place and keeps the time', async () => {
    const { a, b } = await bridged(bench(), {}, { codec: { ...ULAW, ptimeMs: 30 } })
    for (const n of [0, 1, 2, 4, 5, 6, 7]) {
      a.send(Buffer.alloc(160, n), { sequence: 100 + n, timestamp: 160 * n })
    }
    await b.until((heard) => heard.length >= 4)
    const first = b.heard[0]!
    const heard = new Map<number, number>()
    for (const { timestamp, payload } of b.heard) {
      payload.forEach((octet, i) => {
        heard.set(((timestamp - first.timestamp) | 0) + i, octet)
      })
    }
    for (const n of [0, 1, 2, 4, 5, 6]) expect(heard.get(160 * n + 80), `packet ${n}`).toBe(n)
    expect(heard.get(160 * 3 + 80) ?? 0xff).toBe(0xff)
  })

  it('follows music without a step back in time, though its first packet is cut of what came before it was full', async () => {
    const { plane } = bench({ prompts: { music: counting(8000) } })
    const [a, b] = [await party({ ssrc: 1, timestamp: 5 }), await party({ ssrc: 2 })]
    const codec: MediaCodec = { ...ULAW, ptimeMs: 60 }
    await join(plane, 'a', a, {})
    await join(plane, 'b', b, { codec, hears: program('m', true, 'music') })
    await b.hears(2)
    const before = b.heard.length
    await join(plane, 'b', b, { codec, hears: { type: 'session', session: 'a' } })
    sendCounting(a, 960, 20)
    const wanted = Buffer.from(Uint8Array.from({ length: 960 }, (_, i) => i % 251))
    await b.until((heard) => soundOf(heard.slice(before)).includes(wanted))
    for (let i = 1; i < b.heard.length; i++) {
      const step = (b.heard[i]!.timestamp - b.heard[i - 1]!.timestamp) | 0
      expect(step).toBeGreaterThanOrEqual(480)
      expect(step).toBeLessThan(80_000)
      expect(sequenceDelta(b.heard[i]!.sequence, b.heard[i - 1]!.sequence)).toBe(1)
    }
  })

  it('leaves an echo as it was sent', async () => {
    const { plane } = bench()
    const caller = await party()
    await join(plane, 'a', caller, { hears: { type: 'echo' } })
    const sent = [80, 240, 160, 480, 1].map((length, i) => numberedPayload(1, i, Math.max(6, length)))
    for (const payload of sent) caller.send(payload)
    await caller.until((heard) => heard.length >= 5)
    expect(caller.heard.map((packet) => packet.payload)).toEqual(sent)
  })

  it('goes on after a change of the packet time in mid-call', async () => {
    const { plane, ...made } = bench()
    const { a, b } = await bridged({ plane, ...made }, {}, { codec: { ...ULAW, ptimeMs: 30 } })
    sendCounting(a, 960, 20)
    await b.until((heard) => heard.length >= 4)
    const codec: MediaCodec = { ...ULAW, ptimeMs: 20 }
    await join(plane, 'b', b, { codec, hears: { type: 'session', session: 'a' } })
    sendCounting(a, 960, 20, 960)
    await b.until((heard) => heard.length >= 10)
    expect([...soundOf(b.heard)]).toEqual(Array.from({ length: 1920 }, (_, i) => i % 251))
    expectContinuous(b.heard)
  })
})

describe('a party without telephone events', () => {
  const press = (who: FakeParty, digit: string, keep = (_: number) => true) => {
    const timestamp = who.timestamp
    telephoneEventPackets(digit, 100).forEach(({ payload, marker }, i) => {
      if (keep(i)) who.send(payload, { payloadType: 101, timestamp, marker })
      else who.sequence = (who.sequence + 1) & 0xffff
    })
    who.timestamp = (timestamp + 800) >>> 0
  }

  for (const codec of [ULAW, ALAW, { ...ALAW, ptimeMs: 30 }]) {
    it(`MED-09 hears the keys of the other one as tones in ${codec.name} of ${codec.ptimeMs} ms`, async () => {
      const made = bench()
      const { a, b } = await bridged(made, { telephoneEvent: 101 }, { codec })
      for (const digit of '4#') {
        sendCounting(a, 480, 20)
        press(a, digit)
        sendCounting(a, 480, 20)
      }
      await made.event((event) => event.type === 'digit' && event.digit === '#')
      await b.until((heard) => soundOf(heard).length >= 2 * 1760 - 480)
      expect(keysIn(b.heard, codec.name)).toBe('4#')
      for (const packet of b.heard) expect(packet.payloadType).toBe(codec.payloadType)
      expectLengths(b.heard.slice(0, 5), codec.ptimeMs * 8)
      expect(made.events.filter((event) => event.type === 'digit')).toHaveLength(2)
    })
  }

  it('hears one whole tone where packets of the event were lost', async () => {
    const { a, b } = await bridged(bench(), { telephoneEvent: 101 })
    sendCounting(a, 320, 20)
    press(a, '9', (i) => i === 0 || i === 3 || i === 5)
    sendCounting(a, 320, 20)
    await b.until((heard) => heard.length >= 9)
    expect(keysIn(b.heard, 'PCMU')).toBe('9')
    expectContinuous(b.heard)
    expect((b.heard[8]!.timestamp - b.heard[0]!.timestamp) | 0).toBe(8 * 160)
  })

  it('does not hear the party’s own sound in the middle of its tone', async () => {
    const { a, b } = await bridged(bench(), { telephoneEvent: 101 })
    const timestamp = a.timestamp
    for (const { payload, marker } of telephoneEventPackets('1', 100)) {
      a.send(payload, { payloadType: 101, timestamp, marker })
      a.timestamp = (timestamp + 160 * b.heard.length) >>> 0
      if ((payload[1]! & 0x80) === 0) a.send(Buffer.alloc(160, 0x55))
    }
    await b.until((heard) => heard.length >= 5)
    expect(soundOf(b.heard).includes(Buffer.alloc(80, 0x55))).toBe(false)
    expect(keysIn(b.heard, 'PCMU')).toBe('1')
  })
})

describe('a bridge in the course of a call', () => {
  it('with a source that is silent sends nothing, and shows the true length of the pause when it speaks again', async () => {
    const { a, b } = await bridged(bench())
    a.send(numberedPayload(1, 0))
    await b.until((heard) => heard.length >= 1)
    // The party suppresses silence: its timestamps go on, its sequence numbers do not.
    a.timestamp = (a.timestamp + 8000) >>> 0
    a.send(numberedPayload(1, 1), { marker: true })
    await b.until((heard) => heard.length >= 2)
    const [first, second] = b.heard
    expect(sequenceDelta(second!.sequence, first!.sequence)).toBe(1)
    expect((second!.timestamp - first!.timestamp) | 0).toBe(8160)
    expect(second!.marker).toBe(true)
  })

  it('REC-01 is recorded as silence while nobody sends, for as long as it lasts', async () => {
    const made = bench()
    const { a } = await bridged(made)
    const spec = { sessions: ['a', 'b'] as const, interaction: 'ix', durationMsMax: 60_000 }
    const askedMs = performance.now()
    await made.plane.record('r', spec)
    const startedMs = performance.now()
    a.send(Buffer.alloc(160, 0x11))
    await expect.poll(() => made.recorded('r').length).toBeGreaterThan(2 * 8 * 400)
    const leastMs = performance.now() - startedMs
    await made.plane.finish('r')
    const mostMs = performance.now() - askedMs
    const sound = made.recorded('r')
    // It begins between question and answer, and ends so too: on a busy machine these are far apart.
    expect(sound.length / 16).toBeGreaterThan(leastMs - 40)
    expect(sound.length / 16).toBeLessThan(mostMs + 40)
    const left = sound.filter((_, i) => i % 2 === 0)
    const right = sound.filter((_, i) => i % 2 === 1)
    expect(left.filter((octet) => octet !== 0xff)).toEqual(Buffer.alloc(160, 0x11))
    expect(right.every((octet) => octet === 0xff)).toBe(true)
  })

  it('holds with music and comes back as one stream, whoever was held', async () => {
    const { plane, ...made } = bench({ prompts: { music: counting(8000) } })
    const { a, b } = await bridged({ plane, ...made })
    a.send(numberedPayload(1, 0))
    await b.until((heard) => heard.length >= 1)
    await join(plane, 'b', b, { hears: program('hold', true, 'music') })
    await join(plane, 'a', a, { sends: false, receives: false, hears: { type: 'silence' } })
    await b.hears(3)
    for (let i = 0; i < 5; i++) a.send(numberedPayload(1, 1 + i))
    await expect.poll(async () => (await plane.statistics('a')).sessions[0]!.packetsReceived).toBe(6)
    await join(plane, 'a', a, { hears: { type: 'session', session: 'b' } })
    await join(plane, 'b', b, { hears: { type: 'session', session: 'a' } })
    const back = numberedPayload(1, 77)
    a.send(back)
    await b.until((heard) => heard.some((packet) => packet.payload.equals(back)))
    expectContinuous(b.heard)
    for (let i = 1; i <= 5; i++) expect(soundOf(b.heard).includes(numberedPayload(1, i))).toBe(false)
    const music = b.heard.slice(1, -1).map((packet) => packet.payload[0])
    expect(music.slice(0, 3)).toEqual([0, 160, 69])
  })

  it('follows a party that names another address, and hears the old one no more', async () => {
    const { plane, ...made } = bench()
    const { a, b } = await bridged({ plane, ...made })
    a.send(numberedPayload(1, 0))
    await b.until((heard) => heard.length >= 1)
    const moved = await party({ ssrc: 33, sequence: 7 })
    await join(plane, 'a', moved, { hears: { type: 'session', session: 'b' } })
    expect(moved.target).toBe(a.target)
    a.send(numberedPayload(1, 1))
    moved.send(numberedPayload(3, 0))
    b.send(numberedPayload(2, 0))
    await Promise.all([moved.until((heard) => heard.length >= 1), b.until((heard) => heard.length >= 2)])
    expect(b.heard.map((packet) => packet.payload)).toEqual([numberedPayload(1, 0), numberedPayload(3, 0)])
    expectContinuous(b.heard)
    expect(a.heard).toEqual([])
    expect((await plane.statistics('a')).sessions[0]).toMatchObject({ packetsStrange: 1, packetsReceived: 2 })
  })

  it('changes partners: what each hears is one stream, and nobody hears a stranger', async () => {
    const { plane } = bench()
    const parties = await Promise.all([1, 2, 3].map((ssrc) => party({ ssrc })))
    const [a, b, c] = parties as [FakeParty, FakeParty, FakeParty]
    const hears = (session: string) => ({ hears: { type: 'session', session } as const })
    await join(plane, 'a', a, hears('b'))
    await join(plane, 'b', b, hears('a'))
    await join(plane, 'c', c, {})
    b.send(numberedPayload(2, 0))
    await a.until((heard) => heard.length >= 1)
    await join(plane, 'a', a, hears('c'))
    await join(plane, 'c', c, hears('a'))
    await join(plane, 'b', b, { hears: { type: 'silence' } })
    b.send(numberedPayload(2, 1))
    c.send(numberedPayload(3, 0))
    a.send(numberedPayload(1, 0))
    await a.until((heard) => heard.length >= 2)
    await c.until((heard) => heard.some((packet) => packet.payload.equals(numberedPayload(1, 0))))
    expect(a.heard.map((packet) => packet.payload)).toEqual([numberedPayload(2, 0), numberedPayload(3, 0)])
    expectContinuous(a.heard)
    expect(soundOf(b.heard).includes(numberedPayload(1, 0))).toBe(false)
  })

  it('waits for a partner that is set later, and outlives one that goes', async () => {
    const { plane } = bench()
    const [a, b] = [await party({ ssrc: 1 }), await party({ ssrc: 2 })]
    await join(plane, 'a', a, { hears: { type: 'session', session: 'b' } })
    await join(plane, 'b', b, { hears: { type: 'session', session: 'a' } })
    b.send(numberedPayload(2, 0))
    await a.until((heard) => heard.length >= 1)
    await plane.remove('b')
    a.send(numberedPayload(1, 0))
    await join(plane, 'b', b, { hears: { type: 'session', session: 'a' } })
    b.send(numberedPayload(2, 1), { ssrc: 22 })
    await a.until((heard) => heard.length >= 2)
    expectContinuous(a.heard)
  })
})

describe('limits and reports', () => {
  it('refuses a session when all ports are in use, and takes one when some are given back', async () => {
    const { plane } = bench({ ports: { from: 23_600, to: 23_605 }, sessionsMax: 10 })
    const ports = new Map<string, number>()
    for (const id of ['a', 'b', 'c']) ports.set(id, (await plane.set(id, SPEC)).port)
    await expect(plane.set('d', SPEC)).rejects.toMatchObject({ code: 'media.ports-exhausted', status: 503 })
    expect((await plane.statistics()).load.sessions).toBe(3)
    await plane.remove('b')
    expect((await plane.set('d', SPEC)).port).toBe(ports.get('b'))
    expect((await plane.set('a', SPEC)).port).toBe(ports.get('a'))
  })

  it('does not take a report that answers none of its own for the way to the party and back', async () => {
    const { plane } = bench()
    const caller = await party()
    const control = await FakeParty.open()
    closers.push(() => control.close())
    await join(plane, 'a', caller, { hears: { type: 'echo' } })
    expect((await plane.statistics('a')).sessions[0]).not.toHaveProperty('roundTripMs')
    caller.send(numberedPayload(1, 0))
    await caller.until((heard) => heard.length >= 1)
    const { ssrc } = caller.heard[0]!
    const block = { ssrc, fractionLost: 0, packetsLost: 0, highestSequence: 1, jitter: 0, lastReport: 12_345, delay: 0 }
    control.raw(writeRtcp({ ssrc: 5, cname: 'phone', block }), caller.target + 1)
    caller.send(numberedPayload(1, 1))
    await caller.until((heard) => heard.length >= 2)
    expect((await plane.statistics('a')).sessions[0]).not.toHaveProperty('roundTripMs')
  })

  it('says goodbye to a party that it has spoken to', async () => {
    const { plane } = bench()
    const { caller, control } = await partyWithControl()
    const reports: Buffer[] = []
    const bye = Promise.withResolvers<void>()
    control.on('message', (packet) => {
      reports.push(packet)
      if (readRtcp(packet)?.bye) bye.resolve()
    })
    await join(plane, 'a', caller, { hears: { type: 'echo' } })
    caller.send(numberedPayload(1, 0))
    await caller.until((heard) => heard.length >= 1)
    await plane.remove('a')
    await bye.promise
    expect(readRtcp(reports.at(-1)!)?.blocks[0]).toMatchObject({ ssrc: caller.ssrc, packetsLost: 0 })
  })
})

import { afterEach, describe, expect, it } from 'vitest'
import { transcodeG711 } from '#protocols/audio'
import type { MediaSpec } from '#protocols/control'
import { sequenceDelta, telephoneEventPackets } from '#protocols/rtp'
import { FakeParty, numberedPayload } from './fake-party.ts'
import { ALAW, benchPlane, counting, expectContinuous, join, type PlaneBench, program, ULAW } from './fake-plane.ts'
import type { Sound } from './sound.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

function bench(prompts: Record<string, Sound> = {}, silenceAlarmMs = 60_000): PlaneBench {
  const made = benchPlane({ prompts, silenceAlarmMs, ports: { from: 41_000, to: 41_999 } })
  closers.push(() => made.plane.close())
  return made
}

async function party(options: Parameters<typeof FakeParty.open>[0] = {}): Promise<FakeParty> {
  const made = await FakeParty.open(options)
  closers.push(() => made.close())
  return made
}

describe('packet plane', () => {
  it('echoes payloads bit for bit, whatever they hold', async () => {
    const { plane, transcoded } = bench()
    const caller = await party()
    await join(plane, 'a', caller, { hears: { type: 'echo' } })
    const sent = Array.from({ length: 50 }, (_, i) => numberedPayload(1, i))
    for (const payload of sent) caller.send(payload)
    await caller.until((heard) => heard.length >= 50)
    expect(caller.heard.map((packet) => packet.payload)).toEqual(sent)
    expectContinuous(caller.heard)
    expect(caller.heard[0]!.marker).toBe(true)
    expect(caller.heard[0]!.ssrc).not.toBe(caller.ssrc)
    expect(transcoded()).toBe(0)
  })

  it('bridges two parties of one codec without touching a payload, across the wrap of sequence and timestamp', async () => {
    const { plane, transcoded } = bench()
    const a = await party({ sequence: 65_530 })
    const b = await party({ ssrc: 99, sequence: 3 })
    await join(plane, 'a', a, { hears: { type: 'session', session: 'b' } })
    await join(plane, 'b', b, { hears: { type: 'session', session: 'a' } })
    for (let i = 0; i < 30; i++) {
      a.send(numberedPayload(1, i))
      b.send(numberedPayload(2, i))
    }
    await Promise.all([a.until((h) => h.length >= 30), b.until((h) => h.length >= 30)])
    expect(a.heard.map((p) => p.payload)).toEqual(Array.from({ length: 30 }, (_, i) => numberedPayload(2, i)))
    expect(b.heard.map((p) => p.payload)).toEqual(Array.from({ length: 30 }, (_, i) => numberedPayload(1, i)))
    expectContinuous(a.heard)
    expectContinuous(b.heard)
    expect(transcoded()).toBe(0)
  })

  it('MED-11 converts between the laws, and gives each party its own payload type', async () => {
    const { plane, transcoded } = bench()
    const a = await party()
    const b = await party({ ssrc: 7 })
    await join(plane, 'a', a, { codec: ULAW, hears: { type: 'session', session: 'b' } })
    await join(plane, 'b', b, { codec: ALAW, hears: { type: 'session', session: 'a' } })
    const payload = numberedPayload(1, 1)
    a.send(payload)
    await b.hears(1)
    const expected = Buffer.alloc(160)
    transcodeG711('PCMU', payload, expected)
    expect(b.heard[0]!.payload).toEqual(expected)
    expect(b.heard[0]!.payloadType).toBe(8)
    expect(transcoded()).toBe(1)
  })

  it('keeps losses and order of a relayed stream as they came', async () => {
    const { plane } = bench()
    const a = await party({ sequence: 100, timestamp: 0 })
    const b = await party()
    await join(plane, 'b', b, { hears: { type: 'session', session: 'a' } })
    await join(plane, 'a', a, {})
    for (const n of [0, 1, 3, 2, 7]) a.send(numberedPayload(1, n), { sequence: 100 + n, timestamp: 160 * n })
    await b.until((heard) => heard.length >= 5)
    const first = b.heard[0]!
    expect(b.heard.map((p) => sequenceDelta(p.sequence, first.sequence))).toEqual([0, 1, 3, 2, 7])
    expect(b.heard.map((p) => (p.timestamp - first.timestamp) | 0)).toEqual([0, 160, 480, 320, 1120])
  })

  it('plays what the file holds, tells the end once, and sends silence after it', async () => {
    const { plane, events, event } = bench({ hello: counting(1000) })
    const caller = await party()
    await join(plane, 'a', caller, { hears: program('p1', false, 'hello') })
    await event((e) => e.type === 'program-ended')
    // The end is told before the last packets have arrived.
    const { heard } = caller
    const begun = () => heard.findIndex((p) => p.payload[0] === 0 && p.payload[1] === 1)
    await caller.until(() => begun() >= 0 && heard.length >= begun() + 8)
    const start = begun()
    const sound = Buffer.concat(heard.slice(start, start + 7).map((p) => p.payload))
    expect(sound.subarray(0, 1000)).toEqual(Buffer.from(counting(1000).PCMU))
    expect(sound.subarray(1000)).toEqual(Buffer.alloc(120, 0xff))
    expect(events).toEqual([{ type: 'program-ended', session: 'a', program: 'p1' }])
    expectContinuous(heard)
    expect(heard.at(-1)!.payload).toEqual(Buffer.alloc(160, 0xff))
  })

  it('MED-10 repeats music without end and without a gap where it wraps', async () => {
    const { plane } = bench({ music: counting(500) })
    const caller = await party()
    await join(plane, 'a', caller, { hears: program('m', true, 'music') })
    const heard = await caller.hears(12)
    const sound = Buffer.concat(heard.map((p) => p.payload))
    const expected = Buffer.from(Uint8Array.from({ length: sound.length }, (_, i) => counting(500).PCMU[i % 500]!))
    expect(sound).toEqual(expected)
    expectContinuous(heard)
  })

  it('never restarts a program that is set again, nor one that was replaced and comes back', async () => {
    const { plane, events, event } = bench({ music: counting(251 * 100), hello: counting(160) })
    const caller = await party()
    const music = program('m', true, 'music')
    await join(plane, 'a', caller, { hears: music })
    await caller.hears(3)
    for (let i = 0; i < 5; i++) await join(plane, 'a', caller, { hears: music })
    await join(plane, 'a', caller, { hears: program('p', false, 'hello') })
    await event((e) => e.type === 'program-ended')
    await join(plane, 'a', caller, { hears: music })
    await caller.hears(5)
    const played = caller.heard.map((p) => p.payload).filter((p) => p.some((octet) => octet !== 0xff))
    const continued = played.filter(
      (p) => !(p[0] === 0 && p.equals(Buffer.from(counting(160).PCMU)) && p !== played[0]),
    )
    for (let i = 1; i < continued.length; i++) {
      expect(continued[i]![0]).toBe((continued[i - 1]!.at(-1)! + 1) % 251)
    }
    await join(plane, 'a', caller, { hears: program('p', false, 'hello') })
    await caller.hears(3)
    expect(events.filter((e) => e.type === 'program-ended')).toHaveLength(1)
  })

  it('tells a prompt that is not there, and goes on with the rest of music', async () => {
    const { plane, event } = bench({ music: counting(500) })
    const caller = await party()
    await join(plane, 'a', caller, { hears: program('m', true, 'missing', 'music') })
    expect(await event((e) => e.type === 'program-failed')).toMatchObject({ reason: 'there is no prompt missing' })
    await caller.until((heard) => heard.some((p) => p.payload.some((octet) => octet !== 0xff)))
  })

  it('MED-18 keeps one stream when a party goes from music to a bridge and back', async () => {
    const { plane } = bench({ music: counting(8000) })
    const a = await party()
    const b = await party({ ssrc: 5, sequence: 40_000, timestamp: 77 })
    await join(plane, 'a', a, { hears: program('m', true, 'music') })
    await join(plane, 'b', b, {})
    await a.hears(5)
    await join(plane, 'a', a, { hears: { type: 'session', session: 'b' } })
    for (let i = 0; i < 5; i++) b.send(numberedPayload(2, i))
    // The rest of the music may come in between: it was sent before.
    const indexOf = (i: number) => a.heard.findIndex((p) => p.payload.equals(numberedPayload(2, i)))
    await a.until(() => indexOf(4) >= 0)
    await join(plane, 'a', a, { hears: program('m2', true, 'music') })
    await a.hears(5)
    expectContinuous(a.heard)
    const switches = [0, indexOf(0), indexOf(4) + 1]
    for (const [index, { marker, timestamp }] of a.heard.entries()) {
      // Any other marker says that this machine was late, and the timestamp shows by how much.
      if (switches.includes(index)) expect(marker, `packet ${index}`).toBe(true)
      else if (marker) expect((timestamp - a.heard[index - 1]!.timestamp) | 0).toBeGreaterThan(160)
    }
  })

  it('MED-09 hears telephone events once, and passes them on under the other party’s payload type', async () => {
    const { plane, events, event } = bench()
    const a = await party()
    const b = await party()
    await join(plane, 'a', a, { telephoneEvent: 101 })
    await join(plane, 'b', b, { telephoneEvent: 96, hears: { type: 'session', session: 'a' } })
    a.send(numberedPayload(1, 0))
    const timestamp = a.timestamp
    for (const { payload, marker } of telephoneEventPackets('7', 100)) {
      a.send(payload, { payloadType: 101, timestamp, marker })
    }
    await event((e) => e.type === 'digit')
    a.send(numberedPayload(1, 1))
    await b.until((heard) => heard.length >= 9)
    expect(events).toEqual([{ type: 'digit', session: 'a', digit: '7', durationMs: 100 }])
    const relayed = b.heard.filter((p) => p.payloadType === 96)
    expect(relayed).toHaveLength(7)
    expect(new Set(relayed.map((p) => p.timestamp)).size).toBe(1)
    expect((relayed[0]!.timestamp - b.heard[0]!.timestamp) | 0).toBe(160)
  })

  it('ignores and counts a stranger, and a flood of one does not disturb the party', async () => {
    const { plane } = bench()
    const caller = await party()
    const stranger = await party({ ssrc: 666 })
    await join(plane, 'a', caller, { hears: { type: 'echo' } })
    stranger.target = caller.target
    caller.send(numberedPayload(1, 0))
    await caller.until((heard) => heard.length >= 1)
    for (let i = 0; i < 20; i++) stranger.send(numberedPayload(6, i))
    caller.send(numberedPayload(1, 1))
    await caller.until((heard) => heard.length >= 2)
    expect(stranger.heard).toEqual([])
    const [statistics] = (await plane.statistics('a')).sessions
    expect(statistics).toMatchObject({ packetsReceived: 2, packetsSent: 2, packetsStrange: 20, packetsLost: 0 })
  })

  it('latches another port of the party’s own address only if its named port never spoke', async () => {
    const { plane } = bench()
    const named = await party()
    const translated = await party({ ssrc: 42 })
    await join(plane, 'a', named, { hears: { type: 'echo' } })
    translated.target = named.target
    for (let i = 0; i < 8; i++) translated.send(numberedPayload(1, i))
    await translated.until((heard) => heard.length >= 4)
    expect((await plane.statistics('a')).sessions[0]).toMatchObject({ packetsStrange: 4, packetsReceived: 4 })
    named.send(numberedPayload(2, 0))
    await named.until((heard) => heard.length >= 1)
    translated.send(numberedPayload(1, 9))
    named.send(numberedPayload(2, 1))
    await named.until((heard) => heard.length >= 2)
    expect(translated.heard).toHaveLength(4)
  })

  it('survives hostile RTP and RTCP of every length and shape', async () => {
    const { plane } = bench()
    const caller = await party()
    await join(plane, 'a', caller, { telephoneEvent: 101, hears: { type: 'echo' } })
    let seed = 1
    const random = () => (seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff) / 0x7fffffff
    const lies = [0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xb0, 0xbf, 0x00, 0x40, 0xc0]
    for (let i = 0; i < 300; i++) {
      const packet = Buffer.alloc(Math.floor(random() * 40))
      for (let at = 0; at < packet.length; at++) packet[at] = Math.floor(random() * 256)
      if (packet.length > 0) packet[0] = lies[i % lies.length]!
      if (packet.length > 1 && i % 3 === 0) packet[1] = [0, 101, 200, 201, 202, 203][i % 6]!
      caller.raw(packet)
      caller.raw(packet, caller.target + 1)
      // A turn of the loop for each, so that none is lost in the socket's buffer.
      await new Promise((resolve) => setImmediate(resolve))
    }
    const clean = numberedPayload(9, 9)
    await join(plane, 'b', await party(), {})
    for (let i = 0; i < 3; i++) caller.send(clean, { ssrc: 4242 })
    await caller.until((heard) => heard.some((p) => p.payload.equals(clean)))
    expect((await plane.statistics('a')).sessions[0]!.packetsStrange).toBeGreaterThan(100)
  })

  it('takes the wished port if it can be had, and another one if not', async () => {
    const { plane } = bench()
    const spec: MediaSpec = { sends: true, receives: true, hears: { type: 'silence' } }
    const first = await plane.set('a', { ...spec, localPort: 41_500 })
    const second = await plane.set('b', { ...spec, localPort: 41_500 })
    const odd = await plane.set('c', { ...spec, localPort: 41_601 })
    expect(first.port).toBe(41_500)
    expect(second.port).not.toBe(41_500)
    expect(odd.port % 2).toBe(0)
  })

  it('FS-43 refuses a session over its limit, and removes what is not kept', async () => {
    const { plane } = bench()
    const spec: MediaSpec = { sends: true, receives: true, hears: { type: 'silence' } }
    for (let i = 0; i < 10; i++) await plane.set(`s${i}`, spec)
    await expect(plane.set('one more', spec)).rejects.toMatchObject({ code: 'media.sessions-full' })
    expect(await plane.keep(['s3', 'unknown'])).toEqual(['s3'])
    await expect(plane.statistics('s4')).rejects.toMatchObject({ code: 'media.session-unknown' })
    await plane.set('one more', spec)
  })

  it('FS-43 passes on every packet of a talk, as it is and in its order, while it is full and refuses far more than it carries', async () => {
    const { plane } = bench()
    const a = await party()
    const b = await party({ ssrc: 99 })
    await join(plane, 'a', a, { hears: { type: 'session', session: 'b' } })
    await join(plane, 'b', b, { hears: { type: 'session', session: 'a' } })
    const spec: MediaSpec = { sends: true, receives: true, hears: { type: 'silence' } }
    for (let i = 2; i < 10; i++) await plane.set(`s${i}`, spec)
    let refused = 0
    // Ten times what it carries for each 20 ms of the talk.
    for (let i = 0; i < 150; i++) {
      a.send(numberedPayload(1, i))
      b.send(numberedPayload(2, i))
      const asked = Array.from({ length: 100 }, (_, n) => plane.set(`more ${i} ${n}`, spec))
      const answers = await Promise.allSettled(asked)
      refused += answers.filter(({ status }) => status === 'rejected').length
    }
    await Promise.all([a.until((heard) => heard.length >= 150), b.until((heard) => heard.length >= 150)])
    expect(refused).toBe(15_000)
    expect(b.heard.map((p) => p.payload)).toEqual(Array.from({ length: 150 }, (_, i) => numberedPayload(1, i)))
    expect(a.heard.map((p) => p.payload)).toEqual(Array.from({ length: 150 }, (_, i) => numberedPayload(2, i)))
    expectContinuous(a.heard)
    expectContinuous(b.heard)
  })

  it('tells when a party falls silent and when it is back', async () => {
    const { plane, event } = bench({}, 50)
    const caller = await party()
    await join(plane, 'a', caller, {})
    await event((e) => e.type === 'flow' && !e.receiving)
    caller.send(numberedPayload(1, 0))
    await event((e) => e.type === 'flow' && e.receiving)
  })

  it('sends nothing to a party that does not want to receive, and uses nothing of one that does not send', async () => {
    const { plane } = bench()
    const a = await party()
    const b = await party()
    await join(plane, 'a', a, { sends: false, hears: { type: 'session', session: 'b' } })
    await join(plane, 'b', b, { receives: false, hears: { type: 'echo' } })
    for (let i = 0; i < 5; i++) b.send(numberedPayload(1, i))
    await expect.poll(async () => (await plane.statistics('b')).sessions[0]!.packetsReceived).toBe(5)
    await join(plane, 'b', b, { hears: { type: 'echo' } })
    b.send(numberedPayload(1, 5))
    await b.until((heard) => heard.length >= 1)
    expect(b.heard.map((p) => p.payload)).toEqual([numberedPayload(1, 5)])
    expect(a.heard).toEqual([])
  })
})

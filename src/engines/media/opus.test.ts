import { afterEach, describe, expect, it } from 'vitest'
import { createOpusCodec, dtmfTone, encodeG711, type OpusCodec } from '#protocols/audio'
import type { MediaCodec, MediaSpec } from '#protocols/control'
import { sequenceDelta, timestampDelta } from '#protocols/rtp'
import { FakeParty, type HeardPacket, numberedPayload } from './fake-party.ts'
import { ALAW, benchPlane, join, type PlaneBench, program } from './fake-plane.ts'

const PORTS = { from: 45_000, to: 45_199 }
const OPUS: MediaCodec = { name: 'PCMA', wire: 'opus', payloadType: 111, ptimeMs: 20 }
const closers: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

function bench(): PlaneBench {
  const PCMU = encodeG711('PCMU', tone(500, 0, 8000))
  const made = benchPlane({ ports: PORTS, prompts: { tone: { PCMU, PCMA: encodeG711('PCMA', tone(500, 0, 8000)) } } })
  closers.push(() => made.plane.close())
  return made
}

function tone(hertz: number, n: number, samples = 160): Int16Array {
  return Int16Array.from({ length: samples }, (_, i) =>
    Math.round(8000 * Math.sin((2 * Math.PI * hertz * (n * samples + i)) / 8000)),
  )
}

/** Where a party of the kit begins to count. */
const FIRST_SEQUENCE = 65_000

/** A party that speaks Opus: a phone on a socket, with a codec of its own. */
class OpusPhone {
  readonly party: FakeParty
  readonly codec: OpusCodec
  #packets = 0

  private constructor(party: FakeParty, codec: OpusCodec) {
    this.party = party
    this.codec = codec
  }

  static async open(): Promise<OpusPhone> {
    const phone = new OpusPhone(await FakeParty.open(), await createOpusCodec())
    closers.push(() => phone.party.close())
    closers.push(() => phone.codec.close())
    return phone
  }

  get spec(): Partial<MediaSpec> {
    return { codec: OPUS, telephoneEvent: 110, telephoneEventHz: 48_000 }
  }

  /** Sends the next 20 ms of a tone; the packet is made and not sent when it is to be lost. */
  say(hertz: number, lost = false): Buffer {
    const payload = Buffer.from(this.codec.encode(tone(hertz, this.#packets++))!)
    if (lost) this.party.sequence = (this.party.sequence + 1) & 0xffff
    else this.party.send(payload, { payloadType: 111 })
    // A packet of the kit moves on by 160.
    this.party.timestamp = (this.party.timestamp + (lost ? 960 : 800)) >>> 0
    return payload
  }

  /** What it heard, as samples. */
  sound(): Int16Array {
    return Int16Array.from(this.party.heard.flatMap(({ payload }) => [...(this.codec.decode(payload) ?? [])]))
  }

  /** Talks until it is told to stop, as a browser does. */
  talk(hertz: number): void {
    const timer = setInterval(() => this.say(hertz), 20)
    closers.push(() => clearInterval(timer))
  }
}

async function phone(): Promise<FakeParty> {
  const made = await FakeParty.open()
  closers.push(() => made.close())
  return made
}

/** How strong a frequency is in the samples, as a share of all that is in them. */
function shareOf(hertz: number, samples: Int16Array): number {
  let [re, im, all] = [0, 0, 0]
  for (const [i, sample] of samples.entries()) {
    re += sample * Math.cos((2 * Math.PI * hertz * i) / 8000)
    im += sample * Math.sin((2 * Math.PI * hertz * i) / 8000)
    all += sample * sample
  }
  return all === 0 ? 0 : (2 * (re * re + im * im)) / samples.length / all
}

const soundOf = (heard: readonly HeardPacket[]) =>
  Int16Array.from(heard.flatMap(({ payload }) => [...payload].map((octet) => ALAW_SAMPLES[octet]!)))
const ALAW_SAMPLES = Array.from({ length: 256 }, (_, octet) => {
  const code = octet ^ 0x55
  const exponent = (code >> 4) & 7
  const step = ((code & 0x0f) << 1) + 1
  const magnitude = exponent === 0 ? step : (step + 32) << (exponent - 1)
  return (code & 0x80 ? magnitude : -magnitude) * 8
})

describe('a party that speaks Opus (MED-11)', () => {
  it('hears what is made for it, on a clock of 48 kHz', async () => {
    const { plane } = bench()
    const anna = await OpusPhone.open()
    await join(plane, 'a', anna.party, { ...anna.spec, hears: program('p', true, 'tone') })
    await anna.party.hears(30)
    const { heard } = anna.party
    expect(new Set(heard.map(({ payloadType }) => payloadType))).toEqual(new Set([111]))
    for (let i = 1; i < heard.length; i++) {
      const steps = timestampDelta(heard[i]!.timestamp, heard[i - 1]!.timestamp)
      expect([steps >= 960, steps % 6]).toEqual([true, 0])
    }
    expect(shareOf(500, anna.sound().slice(800, 3200))).toBeGreaterThan(0.8)
  })

  it('is heard by a phone of G.711, and hears it', async () => {
    const { plane } = bench()
    const [anna, ben] = [await OpusPhone.open(), await phone()]
    await join(plane, 'a', anna.party, { ...anna.spec, hears: { type: 'session', session: 'b' } })
    await join(plane, 'b', ben, { codec: ALAW, hears: { type: 'session', session: 'a' } })
    anna.talk(700)
    await ben.hears(30)
    expect(ben.heard.every(({ payload, payloadType }) => payload.length === 160 && payloadType === 8)).toBe(true)
    expect(shareOf(700, soundOf(ben.heard.slice(-15)))).toBeGreaterThan(0.8)
    let packets = 0
    const timer = setInterval(() => ben.send(encodeG711('PCMA', tone(900, packets++)), { payloadType: 8 }), 20)
    closers.push(() => clearInterval(timer))
    await anna.party.hears(30)
    expect(shareOf(900, anna.sound().slice(-2000))).toBeGreaterThan(0.8)
  })

  it('gets another one’s packets as they are, and they are recorded all the same', async () => {
    const { plane, recorded } = bench()
    const [anna, ben] = [await OpusPhone.open(), await OpusPhone.open()]
    await join(plane, 'a', anna.party, { ...anna.spec, hears: { type: 'session', session: 'b' } })
    await join(plane, 'b', ben.party, { ...ben.spec, hears: { type: 'session', session: 'a' } })
    await plane.record('r', { sessions: ['a', 'b'], interaction: 'ix', durationMsMax: 60_000 })
    const said: Buffer[] = []
    const timer = setInterval(() => said.push(anna.say(700)), 20)
    closers.push(() => clearInterval(timer))
    const heard = await ben.party.hears(30)
    clearInterval(timer)
    const first = said.findIndex((payload) => payload.equals(heard[0]!.payload))
    expect(heard.map(({ payload }) => payload)).toEqual(said.slice(first, first + 30))
    expect(timestampDelta(heard[29]!.timestamp, heard[0]!.timestamp)).toBe(29 * 960)
    await plane.finish('r')
    const left = soundOf([{ ...heard[0]!, payload: recorded('r').filter((_, i) => i % 2 === 0) as Buffer }])
    // A slow machine may leave holes; what lies between them is the tone.
    const windows = Array.from({ length: Math.floor(left.length / 400) }, (_, n) => left.slice(400 * n, 400 * n + 400))
    expect(Math.max(...windows.map((window) => shareOf(700, window)))).toBeGreaterThan(0.8)
  })

  it('is filled in where packets of it are lost, and never where it paused', async () => {
    const { plane } = bench()
    const [anna, ben] = [await OpusPhone.open(), await phone()]
    anna.codec.expectLoss(0.2)
    await join(plane, 'a', anna.party, { ...anna.spec, hears: { type: 'silence' } })
    await join(plane, 'b', ben, { codec: ALAW, hears: { type: 'session', session: 'a' } })
    // Until the codec is there nothing is passed on.
    const timer = setInterval(() => anna.say(700), 20)
    closers.push(() => clearInterval(timer))
    await ben.hears(20)
    clearInterval(timer)
    await passedOn(plane, anna.party, ben)
    const before = ben.heard.length
    for (const lost of [false, true, true, false]) anna.say(700, lost)
    await ben.hears(4)
    const filled = ben.heard.slice(before)
    expect(filled.map(({ sequence }) => (sequence - filled[0]!.sequence) & 0xffff)).toEqual([0, 1, 2, 3])
    expect(shareOf(700, soundOf(filled))).toBeGreaterThan(0.5)
    anna.party.timestamp = (anna.party.timestamp + 48_000) >>> 0
    anna.say(700)
    anna.say(700)
    const [one, other] = await ben.hears(2)
    expect(timestampDelta(one!.timestamp, filled[3]!.timestamp)).toBe(8160)
    expect([(one!.sequence - filled[3]!.sequence) & 0xffff, (other!.sequence - one!.sequence) & 0xffff]).toEqual([1, 1])
  })

  it('keys digits with the length that its clock counts, and gets them so (MED-09)', async () => {
    const { plane, event } = bench()
    const [anna, ben] = [await OpusPhone.open(), await phone()]
    await join(plane, 'a', anna.party, { ...anna.spec, hears: { type: 'session', session: 'b' } })
    await join(plane, 'b', ben, { codec: ALAW, telephoneEvent: 101, hears: { type: 'session', session: 'a' } })
    anna.talk(700)
    const timer = setInterval(() => ben.send(numberedPayload(1, 1), { payloadType: 8 }), 20)
    closers.push(() => clearInterval(timer))
    await Promise.all([anna.party.hears(1), ben.hears(1)])
    const timestamp = anna.party.timestamp
    for (const [end, ms] of [
      [0, 50],
      [0x80, 100],
    ] as const) {
      const length = ms * 48
      anna.party.send(Uint8Array.of(5, end | 10, length >> 8, length & 0xff), { payloadType: 110, timestamp })
    }
    expect(await event(({ type }) => type === 'digit')).toMatchObject({ session: 'a', digit: '5', durationMs: 100 })
    await ben.until((heard) => heard.some(({ payloadType, payload }) => payloadType === 101 && payload[1]! >= 0x80))
    expect(
      ben.heard.find(({ payload, payloadType }) => payloadType === 101 && payload[1]! >= 0x80)!.payload.readUInt16BE(2),
    ).toBe(800)
    await plane.digits('a', 'k', '7')
    const isEnd = ({ payloadType, payload }: HeardPacket) => payloadType === 110 && payload[1]! >= 0x80
    await anna.party.until((heard) => heard.some(isEnd))
    expect(anna.party.heard.find(isEnd)!.payload.readUInt16BE(2)).toBe(4800)
  })

  it('keys digits that count as telephones do too, as browsers do that may send either (MED-09)', async () => {
    const { plane, event } = bench()
    const [anna, ben] = [await OpusPhone.open(), await phone()]
    const spec = { ...anna.spec, telephoneEventNarrow: 101 }
    await join(plane, 'a', anna.party, { ...spec, hears: { type: 'session', session: 'b' } })
    await join(plane, 'b', ben, { codec: ALAW, telephoneEvent: 96, hears: { type: 'session', session: 'a' } })
    anna.talk(700)
    await ben.hears(1)
    const timestamp = anna.party.timestamp
    anna.party.send(Uint8Array.of(11, 0x80 | 10, 800 >> 8, 800 & 0xff), { payloadType: 101, timestamp })
    expect(await event(({ type }) => type === 'digit')).toMatchObject({ session: 'a', digit: '#', durationMs: 100 })
    await ben.until((heard) => heard.some(({ payloadType }) => payloadType === 96))
    expect(ben.heard.find(({ payloadType }) => payloadType === 96)!.payload.readUInt16BE(2)).toBe(800)
  })

  it('is understood where it knows no events: the tones in its sound are keys', async () => {
    const { plane, event } = bench()
    const anna = await OpusPhone.open()
    await join(plane, 'a', anna.party, { codec: OPUS, hears: { type: 'silence' } })
    await anna.party.hears(3)
    const key = dtmfTone('8', 200)
    for (let at = 0; at + 160 <= key.length + 800; at += 160) {
      const samples = Int16Array.from({ length: 160 }, (_, i) => key[at + i] ?? 0)
      anna.party.send(anna.codec.encode(samples)!, { payloadType: 111 })
      anna.party.timestamp = (anna.party.timestamp + 800) >>> 0
    }
    expect(await event(({ type }) => type === 'digit')).toMatchObject({ session: 'a', digit: '8' })
  })

  it('bears what is no Opus, and is told where it stood in its own clock (RTCP)', async () => {
    const { plane } = bench()
    const [anna, ben] = [await OpusPhone.open(), await phone()]
    await join(plane, 'a', anna.party, { ...anna.spec, hears: { type: 'session', session: 'b' } })
    await join(plane, 'b', ben, { codec: ALAW, hears: { type: 'session', session: 'a' } })
    for (let n = 0; n < 5; n++) anna.party.send(numberedPayload(1, n, 6 + n * 7), { payloadType: 111 })
    anna.talk(700)
    await ben.hears(10)
    const [statistics] = (await plane.statistics('a')).sessions
    expect(statistics!.packetsReceived).toBeGreaterThan(9)
    expect(statistics!.jitterMs).toBeLessThan(500)
  })
})

/** Waits until all that the one has sent was heard by the other. */
async function passedOn(plane: PlaneBench['plane'], from: FakeParty, to: FakeParty): Promise<void> {
  const sent = sequenceDelta(from.sequence, FIRST_SEQUENCE)
  for (;;) {
    const { sessions } = await plane.statistics()
    const of = (id: string) => sessions.find(({ session }) => session === id)!
    if (of('a').packetsReceived === sent) return to.until((heard) => heard.length === of('b').packetsSent)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

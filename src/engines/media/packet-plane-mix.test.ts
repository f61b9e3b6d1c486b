import { afterEach, describe, expect, it } from 'vitest'
import { DtmfDetector, decodeG711, encodeG711 } from '#protocols/audio'
import type { MediaCodec } from '#protocols/control'
import { TelephoneEventReceiver } from '#protocols/rtp'
import { FakeParty } from './fake-party.ts'
import { ALAW, benchPlane, join, type PlaneBench, ULAW } from './fake-plane.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

function bench(): PlaneBench {
  const made = benchPlane({ ports: { from: 43_500, to: 43_899 } })
  closers.push(() => made.plane.close())
  return made
}

/** A party that says one level without end, so that a sum tells who is in it. */
async function speaker(ssrc: number, codec: MediaCodec, level: number): Promise<FakeParty> {
  const party = await FakeParty.open({ ssrc })
  const octets = encodeG711(codec.name, new Int16Array(160).fill(level))
  const timer = setInterval(() => party.target > 0 && party.send(octets, { payloadType: codec.payloadType }), 20)
  closers.push(() => {
    clearInterval(timer)
    party.close()
  })
  return party
}

const carried = (codec: MediaCodec, level: number): number =>
  decodeG711(codec.name, encodeG711(codec.name, new Int16Array(1).fill(level)))[0]!

const VOICES = [
  { id: 'a', codec: ULAW, level: 1_000 },
  { id: 'b', codec: ALAW, level: 4_000 },
  { id: 'c', codec: ULAW, level: 12_000 },
] as const

/** All levels that a party may hear: silence, one of the others, and both. */
function levelsFor(id: string): readonly number[] {
  const own = VOICES.find((one) => one.id === id)!
  const [one = 0, other = 0] = VOICES.filter((voice) => voice !== own).map(({ codec, level }) => carried(codec, level))
  return [0, one, other, one + other].map((level) => carried(own.codec, level))
}

describe('a conference (MED-12)', () => {
  it('lets each of three hear the other two and never itself, whatever their laws, and goes back to a bridge', async () => {
    const { plane } = bench()
    const parties = new Map<string, FakeParty>()
    for (const [index, { id, codec, level }] of VOICES.entries()) {
      const party = await speaker(index + 1, codec, level)
      parties.set(id, party)
      const sessions = VOICES.filter((one) => one.id !== id).map((one) => one.id)
      await join(plane, id, party, { codec, hears: { type: 'mix', sessions } })
    }
    for (const { id, codec } of VOICES) {
      const party = parties.get(id)!
      const levels = levelsFor(id)
      const both = levels[3]!
      const samplesOf = (payload: Uint8Array): readonly number[] => [...decodeG711(codec.name, payload)]
      await party.until((heard) => heard.some(({ payload }) => samplesOf(payload).every((sample) => sample === both)))
      const heard = new Set(party.heard.flatMap(({ payload }) => samplesOf(payload)))
      // A law has its own silence, which is not quite nothing.
      for (const sample of heard)
        expect(
          levels.some((level) => Math.abs(level - sample) <= 8),
          `${id} hears ${sample}`,
        ).toBe(true)
    }
    const [a, b] = [parties.get('a')!, parties.get('b')!]
    await join(plane, 'a', a, { codec: ULAW, hears: { type: 'session', session: 'b' } })
    await plane.remove('c')
    const alone = carried(ULAW, carried(ALAW, 4_000))
    const from = a.heard.length
    await a.until((heard) => heard.slice(from).some(({ payload }) => decodeG711('PCMU', payload)[0] === alone))
    expect(b.heard.length).toBeGreaterThan(0)
  })
})

describe('digits for a party', () => {
  it('are telephone events between what it hears, once for each id', async () => {
    const { plane } = bench()
    const agent = await speaker(1, ULAW, 1_000)
    const customer = await FakeParty.open({ ssrc: 2 })
    closers.push(() => customer.close())
    await join(plane, 'agent', agent, { hears: { type: 'session', session: 'customer' } })
    await join(plane, 'customer', customer, { telephoneEvent: 101, hears: { type: 'session', session: 'agent' } })
    await customer.hears(3)
    await plane.digits('customer', 'k1', '5#')
    await plane.digits('customer', 'k1', '5#')
    const receiver = new TelephoneEventReceiver()
    const digits: string[] = []
    let read = 0
    await customer.until((heard) => {
      for (const { payloadType, payload, timestamp, atMs } of heard.slice(read)) {
        if (payloadType === 101) digits.push(...receiver.receive(payload, timestamp, atMs).map(({ digit }) => digit))
      }
      read = heard.length
      return digits.length >= 2
    })
    const from = customer.heard.length
    await customer.until((heard) => heard.slice(from).filter(({ payloadType }) => payloadType === 0).length > 20)
    expect(digits).toEqual(['5', '#'])
    expect(new Set(customer.heard.map(({ ssrc }) => ssrc)).size).toBe(1)
  })

  it('are tones for one that knows no events, and refused for one that is not there', async () => {
    const { plane } = bench()
    const customer = await FakeParty.open()
    closers.push(() => customer.close())
    await join(plane, 'customer', customer, { hears: { type: 'silence' } })
    await customer.hears(1)
    await plane.digits('customer', 'k1', '7')
    const detector = new DtmfDetector()
    const digits: string[] = []
    let read = 0
    await customer.until((heard) => {
      for (const { payload } of heard.slice(read)) {
        digits.push(...detector.push(decodeG711('PCMU', payload)).map(({ digit }) => digit))
      }
      read = heard.length
      return digits.length > 0
    })
    expect(digits).toEqual(['7'])
    await expect(plane.digits('nobody', 'k1', '7')).rejects.toMatchObject({ code: 'media.session-unknown' })
  })
})

import { afterEach, describe, expect, it } from 'vitest'
import { silentLogger } from '#base'
import { createOpusCodec, opusSamples } from '#protocols/audio'
import type { MediaLocal, MediaSpec } from '#protocols/control'
import { FakeBrowser } from './fake-browser.ts'
import { FakeParty, numberedPayload } from './fake-party.ts'
import { benchPlane, counting, join, type PlaneBench, program, ULAW } from './fake-plane.ts'
import { Handshakes } from './handshakes.ts'

const PORTS = { from: 43_500, to: 43_999 }
const closers: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** A packet plane with the handshakes that a control thread does for it. */
function bench(): PlaneBench & { set(id: string, spec: Partial<MediaSpec>): Promise<MediaLocal> } {
  const prompts = { music: counting(8000) }
  const handshakes: Handshakes = new Handshakes({
    logger: silentLogger,
    send: (session, packet) => made.plane.handshake(session, packet),
    secured: (session, keys) => made.plane.secure(session, keys),
  })
  const made = benchPlane({
    ports: PORTS,
    prompts,
    handshake: (session, packet) => handshakes.received(session, packet),
  })
  closers.push(() => made.plane.close())
  const set = async (id: string, spec: Partial<MediaSpec>): Promise<MediaLocal> => {
    const full: MediaSpec = { codec: ULAW, sends: true, receives: true, hears: { type: 'silence' }, ...spec }
    if (full.webrtc) handshakes.expect(id, full.webrtc.fingerprint)
    const { webrtc, ...local } = await made.plane.set(id, full)
    return { ...local, ...(webrtc && { webrtc: { ...webrtc, fingerprint: await handshakes.fingerprint() } }) }
  }
  return { ...made, set }
}

async function browser(codec: 'PCMU' | 'opus' = 'PCMU'): Promise<FakeBrowser> {
  const made = new FakeBrowser(codec)
  closers.push(() => made.close())
  return made
}

async function phone(): Promise<FakeParty> {
  const made = await FakeParty.open()
  closers.push(() => made.close())
  return made
}

/** A stream of packets until it is stopped: a browser never falls silent. */
function talking(who: FakeBrowser, stream: number): void {
  let packet = 0
  const timer = setInterval(() => who.send(numberedPayload(stream, packet++)), 20)
  closers.push(() => clearInterval(timer))
}

describe('a WebRTC party (MED-11)', () => {
  it('hears music, from its first octet on', async () => {
    const { set } = bench()
    const anna = await browser()
    const { sdp, fingerprint } = await anna.offer()
    const local = await set('a', { webrtc: { fingerprint }, hears: program('p', true, 'music') })
    await anna.answered(sdp, local)
    await anna.until((heard) => heard.length >= 20)
    expect([...anna.heard[0]!.subarray(0, 8)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  })

  it('talks with a phone, octet for octet, both ways', async () => {
    const { plane, set, transcoded } = bench()
    const [anna, ben] = [await browser(), await phone()]
    const { sdp, fingerprint } = await anna.offer()
    await join(plane, 'b', ben, { hears: { type: 'session', session: 'a' } })
    await anna.answered(sdp, await set('a', { webrtc: { fingerprint }, hears: { type: 'session', session: 'b' } }))
    await anna.connected()
    talking(anna, 1)
    const [first] = await ben.hears(5)
    expect([...first!.payload.subarray(0, 2)]).toEqual([0, 1])
    for (let n = 0; n < 10; n++) ben.send(numberedPayload(2, n))
    await anna.until((heard) => heard.some((payload) => payload.equals(numberedPayload(2, 9))))
    expect(transcoded()).toBe(0)
  })

  it('that speaks Opus talks with a phone of G.711, and with another one packet for packet', async () => {
    const { plane, set } = bench()
    const codec = { name: 'PCMA', wire: 'opus', payloadType: 111, ptimeMs: 20 } as const
    const [anna, carl, ben] = [await browser('opus'), await browser('opus'), await phone()]
    const heard = { type: 'session', session: 'a' } as const
    const join = async (id: string, who: FakeBrowser, hears: MediaSpec['hears']) => {
      const { sdp, fingerprint } = await who.offer()
      const answer = await who.answered(sdp, await set(id, { webrtc: { fingerprint }, codec, hears }))
      expect(answer).toContain('a=rtpmap:111 opus/48000/2')
      await who.connected()
    }
    ben.target = (await set('b', { remote: ben.address, codec: ULAW, hears: heard })).port
    await join('a', anna, { type: 'session', session: 'b' })
    await join('c', carl, heard)
    const opus = await createOpusCodec()
    closers.push(() => opus.close())
    const said: Buffer[] = []
    const timer = setInterval(() => {
      const loud = Int16Array.from({ length: 160 }, (_, i) => 6000 * Math.sin((said.length * 160 + i) / 2))
      said.push(Buffer.from(opus.encode(loud)!))
      anna.send(said.at(-1)!)
      ben.send(numberedPayload(2, said.length))
    }, 20)
    closers.push(() => clearInterval(timer))
    await carl.until((payloads) => payloads.length > 10)
    expect(said.some((payload) => payload.equals(carl.heard[5]!))).toBe(true)
    const atBen = await ben.hears(10)
    expect(atBen.every(({ payload }) => payload.length === 160)).toBe(true)
    expect(new Set(atBen.at(-1)!.payload).size).toBeGreaterThan(20)
    await anna.until((payloads) => payloads.length > 10)
    expect(anna.heard.every((payload) => opusSamples(payload) === 160)).toBe(true)
    expect((await plane.statistics('a')).sessions[0]!.packetsStrange).toBe(0)
  })

  it('with another certificate than its SDP names is given no sound, and none of it is taken', async () => {
    const { plane, set, events } = bench()
    const anna = await browser()
    const { sdp } = await anna.offer()
    const fingerprint = Array(32).fill('AB').join(':')
    await anna.answered(sdp, await set('a', { webrtc: { fingerprint }, hears: program('p', true, 'music') }))
    await anna.connected()
    let sent = 0
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        anna.send(numberedPayload(1, sent++))
        if (sent === 20) resolve(clearInterval(timer))
      }, 10)
    })
    const [statistics] = (await plane.statistics('a')).sessions
    expect([statistics!.packetsReceived, anna.heard.length, events]).toEqual([0, 0, []])
  })

  it('gets other ports and other credentials for another path', async () => {
    const { set } = bench()
    const webrtc = {}
    const first = await set('a', { webrtc })
    const second = await set('a', { webrtc, path: 1 })
    const again = await set('a', { webrtc, path: 1 })
    expect([second.port === first.port, second.webrtc!.ufrag === first.webrtc!.ufrag]).toEqual([false, false])
    expect(again).toEqual(second)
  })
})

describe('a phone whose way is tried anew', () => {
  it('is heard where it was and where it shall be, and is sent to from there once it is heard there', async () => {
    const { plane, set } = bench()
    const [ben, carl] = [await phone(), await phone()]
    const spec = { remote: ben.address, hears: { type: 'session', session: 'c' } } as const
    const heard = { type: 'session', session: 'b' } as const
    ben.target = (await set('b', spec)).port
    carl.target = (await set('c', { remote: carl.address, hears: heard })).port
    const old = ben.target
    const { port } = await set('b', { ...spec, path: 1 })
    expect(port).not.toBe(old)
    ben.send(numberedPayload(1, 1))
    await carl.hears(1)
    ben.target = port
    ben.send(numberedPayload(1, 2))
    await carl.hears(1)
    const from = new Promise<number>((resolve) => ben.socket.once('message', (_, { port }) => resolve(port)))
    carl.send(numberedPayload(2, 1))
    expect(await from).toBe(port)
    expect((await plane.statistics('b')).sessions[0]!.packetsReceived).toBe(2)
  })

  it('twice before it comes is sent to from where it is heard, all the time', async () => {
    const { set } = bench()
    const ben = await phone()
    const spec = { remote: ben.address, hears: program('p', true, 'music') }
    const old = (await set('b', spec)).port
    const from = (port: number) =>
      new Promise<void>((resolve) => ben.socket.on('message', (_, at) => void (at.port === port && resolve())))
    await from(old)
    await set('b', { ...spec, path: 1 })
    ben.target = (await set('b', { ...spec, path: 2 })).port
    await from(old)
    ben.send(numberedPayload(1, 1))
    await from(ben.target)
  })
})

describe('a browser whose way is tried anew twice before it comes', () => {
  it('hears on where it is', async () => {
    const { set } = bench()
    const anna = await browser()
    const { sdp, fingerprint } = await anna.offer()
    const spec = { webrtc: { fingerprint }, hears: program('p', true, 'music') }
    await anna.answered(sdp, await set('a', spec))
    await anna.until(({ length }) => length >= 5)
    for (const path of [1, 2]) await set('a', { ...spec, path })
    const heard = anna.heard.length
    await anna.until(({ length }) => length >= heard + 5)
  })
})

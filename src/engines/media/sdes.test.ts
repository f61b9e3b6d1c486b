import { afterEach, describe, expect, it } from 'vitest'
import type { MediaSpec, SrtpParty } from '#protocols/control'
import { RTP_HEADER_BYTES, RtpView, readRtcp, writeRtpHeader } from '#protocols/rtp'
import { type MasterKey, SrtcpReceiver, SrtpReceiver, SrtpSender } from '#protocols/srtp'
import { FakeParty, numberedPayload } from './fake-party.ts'
import { benchPlane, counting, join, program, ULAW } from './fake-plane.ts'

const PORTS = { from: 45_200, to: 45_399 }
const THEIRS = 'd0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj'
const OTHER = 'WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz'
const LONG = { suite: 'AES_CM_128_HMAC_SHA1_80', key: THEIRS } as const
const SHORT = { suite: 'AES_CM_128_HMAC_SHA1_32', key: THEIRS } as const
const closers: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

function masterOf(key: string): MasterKey {
  const bytes = Buffer.from(key, 'base64')
  return { key: bytes.subarray(0, 16), salt: bytes.subarray(16) }
}

function bench() {
  const made = benchPlane({ ports: PORTS, prompts: { music: counting(8000) } })
  closers.push(() => made.plane.close())
  const set = (id: string, party: FakeParty, spec: Partial<MediaSpec>) =>
    made.plane.set(id, {
      ...{ remote: party.address, codec: ULAW, sends: true, receives: true, hears: { type: 'silence' } },
      ...spec,
    })
  return { ...made, set }
}

async function phone(): Promise<FakeParty> {
  const made = await FakeParty.open()
  closers.push(() => made.close())
  return made
}

const PROFILES = {
  AES_CM_128_HMAC_SHA1_80: 'AES128_CM_HMAC_SHA1_80',
  AES_CM_128_HMAC_SHA1_32: 'AES128_CM_HMAC_SHA1_32',
} as const

/** What a phone of that key hears and says. */
function secrets({ suite, key }: Required<SrtpParty>, ours: string) {
  const profile = PROFILES[suite]
  return {
    sender: new SrtpSender(masterOf(key), profile),
    receiver: new SrtpReceiver(masterOf(ours), profile),
    control: new SrtcpReceiver(masterOf(ours), profile),
  }
}

function rtp(sequence: number, payload: Buffer): Buffer {
  const packet = Buffer.alloc(RTP_HEADER_BYTES + payload.length)
  writeRtpHeader(packet, { marker: false, payloadType: 0, sequence, timestamp: 160 * sequence, ssrc: 77 })
  payload.copy(packet, RTP_HEADER_BYTES)
  return packet
}

describe('a phone whose keys are in SDP (MED-11)', () => {
  it.each([LONG, SHORT])('talks with one in clear, both ways: %o', async (srtp) => {
    const { plane, set } = bench()
    const [anna, ben] = [await phone(), await phone()]
    const raw: Buffer[] = []
    anna.socket.on('message', (packet) => raw.push(packet))
    const local = await set('a', anna, { srtp, hears: { type: 'session', session: 'b' } })
    await join(plane, 'b', ben, { hears: { type: 'session', session: 'a' } })
    const { sender, receiver } = secrets(srtp, local.srtp!.key)
    anna.target = local.port
    anna.raw(sender.protect(rtp(1, numberedPayload(1, 1))))
    const [heard] = await ben.hears(1)
    expect(heard!.payload).toEqual(numberedPayload(1, 1))
    ben.send(numberedPayload(2, 5))
    await anna.hears(1)
    const view = new RtpView()
    const clear = receiver.open(raw[0]!)!
    expect(view.read(clear)).toBe(true)
    expect(clear.subarray(view.payloadStart)).toEqual(numberedPayload(2, 5))
    expect(raw[0]!.includes(numberedPayload(2, 5))).toBe(false)
  })

  it('is sent nothing while its key is not known, and nothing of it is taken that is not genuine', async () => {
    const { plane, set } = bench()
    const [anna, ben] = [await phone(), await phone()]
    const music = program('p', true, 'music')
    const first = await set('a', anna, { srtp: {}, hears: music })
    expect(first.srtp!.key).toMatch(/^[A-Za-z0-9+/]{40}$/)
    await join(plane, 'b', ben, { hears: { type: 'session', session: 'a' } })
    anna.target = first.port
    anna.send(numberedPayload(1, 1))
    const { sender } = secrets({ ...LONG, key: OTHER }, first.srtp!.key)
    anna.raw(sender.protect(rtp(2, numberedPayload(1, 2))))
    const count = async () => (await plane.statistics('a')).sessions[0]!
    while ((await count()).packetsStrange < 2) await new Promise((resolve) => setImmediate(resolve))
    expect(await count()).toMatchObject({ packetsSent: 0, packetsReceived: 0 })
    const second = await set('a', anna, { srtp: LONG, hears: music })
    expect(second).toEqual(first)
    await anna.hears(1)
    expect(ben.heard).toEqual([])
  })

  it('may take another key and another suite in one call, and no place of ours is protected twice', async () => {
    const { set } = bench()
    const anna = await phone()
    const raw: Buffer[] = []
    anna.socket.on('message', (packet) => raw.push(packet))
    const music = program('p', true, 'music')
    const local = await set('a', anna, { srtp: LONG, hears: music })
    await anna.hears(3)
    const before = raw.length
    await set('a', anna, { srtp: { ...SHORT, key: OTHER }, hears: music })
    await anna.until((heard) => heard.length > before + 5)
    const opened = [LONG, SHORT].map((srtp) => {
      const { receiver } = secrets(srtp, local.srtp!.key)
      return raw.map((packet) => receiver.open(packet)).filter((clear) => clear !== undefined)
    })
    expect(opened.map((clear) => clear.length > 2)).toEqual([true, true])
    const numbers = opened.flat().map((clear) => clear.readUInt16BE(2))
    expect(new Set(numbers).size).toBe(numbers.length)
  })

  it('is reported to in secret as well', async () => {
    const { plane, set } = bench()
    const anna = await phone()
    const local = await set('a', anna, { srtp: LONG, hears: program('p', true, 'music') })
    await anna.hears(2)
    // RTCP goes to the port after that of RTP: another socket takes it.
    const { createSocket } = await import('node:dgram')
    const beside = createSocket('udp4')
    closers.push(() => beside.close())
    const reported = new Promise<Buffer>((resolve) => beside.once('message', resolve))
    await new Promise<void>((resolve) => beside.bind(0, '127.0.0.1', resolve))
    await set('a', anna, {
      srtp: LONG,
      remote: { address: '127.0.0.1', port: beside.address().port - 1 },
      hears: program('p', true, 'music'),
    })
    await new Promise((resolve) => setImmediate(resolve))
    await plane.remove('a')
    const packet = await reported
    expect(readRtcp(secrets(LONG, local.srtp!.key).control.open(packet)!)?.bye).toBe(true)
  })
})

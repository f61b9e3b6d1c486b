/** Phones that nobody here wrote, and a plain one of our own, against the whole system as `npm start` runs it. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { VoiceMessages } from '#api/contract'
import { eventually } from '../kit/api-client.ts'
import { Baresip } from '../kit/baresip.ts'
import { freePort } from '../kit/free-ports.ts'
import { runSipp, whyWithout } from '../kit/outside.ts'
import { Phone, type PhoneOptions } from '../kit/phone.ts'
import { decodeMuLaw, frameOf, likeness, melody } from '../kit/sounds.ts'
import { type System, startSystem } from '../kit/system.ts'

let system: System
const phones: { close(): Promise<unknown> }[] = []

beforeAll(async () => {
  system = await startSystem()
})

afterEach(async () => {
  for (const phone of phones.splice(0)) await phone.close()
})

afterAll(async () => {
  await system?.stop()
})

async function phone(user: string, options: Partial<PhoneOptions> = {}): Promise<Phone> {
  const made = await Phone.open({ server: system.sip, user, ...options })
  phones.push(made)
  return made
}

/** A baresip that is registered, or the test is skipped with the reason. */
async function baresip(
  user: string,
  password: string,
  more: { sound?: Int16Array; transport?: 'udp' | 'tcp'; anyInterface?: boolean } = {},
): Promise<Baresip> {
  const made = await Baresip.start({ server: system.sip, user, password, ...more })
  phones.push(made)
  return made
}

const withoutSipp = whyWithout('sipp')
const withoutBaresip = whyWithout('baresip')

describe('SIPp, its own plain caller (TEL-01)', () => {
  const call = async (number: string, words: readonly string[] = []) =>
    runSipp(
      [
        '-sn',
        'uac',
        '-s',
        number,
        '-p',
        String(await freePort()),
        '-m',
        '5',
        '-r',
        '5',
        '-d',
        '1000',
        '-timeout',
        '60',
        ...words,
      ],
      system.sip,
    )

  it('calls the echo and the queue over UDP', async ({ skip }) => {
    if (withoutSipp) skip(withoutSipp)
    for (const number of ['1009', '1001']) {
      const { code, output } = await call(number)
      expect(code, output.slice(-3_000)).toBe(0)
    }
  })

  it('calls the echo and the queue over TCP', async ({ skip }) => {
    if (withoutSipp) skip(withoutSipp)
    for (const number of ['1009', '1001']) {
      const { code, output } = await call(number, ['-t', 't1'])
      expect(code, output.slice(-3_000)).toBe(0)
    }
  })
})

describe('baresip (TEL-19)', () => {
  it('registered as 2001 answers a call of the queue, and both hear each other (ACD-02, TEL-16)', async ({ skip }) => {
    if (withoutBaresip) skip(withoutBaresip)
    const agentSays = melody(30_000)
    const agent = await baresip('2001', 'demo-agent1', { sound: agentSays })
    await agent.registered()
    const heard: number[] = []
    const caller = await phone('7001')
    const call = await caller.dial('1001')
    call.media.hear((packet) => {
      for (const byte of packet.subarray(12)) heard.push(decodeMuLaw(byte))
    })
    expect((await agent.saw('CALL_ESTABLISHED')).peeruri).toContain('7001')
    const callerSays = melody(3_000).map((sample) => Math.round(sample / 2)) as Int16Array
    heard.length = 0
    call.media.speak((frame) => frameOf(callerSays, frame))
    await call.until('five seconds of sound', () => heard.length > 40_000)
    expect(await call.hangUp()).toBe(200)
    await agent.saw('CALL_CLOSED')
    const atAgent = await agent.close()
    expect(likeness(callerSays.subarray(4_000, 6_400), atAgent).score).toBeGreaterThan(0.9)
    const sample = Int16Array.from(heard.slice(8_000, 10_400))
    expect(likeness(sample, agentSays).score).toBeGreaterThan(0.9)
  })

  it('calls the echo over TCP and hears what it said', async ({ skip }) => {
    if (withoutBaresip) skip(withoutBaresip)
    const says = melody(30_000)
    const caller = await baresip('2003', 'demo-agent3', { sound: says, transport: 'tcp' })
    await caller.registered()
    caller.command('dial', `sip:1009@${system.sip.host}:${system.sip.port};transport=tcp`)
    await caller.saw('CALL_ESTABLISHED')
    await new Promise((resolve) => setTimeout(resolve, 4_000))
    caller.command('hangup')
    await caller.saw('CALL_CLOSED')
    const heard = await caller.close()
    expect(likeness(says.subarray(8_000, 10_400), heard).score).toBeGreaterThan(0.9)
  })

  it('that names an outer address of this machine, as it does by itself, is heard and hears all the same', async ({
    skip,
  }) => {
    if (withoutBaresip) skip(withoutBaresip)
    const says = melody(30_000)
    const caller = await baresip('2007', 'demo-agent7', { sound: says, anyInterface: true })
    await caller.registered()
    caller.command('dial', `sip:1009@${system.sip.host}:${system.sip.port}`)
    await caller.saw('CALL_ESTABLISHED')
    await new Promise((resolve) => setTimeout(resolve, 4_000))
    caller.command('hangup')
    await caller.saw('CALL_CLOSED')
    const heard = await caller.close()
    expect(likeness(says.subarray(8_000, 10_400), heard).score).toBeGreaterThan(0.9)
  })

  it('with a wrong password is not registered', async ({ skip }) => {
    if (withoutBaresip) skip(withoutBaresip)
    const stranger = await baresip('2005', 'wrong')
    await stranger.said(/403/)
    expect(stranger.output()).not.toMatch(/registered successfully/)
  })
})

/** "Message from", four digits and three seconds of message last seven seconds at the most; the keys are said for eight more. */
const SAID_SAMPLES = 8 * 8_000

describe('own voice messages by phone (VML-05)', () => {
  it('are heard at *97 as they were said, and then are heard on the desk too; 3 deletes them', async () => {
    const agent = await phone('2005', { password: 'demo-agent5' })
    expect(await agent.register()).toBe(200)
    agent.incoming = (incoming) => {
      incoming.media.speak(() => Buffer.alloc(160, 0xff))
      incoming.answer()
    }
    const api = await system.api('agent5')
    const caller = await phone('7020')
    const call = await caller.dial('2005')
    await call.connected()
    type Open = { readonly id: string; readonly from: string; readonly state: string }
    const talk = await eventually('the two talk', async () => {
      const { items } = await api.get<{ items: Open[] }>('/interactions?state=open')
      return items.find(({ from, state }) => from === '7020' && state === 'connected')
    })
    const atCaller: number[] = []
    call.media.hear((packet) => {
      for (const byte of packet.subarray(12)) atCaller.push(decodeMuLaw(byte))
    })
    call.media.speak(() => Buffer.alloc(160, 0xff))
    await api.post(`/interactions/${talk.id}/transfer`, { to: '2005', mailbox: true })
    await call.until('the end of the greeting and its beep', () => quietAfterSound(atCaller, 8_000))
    const says = melody(3_000)
    let spoken = 0
    call.media.speak((frame) => {
      spoken = frame
      return frameOf(says, frame)
    })
    await call.until('three seconds spoken', () => spoken > 155)
    expect(await call.hangUp()).toBe(200)

    const kept = () =>
      eventually('the message is kept', async () => {
        const { items } = await api.get<VoiceMessages>('/voice-messages')
        return items.find(({ sound }) => sound === 'kept')
      })
    expect(await kept()).toMatchObject({ mailbox: 'agent5', from: '7020', heard: null })

    const own = await agent.dial('*97')
    await own.connected()
    const heard: number[] = []
    own.media.hear((packet) => {
      for (const byte of packet.subarray(12)) heard.push(decodeMuLaw(byte))
    })
    await eventually('the message is said', async () => ((await kept()).heard ? true : undefined))
    const before = heard.length
    await own.until('who called and the whole message', () => heard.length > before + SAID_SAMPLES)
    expect(await kept()).toMatchObject({ heard: { by: 'agent5' } })
    await own.media.press('3')
    expect((await own.ended).by).toBe('them')
    expect(notesIn(heard, says).length).toBeGreaterThan(4)
    expect((await api.get<VoiceMessages>('/voice-messages')).items).toEqual([])
  })
})

describe('numbers of the demo', () => {
  it('1009 gives back what it was sent, byte for byte', async () => {
    const caller = await phone('7010')
    const call = await caller.dial('1009')
    await call.until('a hundred packets', () => (call.media.heard.get(call.media.stream)?.packets ?? 0) > 100)
    expect([...call.media.heard.keys()]).toEqual([call.media.stream])
    expect(call.media.heard.get(call.media.stream)).toMatchObject({ lost: 0, doubled: 0, changed: 0 })
    expect(await call.hangUp()).toBe(200)
  })

  it('1010 plays without a pause (MED-08)', async () => {
    const caller = await phone('7011')
    const call = await caller.dial('1010')
    await call.until('five seconds of music', () => call.media.otherPackets > 250)
    expect(await call.hangUp()).toBe(200)
  })

  it('1011 plays back what it recorded until #, and hangs up (REC-01, MED-09)', async () => {
    const caller = await phone('7012')
    const call = await caller.dial('1011')
    await call.connected()
    const heard: number[] = []
    call.media.hear((packet) => {
      for (const byte of packet.subarray(12)) heard.push(decodeMuLaw(byte))
    })
    call.media.speak(() => Buffer.alloc(160, 0xff))
    await call.until('the end of the introduction and its beep', () => quietAfterSound(heard))
    const says = melody(3_000)
    let spoken = 0
    call.media.speak((frame) => {
      spoken = frame
      return frameOf(says, frame)
    })
    await call.until('three seconds spoken', () => spoken > 155)
    heard.length = 0
    await call.media.press('#')
    expect((await call.ended).by).toBe('them')
    const played = Int16Array.from(heard)
    for (const from of [0, 8_000, 16_000]) {
      expect(likeness(says.subarray(from + 2_000, from + 6_000), played).score).toBeGreaterThan(0.95)
    }
  })

  it('1000 takes a digit and leads to the queue of that choice (IVR-01)', async () => {
    const agent = await phone('2007', { password: 'demo-agent7' })
    expect(await agent.register()).toBe(200)
    const caller = await phone('7013')
    const call = await caller.dial('1000')
    await call.connected()
    const rings = new Promise((resolve) => {
      agent.incoming = (incoming) => {
        incoming.ring()
        incoming.answer()
        resolve(incoming)
      }
    })
    const pressing = setInterval(() => void call.media.press('2'), 2_000)
    await rings
    clearInterval(pressing)
    await call.until('the agent', () => call.media.heard.size > 0)
    expect(await call.hangUp()).toBe(200)
    await agent.register(0)
  })

  it('unknown ones and those that begin with * get 404', async () => {
    const caller = await phone('7014')
    for (const number of ['4711', '*5', '*1009', '2999', 'nobody']) {
      const call = await caller.dial(number)
      expect((await call.ended).status, number).toBe(404)
    }
  })
})

describe('input that does not fit', () => {
  it('an offer without a usable codec gets 488', async () => {
    const caller = await phone('7020')
    const lines = [
      'v=0',
      'o=- 1 1 IN IP4 127.0.0.1',
      's=-',
      'c=IN IP4 127.0.0.1',
      't=0 0',
      'm=audio 4000 RTP/AVP 18',
      'a=rtpmap:18 G729/8000',
      '',
    ]
    for (const body of [lines.join('\r\n'), lines.join('\r\n').replace('m=audio', 'm=video'), 'v=0\r\nrubbish']) {
      const call = await caller.dial('1009', { body })
      expect((await call.ended).status, body).toBe(488)
    }
  })

  it('an unauthenticated REGISTER gets 401, a user nobody has gets no more than a wrong password does', async () => {
    expect(await (await phone('2009')).register()).toBe(401)
    const wrong = await (await phone('2009', { password: 'nonsense' })).register()
    const nobody = await (await phone('2999', { password: 'nonsense' })).register()
    expect([wrong, nobody]).toEqual([403, 403])
  })

  it('wrong passwords are slowed, more each time, and logged (SEC)', async () => {
    const guesser = await phone('2011')
    const tookMs: number[] = []
    for (let guess = 0; guess < 5; guess++) {
      const begun = performance.now()
      expect(await guesser.register(300, `guess-${guess}`)).toBe(403)
      tookMs.push(performance.now() - begun)
    }
    expect(tookMs[4]).toBeGreaterThan(1_500)
    expect(Math.max(...tookMs.slice(0, 2))).toBeLessThan(tookMs[4]!)
    await eventually('the word on it in the log', () => (/password/.test(system.log('edge')) ? true : undefined))
  })

  it('RTP of a stranger is neither heard nor echoed', async () => {
    const caller = await phone('7021')
    const stranger = await phone('7022')
    const other = await stranger.dial('1010')
    await other.connected()
    const call = await caller.dial('1009')
    await call.until('its echo', () => (call.media.heard.get(call.media.stream)?.packets ?? 0) > 20)
    other.media.remote = call.media.remote
    const before = call.media.heard.get(call.media.stream)!.packets
    await call.until('more echo', () => call.media.heard.get(call.media.stream)!.packets > before + 100)
    expect([...call.media.heard.keys()]).toEqual([call.media.stream])
    expect(other.media.heard.size).toBe(0)
    await Promise.all([call.hangUp(), other.hangUp()])
  })

  it('rubbish instead of SIP crashes nobody', async () => {
    const before = [system.pid('edge'), system.pid('core'), system.pid('media')]
    const vandal = await phone('7023')
    for (const text of RUBBISH) vandal.sendRaw(text)
    const call = await vandal.dial('1009')
    await call.connected()
    expect(await call.hangUp()).toBe(200)
    expect([system.pid('edge'), system.pid('core'), system.pid('media')]).toEqual(before)
  })

  it('OPTIONS is answered (TEL-08)', async () => {
    const prober = await phone('7024')
    const answer = await prober.ask('OPTIONS', `sip:${system.sip.host}:${system.sip.port}`)
    expect(answer.start).toBe('SIP/2.0 200 OK')
  })
})

const RUBBISH = [
  '',
  '\r\n\r\n',
  '\0\0\0\0',
  'INVITE',
  'INVITE sip:1009 SIP/2.0\r\n\r\n',
  'INVITE sip:1009@127.0.0.1 SIP/2.0\r\nVia: \r\nFrom: \r\nTo: \r\nCall-ID: \r\nCSeq: \r\n\r\n',
  'SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKnone\r\nCSeq: 1 INVITE\r\n\r\n',
  'SIP/2.0 999 \r\nCSeq: 99999999999999999999 INVITE\r\n\r\n',
  `INVITE sip:${'a'.repeat(60_000)}@127.0.0.1 SIP/2.0\r\n\r\n`,
  `OPTIONS sip:x@127.0.0.1 SIP/2.0\r\n${'Via: SIP/2.0/UDP 1.2.3.4;branch=z9hG4bK1\r\n'.repeat(500)}\r\n`,
  'INVITE sip:1009@127.0.0.1 SIP/2.0\r\nContent-Length: 99999999\r\n\r\nv=0',
  'INVITE sip:1009@127.0.0.1 SIP/2.0\r\nContent-Length: -5\r\n\r\n',
]

/** Half a second of quiet after at least a second of sound. */
function quietAfterSound(samples: readonly number[], quiet = 4_000): boolean {
  const loud = (sample: number) => Math.abs(sample) > 300
  if (samples.length < 12_000 || samples.slice(-quiet).some(loud)) return false
  return samples.filter(loud).length > 2_000
}

/** Of ten notes of a melody those that were heard, each by itself: a phone that its machine lets wait leaves out a few. */
function notesIn(heard: readonly number[], says: Int16Array): readonly number[] {
  const samples = Int16Array.from(heard)
  const notes = Array.from({ length: 10 }, (_, at) => at * 2_400)
  return notes.filter((at) => likeness(says.subarray(at + 80, at + 720), samples).score > 0.9)
}

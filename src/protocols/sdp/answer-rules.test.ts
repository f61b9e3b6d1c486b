import { describe, expect, it } from 'vitest'
import type { Direction } from './description.ts'
import { isHoldOffer, type LocalMedia, makeAnswer, makeOffer, readAnswer } from './offer-answer.ts'
import { parseSdp } from './parse.ts'

const LOCAL: LocalMedia = { address: '192.0.2.10', port: 30_000 }

interface Parts {
  readonly session?: readonly string[]
  readonly connection?: string | null
  readonly end?: string
}

function sdp(media: readonly string[], { session = [], connection = 'IN IP4 192.0.2.1', end = '\r\n' }: Parts = {}) {
  const head = ['v=0', 'o=alice 5 7 IN IP4 192.0.2.1', 's=-', ...(connection === null ? [] : [`c=${connection}`])]
  return [...head, 't=0 0', ...session, ...media, ''].join(end)
}

function answered(offer: string, local: LocalMedia = LOCAL) {
  const result = makeAnswer(offer, local, { sessionId: '9' })
  if (!result.ok) throw result
  return { ...result, lines: result.answer.text.split('\r\n') }
}

const mediaLines = (text: string) => text.split('\r\n').filter((line) => line.startsWith('m='))

/** RFC 3264 6.1: the peer's direction, what we want, what we answer. */
const DIRECTIONS: readonly (readonly [Direction, Direction, Direction])[] = [
  ['sendrecv', 'sendrecv', 'sendrecv'],
  ['sendrecv', 'sendonly', 'sendonly'],
  ['sendrecv', 'recvonly', 'recvonly'],
  ['sendrecv', 'inactive', 'inactive'],
  ['sendonly', 'sendrecv', 'recvonly'],
  ['sendonly', 'sendonly', 'inactive'],
  ['sendonly', 'recvonly', 'recvonly'],
  ['sendonly', 'inactive', 'inactive'],
  ['recvonly', 'sendrecv', 'sendonly'],
  ['recvonly', 'sendonly', 'sendonly'],
  ['recvonly', 'recvonly', 'inactive'],
  ['recvonly', 'inactive', 'inactive'],
  ['inactive', 'sendrecv', 'inactive'],
  ['inactive', 'sendonly', 'inactive'],
  ['inactive', 'recvonly', 'inactive'],
  ['inactive', 'inactive', 'inactive'],
]

describe('the direction of an answer (RFC 3264 6.1)', () => {
  it.each(DIRECTIONS)('to %s, when we want %s, is %s', (theirs, wanted, result) => {
    const offer = sdp(['m=audio 4000 RTP/AVP 0', `a=${theirs}`])
    const { lines, agreed } = answered(offer, { ...LOCAL, direction: wanted })
    expect(lines.filter((line) => /^a=(sendrecv|sendonly|recvonly|inactive)$/.test(line))).toEqual([`a=${result}`])
    expect(agreed.direction).toBe(result)
    expect(readAnswer(offer, { ...LOCAL, direction: wanted })).toMatchObject({ agreed: { direction: result } })
  })

  it.each<[string, readonly string[], readonly string[], Direction]>([
    ['nothing', [], [], 'sendrecv'],
    ['the session', ['a=recvonly'], [], 'sendonly'],
    ['the media line', [], ['a=sendonly'], 'recvonly'],
    ['the media line over the session', ['a=inactive'], ['a=sendrecv'], 'sendrecv'],
    ['a word that is no direction', [], ['a=sendreceive'], 'sendrecv'],
    ['a direction in capitals, which is another word', [], ['a=SENDONLY'], 'sendrecv'],
  ])('is told by %s', (_, session, media, result) => {
    expect(answered(sdp(['m=audio 4000 RTP/AVP 0', ...media], { session })).agreed.direction).toBe(result)
  })

  it('of one media line says nothing about another', () => {
    const offer = sdp([
      'm=video 6 RTP/AVP 31',
      'a=inactive',
      'm=audio 4000 RTP/AVP 0',
      'm=audio 8 RTP/AVP 0',
      'a=sendonly',
    ])
    expect(answered(offer).agreed.direction).toBe('sendrecv')
  })
})

describe('hold, new style and old (RFC 3264 8.4, RFC 2543)', () => {
  it.each<[string, Parts & { media: readonly string[] }, boolean, Direction]>([
    ['sendrecv', { media: ['a=sendrecv'] }, false, 'sendrecv'],
    ['sendonly', { media: ['a=sendonly'] }, true, 'recvonly'],
    ['inactive', { media: ['a=inactive'] }, true, 'inactive'],
    ['recvonly', { media: ['a=recvonly'] }, false, 'sendonly'],
    ['sendonly of the session', { media: [], session: ['a=sendonly'] }, true, 'recvonly'],
    ['a null address of the session', { media: [], connection: 'IN IP4 0.0.0.0' }, true, 'recvonly'],
    ['a null address of the line', { media: ['c=IN IP4 0.0.0.0'] }, true, 'recvonly'],
    [
      'a null address of the session, not of the line',
      { media: ['c=IN IP4 192.0.2.1'], connection: 'IN IP4 0.0.0.0' },
      false,
      'sendrecv',
    ],
    ['a null address and inactive', { media: ['a=inactive', 'c=IN IP4 0.0.0.0'] }, true, 'inactive'],
    ['a null address and recvonly', { media: ['a=recvonly', 'c=IN IP4 0.0.0.0'] }, true, 'inactive'],
    ['a null IPv6 address', { media: ['c=IN IP6 ::'] }, true, 'recvonly'],
  ])('%s', (_, { media, ...parts }, hold, ours) => {
    const offer = sdp(['m=audio 4000 RTP/AVP 0', ...media], parts)
    expect(isHoldOffer(offer)).toBe(hold)
    expect(answered(offer).agreed.direction).toBe(ours)
  })

  it.each([
    ['nothing', ''],
    ['no sense', 'hello'],
    ['no audio', sdp(['m=video 4 RTP/AVP 31', 'a=sendonly'])],
    ['a refused audio line', sdp(['m=audio 0 RTP/AVP 0', 'a=sendonly'])],
    [
      'a held line that is refused, before one that talks',
      sdp(['m=audio 0 RTP/AVP 0', 'a=inactive', 'm=audio 4 RTP/AVP 0']),
    ],
    ['held video beside audio', sdp(['m=audio 4 RTP/AVP 0', 'm=video 4 RTP/AVP 31', 'a=inactive'])],
  ])('is not meant by %s', (_, offer) => {
    expect(isHoldOffer(offer)).toBe(false)
  })

  it('that we ask for is understood by ourselves, and so is its end', () => {
    const talk = makeOffer(LOCAL, { sessionId: '1' })
    const hold = makeOffer({ ...LOCAL, direction: 'sendonly' }, { previous: talk })
    const again = makeOffer(LOCAL, { previous: hold })
    expect([talk, hold, again].map(({ text }) => isHoldOffer(text))).toEqual([false, true, false])
    expect([talk, hold, again].map(({ sessionVersion }) => sessionVersion)).toEqual([1, 2, 3])
  })
})

describe('the m= lines of an answer (RFC 3264 6)', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['one audio line', ['audio 4 RTP/AVP 0'], ['audio 30000 RTP/AVP 0']],
    [
      'video before audio',
      ['video 6 RTP/AVP 31 34', 'audio 4 RTP/AVP 8'],
      ['video 0 RTP/AVP 31 34', 'audio 30000 RTP/AVP 8'],
    ],
    ['two audio lines', ['audio 4 RTP/AVP 0', 'audio 6 RTP/AVP 0'], ['audio 30000 RTP/AVP 0', 'audio 0 RTP/AVP 0']],
    ['a refused one first', ['audio 0 RTP/AVP 0', 'audio 6 RTP/AVP 8'], ['audio 0 RTP/AVP 0', 'audio 30000 RTP/AVP 8']],
    [
      'one without a codec of ours first',
      ['audio 4 RTP/AVP 18', 'audio 6 RTP/AVP 8'],
      ['audio 0 RTP/AVP 18', 'audio 30000 RTP/AVP 8'],
    ],
    [
      'a secured one first',
      ['audio 4 RTP/SAVP 0', 'audio 6 RTP/AVP 0'],
      ['audio 0 RTP/SAVP 0', 'audio 30000 RTP/AVP 0'],
    ],
    [
      'a browser’s profile first',
      ['audio 4 UDP/TLS/RTP/SAVPF 0', 'audio 6 RTP/AVP 0'],
      ['audio 0 UDP/TLS/RTP/SAVPF 0', 'audio 30000 RTP/AVP 0'],
    ],
    ['the profile with feedback', ['audio 4 RTP/AVPF 0'], ['audio 30000 RTP/AVPF 0']],
    [
      'fax and messages beside',
      ['audio 4 RTP/AVP 0', 'image 6 udptl t38', 'message 8 TCP/MSRP *'],
      ['audio 30000 RTP/AVP 0', 'image 0 udptl t38', 'message 0 TCP/MSRP *'],
    ],
    [
      'a transport that nobody knows',
      ['audio 4 X/Y/Z 0', 'audio 6 RTP/AVP 0'],
      ['audio 0 X/Y/Z 0', 'audio 30000 RTP/AVP 0'],
    ],
  ])('to %s stand in their order, each with its profile', (_, offered, expected) => {
    const text = answered(sdp(offered.map((line) => `m=${line}`))).answer.text
    expect(mediaLines(text)).toEqual(expected.map((line) => `m=${line}`))
    expect(parseSdp(text).ok).toBe(true)
  })

  it.each([
    ['only fax', ['m=image 6 udptl t38']],
    ['audio of port 0', ['m=audio 0 RTP/AVP 0']],
    ['audio that is secured', ['m=audio 4 RTP/SAVP 0', 'm=audio 4 RTP/SAVPF 0']],
    ['no line', []],
    ['a codec of another rate', ['m=audio 4 RTP/AVP 97', 'a=rtpmap:97 PCMU/16000']],
    ['a codec of two channels', ['m=audio 4 RTP/AVP 97', 'a=rtpmap:97 PCMU/8000/2']],
    ['a dynamic number without a map', ['m=audio 4 RTP/AVP 97 98']],
    ['a number beyond all', ['m=audio 4 RTP/AVP 128 256 000000']],
    ['a static number that a map makes another codec', ['m=audio 4 RTP/AVP 0', 'a=rtpmap:0 opus/48000/2']],
    ['only telephone events', ['m=audio 4 RTP/AVP 101', 'a=rtpmap:101 telephone-event/8000']],
  ])('are none to an offer with %s: 488', (_, media) => {
    expect(makeAnswer(sdp(media), LOCAL, {})).toEqual({ ok: false, status: 488, reason: 'no codec in common' })
    expect(readAnswer(sdp(media), LOCAL)).toMatchObject({ ok: false, status: 488 })
  })

  it('keep their number when we offer anew after an answer (RFC 3264 8)', () => {
    const offer = sdp(['m=video 6 RTP/AVP 31', 'm=audio 4 RTP/AVP 8', 'm=image 8 udptl t38'])
    const first = answered(offer).answer
    const hold = makeOffer({ ...LOCAL, direction: 'sendonly' }, { previous: first })
    expect(mediaLines(hold.text)).toEqual([
      'm=video 0 RTP/AVP 31',
      'm=audio 30000 RTP/AVP 0 8 101',
      'm=image 0 udptl t38',
    ])
    expect([hold.sessionId, hold.sessionVersion]).toEqual([first.sessionId, first.sessionVersion + 1])
    expect(makeOffer({ ...LOCAL, direction: 'sendonly' }, { previous: hold })).toBe(hold)
    expect(isHoldOffer(hold.text)).toBe(true)
  })
})

describe('the o= line (RFC 3264 8)', () => {
  const offer = sdp(['m=audio 4 RTP/AVP 0 8'])
  const origin = (text: string) => text.split('\r\n')[1]

  it.each<[string, Partial<LocalMedia>, boolean]>([
    ['nothing', {}, false],
    [
      'the same said in full',
      { codecs: ['PCMU', 'PCMA'], direction: 'sendrecv', ptimeMs: 20, telephoneEvent: true },
      false,
    ],
    ['the address', { address: '192.0.2.11' }, true],
    ['the port', { port: 30_002 }, true],
    ['the direction', { direction: 'sendonly' }, true],
    ['the codecs', { codecs: ['PCMA'] }, true],
    ['their order', { codecs: ['PCMA', 'PCMU'] }, true],
    ['the packet time', { ptimeMs: 30 }, true],
    ['telephone events', { telephoneEvent: false }, true],
  ])('of an offer counts on when what changed is %s', (_, change, counted) => {
    const previous = makeOffer(LOCAL, { sessionId: '77' })
    const next = makeOffer({ ...LOCAL, ...change }, { sessionId: 'ignored', previous })
    expect([next.sessionId, next.sessionVersion]).toEqual(['77', counted ? 2 : 1])
    expect(origin(next.text)).toBe(`o=- 77 ${counted ? 2 : 1} IN IP4 ${change.address ?? LOCAL.address}`)
  })

  it('of an answer carries on from what was sent last, offer or answer', () => {
    const sent = makeOffer(LOCAL, { sessionId: '5' })
    const first = makeAnswer(offer, LOCAL, { sessionId: '6', previous: sent })
    if (!first.ok) throw first
    const second = makeAnswer(offer, LOCAL, { previous: first.answer })
    expect([first.answer.sessionId, first.answer.sessionVersion]).toEqual(['5', 2])
    expect(second.ok && second.answer).toBe(first.answer)
  })

  it('has the family of our address', () => {
    const six = makeOffer({ ...LOCAL, address: '2001:db8::1' }, { sessionId: '5' }).text.split('\r\n')
    expect([six[1], six[3]]).toEqual(['o=- 5 1 IN IP6 2001:db8::1', 'c=IN IP6 2001:db8::1'])
    const four = answered(sdp(['m=audio 4 RTP/AVP 0'], { connection: 'IN IP6 2001:db8::9' }))
    expect([four.lines[3], four.agreed.address]).toEqual(['c=IN IP4 192.0.2.10', '2001:db8::9'])
  })
})

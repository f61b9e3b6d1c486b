import { describe, expect, it } from 'vitest'
import { answerSdp, offerSdp, termsOf, termsOfAnswer, welcomeOf } from './sdp-terms.ts'

const LOCAL = { address: '192.0.2.9', port: 20_000 }

function sdp(lines: readonly string[], address = '192.0.2.5'): string {
  return [`v=0`, `o=- 1 1 IN IP4 ${address}`, 's=-', `c=IN IP4 ${address}`, 't=0 0', ...lines, ''].join('\r\n')
}

const AUDIO = ['m=audio 4000 RTP/AVP 8 0 96', 'a=rtpmap:96 telephone-event/8000']

describe('the terms of a party', () => {
  it.each([
    ['sendrecv', { sends: true, receives: true }],
    ['sendonly', { sends: false, receives: true }],
    ['recvonly', { sends: true, receives: false }],
    ['inactive', { sends: false, receives: false }],
  ])('read a=%s from our side', (direction, expected) => {
    expect(termsOf(sdp([...AUDIO, `a=${direction}`]))).toMatchObject(expected)
  })

  it('take the first codec of the party that is ours, its event type and its packet time', () => {
    expect(termsOf(sdp([...AUDIO, 'a=ptime:30']))).toMatchObject({
      remote: { address: '192.0.2.5', port: 4000 },
      codec: { name: 'PCMA', payloadType: 8, ptimeMs: 30 },
      telephoneEvent: 96,
    })
    expect(termsOf(sdp(['m=audio 4000 RTP/AVP 18 0']))?.codec?.name).toBe('PCMU')
  })

  it('have no address to send to when it is the null address or a name', () => {
    expect(termsOf(sdp(AUDIO, '0.0.0.0'))).toMatchObject({ sends: false })
    expect(termsOf(sdp(AUDIO, '0.0.0.0'))?.remote).toBeUndefined()
    expect(termsOf(sdp(AUDIO).replace('c=IN IP4 192.0.2.5', 'c=IN IP4 phone.example'))?.remote).toBeUndefined()
  })

  it.each([
    ['no common codec', sdp(['m=audio 4000 RTP/AVP 18'])],
    ['a refused line', sdp(['m=audio 0 RTP/AVP 8'])],
    ['video only', sdp(['m=video 4000 RTP/AVP 99'])],
    ['nonsense', 'nonsense'],
    ['nothing', ''],
    ['a secured line', sdp(['m=audio 4000 RTP/SAVP 8'])],
  ])('are none for %s', (_, body) => {
    expect(termsOf(body)).toBeUndefined()
  })
})

describe('our SDP', () => {
  const leg = { id: 'l-1', media: { process: 'media-1' } }

  it('answers each line of the offer, the first audio line with the codec of the terms and the direction mirrored', () => {
    const offer = sdp(['m=video 5000 RTP/AVP 99', ...AUDIO, 'a=sendonly'])
    const answer = answerSdp({ leg, local: LOCAL }, offer, termsOf(offer)!)
    expect(answer).toContain('m=video 0 RTP/AVP 99')
    expect(answer).toMatch(/m=audio 20000 RTP\/AVP 8 96\r\n/)
    expect(answer).toContain('a=recvonly')
  })

  it('offers the other party’s codec first, or the one in use', () => {
    expect(offerSdp({ leg, local: LOCAL, first: 'PCMU' })).toMatch(/m=audio 20000 RTP\/AVP 0 8 101/)
    const used = { ...leg, media: { ...leg.media, terms: termsOf(sdp(AUDIO))! } }
    expect(offerSdp({ leg: used, local: LOCAL, first: 'PCMU' })).toMatch(/RTP\/AVP 8 0 101/)
  })

  it('counts on from what was said last, and says the same version for the same words (RFC 3264 8)', () => {
    const first = offerSdp({ leg, local: LOCAL })
    const said = { ...leg, media: { ...leg.media, sdp: first } }
    expect(offerSdp({ leg: said, local: LOCAL })).toBe(first)
    const moved = offerSdp({ leg: said, local: { ...LOCAL, port: 20_002 } })
    const origin = (text: string) => /o=- (\d+) (\d+)/.exec(text)?.slice(1)
    expect(origin(first)?.[1]).toBe('1')
    expect(origin(moved)).toEqual([origin(first)?.[0], '2'])
  })
})

const BROWSER = [
  'm=audio 9 UDP/TLS/RTP/SAVPF 111 0 8 110 126',
  'a=rtpmap:111 opus/48000/2',
  'a=rtpmap:110 telephone-event/48000',
  'a=rtpmap:126 telephone-event/8000',
  'a=ice-ufrag:abcd',
  'a=ice-pwd:abcdefghijklmnopqrstuvwx',
  'a=fingerprint:sha-256 AB',
  'a=setup:actpass',
  'a=mid:0',
  'a=rtcp-mux',
]

const PHONE = ['m=audio 4000 RTP/AVP 96 8 101', 'a=rtpmap:96 opus/48000/2', 'a=rtpmap:101 telephone-event/8000']

describe('Opus (MED-11)', () => {
  const webrtc = { ufrag: 'u', password: 'p', fingerprint: 'CD' }
  const leg = { id: 'l-1', media: { process: 'media-1' } }
  const wide = { name: 'PCMA', wire: 'opus', payloadType: 111, ptimeMs: 20 }

  it('is what a browser speaks, with events on its clock', () => {
    const terms = termsOf(sdp(BROWSER), { opus: 'browsers' })!
    expect(terms).toMatchObject({ codec: wide, telephoneEvent: 110, telephoneEventHz: 48_000 })
    const answer = answerSdp({ leg, local: { ...LOCAL, webrtc } }, sdp(BROWSER), terms)
    expect(answer).toMatch(/m=audio 20000 UDP\/TLS\/RTP\/SAVPF 111 110\r\n/)
    expect(answer).toContain('a=rtpmap:111 opus/48000/2')
    expect(answer).toMatch(/a=fmtp:111 .*useinbandfec=1/)
    expect(answer).toContain('a=rtpmap:110 telephone-event/48000')
  })

  it('is spoken by those alone who may', () => {
    expect(termsOf(sdp(BROWSER), { opus: 'nobody' })).toMatchObject({
      codec: { name: 'PCMU', payloadType: 0 },
      telephoneEvent: 126,
    })
    expect(termsOf(sdp(BROWSER), { opus: 'nobody' })?.codec).not.toHaveProperty('wire')
    expect(termsOf(sdp(PHONE), { opus: 'browsers' })?.codec).toEqual({ name: 'PCMA', payloadType: 8, ptimeMs: 20 })
    const phone = termsOf(sdp(PHONE), { opus: 'everybody' })!
    expect(phone).toMatchObject({ codec: { ...wide, payloadType: 96 }, telephoneEvent: 101 })
    expect(phone).not.toHaveProperty('telephoneEventHz')
  })

  it('needs its own clock and two channels in SDP (RFC 7587 7)', () => {
    const odd = sdp(['m=audio 4000 RTP/AVP 96 8', 'a=rtpmap:96 opus/48000'])
    expect(termsOf(odd, { opus: 'everybody' })?.codec?.payloadType).toBe(8)
  })

  it('has the packet times that it knows', () => {
    const ptime = (ms: number) => termsOf(sdp([...PHONE, `a=ptime:${ms}`]), { opus: 'everybody' })?.codec?.ptimeMs
    expect([10, 20, 30, 40, 60, 120].map(ptime)).toEqual([10, 20, 20, 40, 60, 20])
  })

  it('is offered before G.711, under the number that it had', () => {
    const local = { ...LOCAL, webrtc }
    const first = offerSdp({ leg, local, opus: true })
    expect(first).toMatch(/m=audio 20000 \S+ 111 8 0 110 101\r\n/)
    const other = answerSdp({ leg, local: LOCAL }, sdp(PHONE), termsOf(sdp(PHONE), { opus: 'everybody' })!)
    const used = { ...leg, media: { ...leg.media, sdp: other, terms: termsOf(sdp(PHONE), { opus: 'everybody' })! } }
    expect(offerSdp({ leg: used, local: LOCAL })).toMatch(/RTP\/AVP 96 8 0 110 101\r\n/)
    expect(offerSdp({ leg: used, local: LOCAL, narrow: true })).toMatch(/RTP\/AVP 96 110\r\n/)
  })

  it('comes after what is in use, and is in an answer only if it was offered', () => {
    const plain = { ...leg, media: { ...leg.media, terms: termsOf(sdp(PHONE))! } }
    const offer = offerSdp({ leg: plain, local: LOCAL, opus: true })
    expect(offer).toMatch(/RTP\/AVP 8 0 111 101 110\r\n/)
    const asked = { ...leg, media: { ...leg.media, sdp: offer } }
    expect(termsOfAnswer(sdp(PHONE), asked)?.codec?.wire).toBe('opus')
    expect(
      termsOfAnswer(sdp(PHONE), { media: { ...leg.media, sdp: offerSdp({ leg, local: LOCAL }) } })?.codec?.wire,
    ).toBeUndefined()
  })
})

describe('keys in SDP (MED-11)', () => {
  const leg = { id: 'l-1', media: { process: 'media-1' } }
  const key = 'd0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj'
  const local = { ...LOCAL, srtp: { key: 'T3VycyBpcyB0aGlydHkgb2N0ZXRzIGxvbmcsIG9r' } }
  const crypto = `a=crypto:2 AES_CM_128_HMAC_SHA1_32 inline:${key}`
  const secured = sdp(['m=audio 4000 RTP/SAVP 8', crypto])
  const parameters = (value?: string) => new Map(value === undefined ? [] : [['SRTP', { value }]])

  it('are taken over TLS, and over anything else only where it is said so', () => {
    const may = (value: string | undefined, isSecret: boolean) => welcomeOf(parameters(value), { isSecret }).srtp
    expect([undefined, 'refused', 'accepted', 'offered', 'anywhere'].map((value) => may(value, true))).toEqual([
      ...[true, false, true, true, true],
    ])
    expect([undefined, 'refused', 'accepted', 'offered', 'anywhere'].map((value) => may(value, false))).toEqual([
      ...[false, false, false, false, true],
    ])
    expect(termsOf(secured)).toBeUndefined()
  })

  it('are terms of the party, and our own stand in the answer', () => {
    const terms = termsOf(secured, { srtp: true })!
    expect(terms.srtp).toEqual({ suite: 'AES_CM_128_HMAC_SHA1_32', key })
    expect(answerSdp({ leg, local }, secured, terms)).toContain(
      `a=crypto:2 AES_CM_128_HMAC_SHA1_32 inline:${local.srtp.key}`,
    )
  })

  it('that were offered must be answered', () => {
    const asked = { media: { ...leg.media, sdp: offerSdp({ leg, local }) } }
    expect(asked.media.sdp).toMatch(/m=audio 20000 RTP\/SAVP 8 0 101/)
    expect(termsOfAnswer(secured, asked)?.srtp?.key).toBe(key)
    expect(termsOfAnswer(sdp(AUDIO), asked)).toBeUndefined()
    const open = { media: { ...leg.media, sdp: offerSdp({ leg, local: LOCAL }) } }
    expect(termsOfAnswer(secured, open)).toBeUndefined()
    expect(termsOfAnswer(sdp(AUDIO), open)?.codec?.name).toBe('PCMA')
  })
})

import { describe, expect, it } from 'vitest'
import { makeAnswer, makeOffer, readAnswer } from './offer-answer.ts'
import { parseSdp } from './parse.ts'

const LOCAL = { address: '192.0.2.9', port: 20_000 }
const WIDE = { ...LOCAL, codecs: ['opus', 'PCMA', 'PCMU'] } as const

function sdp(...lines: readonly string[]): string {
  return ['v=0', 'o=- 1 1 IN IP4 192.0.2.5', 's=-', 'c=IN IP4 192.0.2.5', 't=0 0', ...lines, ''].join('\r\n')
}

const PHONE = sdp(
  'm=audio 4000 RTP/AVP 109 8 101 102',
  'a=rtpmap:109 opus/48000/2',
  'a=fmtp:109 maxplaybackrate=48000;stereo=1;useinbandfec=1',
  'a=rtpmap:101 telephone-event/8000',
  'a=rtpmap:102 telephone-event/48000',
)

describe('Opus in SDP (RFC 7587)', () => {
  it('is offered with its clock, two channels, and what its decoder likes, and events on both clocks (RFC 4733 2.5.1.1)', () => {
    const { text } = makeOffer(WIDE, { sessionId: '1' })
    expect(text).toContain('m=audio 20000 RTP/AVP 111 8 0 110 101\r\n')
    expect(text).toContain('a=rtpmap:111 opus/48000/2\r\n')
    expect(text).toMatch(/a=fmtp:111 minptime=10;\s?useinbandfec=1\r\n/)
    expect(text).toContain('a=rtpmap:110 telephone-event/48000\r\n')
    expect(text).toContain('a=fmtp:110 0-15\r\n')
    expect(text).toContain('a=rtpmap:101 telephone-event/8000\r\n')
  })

  it('is not offered, nor are its events, by those who do not speak it', () => {
    expect(makeOffer(LOCAL, { sessionId: '1' }).text).not.toMatch(/opus|48000/)
    expect(makeOffer({ ...WIDE, telephoneEvent: false }, { sessionId: '1' }).text).not.toContain('telephone-event')
  })

  it('is answered under the number of the offer, with the events on its clock', () => {
    const made = makeAnswer(PHONE, WIDE, { sessionId: '1' })
    if (!made.ok) throw made
    expect(made.answer.text).toContain('m=audio 20000 RTP/AVP 109 102\r\n')
    expect(made.answer.text).toContain('a=rtpmap:109 opus/48000/2\r\n')
    expect(made.agreed).toMatchObject({
      codec: 'opus',
      payloadType: 109,
      telephoneEvent: 102,
      telephoneEventHz: 48_000,
    })
  })

  it('says which events of telephones the peer may send beside them', () => {
    const read = readAnswer(PHONE, WIDE)
    if (!read.ok) throw read
    expect(read.agreed).toMatchObject({ telephoneEvent: 102, telephoneEventNarrow: 101 })
    const alone = readAnswer(PHONE.replace('a=rtpmap:101 telephone-event/8000\r\n', ''), WIDE)
    expect(alone.ok && alone.agreed).not.toHaveProperty('telephoneEventNarrow')
  })

  it('takes events of telephones where there are no others, and says so by no clock', () => {
    const odd = PHONE.replace('a=rtpmap:102 telephone-event/48000\r\n', '')
    const read = readAnswer(odd, WIDE)
    if (!read.ok) throw read
    expect(read.agreed).toMatchObject({ codec: 'opus', telephoneEvent: 101 })
    expect(read.agreed).not.toHaveProperty('telephoneEventHz')
  })

  it('leaves G.711 its own events', () => {
    const made = makeAnswer(PHONE, LOCAL, { sessionId: '1' })
    if (!made.ok) throw made
    expect(made.answer.text).toContain('m=audio 20000 RTP/AVP 8 101\r\n')
    expect(made.agreed).not.toHaveProperty('telephoneEventHz')
  })

  it('is taken as the peer prefers in an answer, and as we do in an offer', () => {
    const turned = PHONE.replace('109 8', '8 109')
    expect(readAnswer(turned, WIDE)).toMatchObject({ ok: true, agreed: { codec: 'PCMA' } })
    expect(makeAnswer(turned, WIDE, { sessionId: '1' })).toMatchObject({ ok: true, agreed: { codec: 'opus' } })
  })

  it.each([
    ['another clock', 'opus/8000/2'],
    ['one channel', 'opus/48000'],
    ['another name', 'opuz/48000/2'],
  ])('is not what has %s', (_, map) => {
    expect(readAnswer(PHONE.replace('opus/48000/2', map), WIDE)).toMatchObject({ ok: true, agreed: { codec: 'PCMA' } })
  })

  it('keeps its number in later offers (RFC 3264 8.3.2)', () => {
    const made = makeAnswer(PHONE, WIDE, { sessionId: '1' })
    if (!made.ok) throw made
    const { text } = makeOffer({ ...WIDE, port: 20_002 }, { previous: made.answer })
    expect(text).toContain('m=audio 20002 RTP/AVP 109 8 0 110 101\r\n')
  })

  it('is read with both kinds of events apart from the codecs', () => {
    const read = parseSdp(PHONE)
    if (!read.ok) throw read
    const [audio] = read.value.media
    expect(audio).toMatchObject({ telephoneEvent: 101, telephoneEventWide: 102 })
    expect(audio!.codecs.map(({ name }) => name)).toEqual(['OPUS', 'PCMA'])
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isHoldOffer, makeAnswer, makeOffer, readAnswer, type SentSdp } from './offer-answer.ts'
import { parseSdp } from './parse.ts'

const LOCAL = { address: '192.0.2.10', port: 30_000 }

function sdp(...media: string[]): string {
  return ['v=0', 'o=alice 5 7 IN IP4 192.0.2.1', 's=-', 'c=IN IP4 192.0.2.1', 't=0 0', ...media, ''].join('\r\n')
}

function answered(offer: string, local: Parameters<typeof makeAnswer>[1] = LOCAL) {
  const result = makeAnswer(offer, local, { sessionId: '9' })
  if (!result.ok) throw result
  return { ...result, lines: result.answer.text.split('\r\n') }
}

describe('SDP that was read', () => {
  it('shows address, codecs, events and direction', () => {
    const parsed = parseSdp(
      sdp(
        'm=audio 4000 RTP/AVP 8 0 96 101 34',
        'a=rtpmap:96 opus/48000/2',
        'a=rtpmap:101 telephone-event/8000',
        'a=ptime:30',
        'a=sendonly',
      ),
    )
    expect(parsed).toMatchObject({
      ok: true,
      value: {
        sessionId: '5',
        sessionVersion: '7',
        media: [
          { kind: 'audio', port: 4000, address: '192.0.2.1', direction: 'sendonly', ptimeMs: 30, telephoneEvent: 101 },
        ],
      },
    })
    if (!parsed.ok) return
    expect(parsed.value.media[0]!.codecs.map((c) => `${c.name}/${c.clockRate}/${c.channels}`)).toEqual([
      'PCMA/8000/1',
      'PCMU/8000/1',
      'OPUS/48000/2',
    ])
  })

  it('takes a connection of its own for each line, of either family (RFC 5118 4.8)', () => {
    const parsed = parseSdp(sdp('m=audio 1 RTP/AVP 0', 'c=IN IP6 2001:db8::1', 'm=video 2 RTP/AVP 31'))
    expect(parsed.ok && parsed.value.media.map((m) => m.address)).toEqual(['2001:db8::1', '192.0.2.1'])
  })

  it.each([
    ['nothing', ''],
    ['no version', 'o=a 1 1 IN IP4 h\r\nm=audio 1 RTP/AVP 0\r\n'],
    ['no connection', 'v=0\r\no=a 1 1 IN IP4 h\r\ns=-\r\nt=0 0\r\nm=audio 1 RTP/AVP 0\r\n'],
    ['a port beyond all', sdp('m=audio 99999 RTP/AVP 0')],
    ['too many streams', sdp(...Array.from({ length: 17 }, () => 'm=audio 1 RTP/AVP 0'))],
    ['too many formats', sdp(`m=audio 1 RTP/AVP ${'0 '.repeat(65)}`)],
    ['a line without end', sdp(`a=${'x'.repeat(5_000)}`)],
    ['lines without end', sdp(...Array.from({ length: 900 }, () => 'a=x'))],
    ['too many octets', 'x\n'.repeat(20_000)],
  ])('is refused with %s', (_, text) => {
    expect(parseSdp(text)).toMatchObject({ ok: false })
  })

  it('never throws, whatever comes', () => {
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom('v=0', 'o=a 1 1 IN IP4 h', 'm=audio 1 RTP/AVP 0', 'a=rtpmap:0 x', 'a=__proto__:1', 'c=IN IP4 h'),
    )
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        parseSdp(lines.join('\r\n'))
        makeAnswer(lines.join('\n'), LOCAL, {})
      }),
      { numRuns: 300 },
    )
  })
})

describe('offer and answer (RFC 3264)', () => {
  it('offers both G.711 laws and telephone events', () => {
    expect(makeOffer(LOCAL, { sessionId: '42' }).text.split('\r\n')).toEqual([
      'v=0',
      'o=- 42 1 IN IP4 192.0.2.10',
      's=-',
      'c=IN IP4 192.0.2.10',
      't=0 0',
      'm=audio 30000 RTP/AVP 0 8 101',
      'a=rtpmap:0 PCMU/8000',
      'a=rtpmap:8 PCMA/8000',
      'a=rtpmap:101 telephone-event/8000',
      'a=fmtp:101 0-15',
      'a=ptime:20',
      'a=sendrecv',
      '',
    ])
  })

  it('answers each m= line in its place and takes one audio stream', () => {
    const { lines, agreed } = answered(
      sdp(
        'm=video 2 RTP/AVP 31',
        'm=audio 0 RTP/AVP 0',
        'm=audio 4000 RTP/AVP 18 8 97',
        'a=rtpmap:97 telephone-event/8000',
        'm=audio 6 RTP/AVP 0',
        'm=image 7 udptl t38',
      ),
    )
    expect(lines.filter((line) => line.startsWith('m='))).toEqual([
      'm=video 0 RTP/AVP 31',
      'm=audio 0 RTP/AVP 0',
      'm=audio 30000 RTP/AVP 8 97',
      'm=audio 0 RTP/AVP 0',
      'm=image 0 udptl t38',
    ])
    expect(agreed).toEqual({
      address: '192.0.2.1',
      port: 4000,
      codec: 'PCMA',
      payloadType: 8,
      telephoneEvent: 97,
      direction: 'sendrecv',
      ptimeMs: 20,
    })
  })

  it('prefers as we do in an answer, and as the peer does in its answer', () => {
    const both = sdp('m=audio 4000 RTP/AVP 8 0')
    expect(answered(both).agreed.codec).toBe('PCMU')
    expect(answered(both, { ...LOCAL, codecs: ['PCMA', 'PCMU'] }).agreed.codec).toBe('PCMA')
    expect(readAnswer(both, LOCAL)).toMatchObject({ ok: true, agreed: { codec: 'PCMA' } })
  })

  it('takes G.711 under a dynamic payload type, and answers with that', () => {
    const { agreed, lines } = answered(sdp('m=audio 4000 RTP/AVP 98', 'a=rtpmap:98 pcma/8000'))
    expect(agreed).toMatchObject({ codec: 'PCMA', payloadType: 98 })
    expect(lines).toContain('a=rtpmap:98 PCMA/8000')
  })

  it.each([
    ['sendrecv', 'sendrecv'],
    ['sendonly', 'recvonly'],
    ['recvonly', 'sendonly'],
    ['inactive', 'inactive'],
  ])('answers %s with %s', (theirs, ours) => {
    const { lines, agreed } = answered(sdp('m=audio 4000 RTP/AVP 0', `a=${theirs}`))
    expect(lines).toContain(`a=${ours}`)
    expect(agreed.direction).toBe(ours)
  })

  it('knows both ways of putting on hold', () => {
    expect(isHoldOffer(sdp('m=audio 4000 RTP/AVP 0', 'a=sendonly'))).toBe(true)
    expect(isHoldOffer(sdp('m=audio 4000 RTP/AVP 0', 'c=IN IP4 0.0.0.0'))).toBe(true)
    expect(isHoldOffer(sdp('m=audio 4000 RTP/AVP 0'))).toBe(false)
    expect(answered(sdp('m=audio 4000 RTP/AVP 0', 'c=IN IP4 0.0.0.0')).agreed.direction).toBe('recvonly')
  })

  it.each([
    ['no codec of ours', sdp('m=audio 4000 RTP/AVP 18 96', 'a=rtpmap:96 opus/48000/2'), 488],
    ['only video', sdp('m=video 4000 RTP/AVP 31'), 488],
    ['only secured media', sdp('m=audio 4000 RTP/SAVP 0'), 488],
    ['no sense', 'hello', 400],
  ])('has a status for an offer with %s', (_, offer, status) => {
    expect(makeAnswer(offer, LOCAL, {})).toMatchObject({ ok: false, status })
    expect(readAnswer(offer, LOCAL)).toMatchObject({ ok: false, status })
  })

  it('raises the version of o= only when something changed', () => {
    const first = makeOffer(LOCAL, { sessionId: '1' })
    const same = makeOffer(LOCAL, { previous: first })
    const hold = makeOffer({ ...LOCAL, direction: 'sendonly' }, { previous: same })
    const carried = JSON.parse(JSON.stringify(hold)) as SentSdp
    const answer = makeAnswer(sdp('m=audio 4000 RTP/AVP 0'), LOCAL, { previous: carried })
    expect([first.sessionVersion, same, hold.sessionVersion, answer.ok && answer.answer.sessionVersion]).toEqual([
      1,
      first,
      2,
      3,
    ])
  })
})

import { describe, expect, it } from 'vitest'
import { SDP_LIMITS, type SdpDescription, type SdpMedia } from './description.ts'
import { makeAnswer, readAnswer } from './offer-answer.ts'
import { parseSdp } from './parse.ts'

const LOCAL = { address: '192.0.2.10', port: 30_000 }
const HEAD = ['v=0', 'o=alice 5 7 IN IP4 192.0.2.1', 's=-', 'c=IN IP4 192.0.2.1', 't=0 0']

const sdp = (...media: string[]) => [...HEAD, ...media, ''].join('\r\n')

function read(text: string): SdpDescription {
  const parsed = parseSdp(text)
  if (!parsed.ok) throw parsed
  return parsed.value
}

/** The one media line of a body. */
const line = (...media: string[]): SdpMedia => read(sdp(...media)).media[0]!
const codecs = (...media: string[]) =>
  line(...media).codecs.map((c) => `${c.payloadType} ${c.name}/${c.clockRate}/${c.channels}`)
const reason = (text: string) => {
  const parsed = parseSdp(text)
  return parsed.ok ? undefined : parsed.reason
}

describe('the m= and c= lines of SDP (RFC 8866 5.7, 5.14)', () => {
  it.each<[string, Partial<SdpMedia>]>([
    ['audio 4000 RTP/AVP 0', { kind: 'audio', port: 4000, protocol: 'RTP/AVP', formats: '0' }],
    ['audio 65535 RTP/AVPF 0 8', { port: 65_535, protocol: 'RTP/AVPF', formats: '0 8' }],
    ['audio 0 RTP/AVP 0', { port: 0 }],
    ['audio 9 UDP/TLS/RTP/SAVPF 111', { protocol: 'UDP/TLS/RTP/SAVPF', formats: '111', codecs: [] }],
    ['image 4 udptl t38', { kind: 'image', protocol: 'udptl', formats: 't38', codecs: [] }],
    ['message 4 TCP/MSRP *', { kind: 'message', formats: '*' }],
    ['application 9 UDP/DTLS/SCTP webrtc-datachannel', { kind: 'application', formats: 'webrtc-datachannel' }],
  ])('m=%s', (text, expected) => {
    expect(line(`m=${text}`)).toMatchObject({ address: '192.0.2.1', direction: 'sendrecv', ...expected })
  })

  it.each([
    ['a line without its parts', 'm=audio'],
    ['a line without formats', 'm=audio 4000 RTP/AVP'],
    ['a line without port', 'm=audio RTP/AVP 0'],
    ['a negative port', 'm=audio -1 RTP/AVP 0'],
    ['a port beyond all', 'm=audio 65536 RTP/AVP 0'],
    ['a port in another base', 'm=audio 0x10 RTP/AVP 0'],
    ['a port with a fraction', 'm=audio 1.5 RTP/AVP 0'],
  ])('are refused with %s', (_, text) => {
    expect(reason(sdp(text))).toMatch(/^an m= line (is malformed|has no formats)/)
    expect(makeAnswer(sdp(text), LOCAL, {})).toMatchObject({ ok: false, status: 400 })
    expect(readAnswer(sdp(text), LOCAL)).toMatchObject({ ok: false, status: 400 })
  })

  it.each<[string, string[], string]>([
    ['the session', [], '192.0.2.1'],
    ['the line', ['c=IN IP4 192.0.2.7'], '192.0.2.7'],
    ['the line, in IPv6', ['c=IN IP6 2001:db8::7'], '2001:db8::7'],
    ['the line, as a name', ['c=IN IP4 media.example'], 'media.example'],
    ['the line, after attributes', ['a=ptime:20', 'c=IN IP4 192.0.2.8'], '192.0.2.8'],
  ])('have the address of %s', (_, more, address) => {
    expect(line('m=audio 4000 RTP/AVP 0', ...more).address).toBe(address)
  })

  it('need an address only where media is to be sent', () => {
    const bare = (...media: string[]) => ['v=0', 'o=a 1 1 IN IP4 h', 's=-', 't=0 0', ...media, ''].join('\r\n')
    expect(reason(bare('m=audio 4 RTP/AVP 0'))).toBe('c= is missing')
    expect(reason(bare('m=audio 4 RTP/AVP 0', 'c=IN IP4 h', 'm=video 6 RTP/AVP 31'))).toBe('c= is missing')
    expect(read(bare('m=audio 4 RTP/AVP 0', 'c=IN IP4 h', 'm=video 0 RTP/AVP 31')).media[1]?.address).toBe('')
    expect(read(bare()).media).toEqual([])
  })

  it('are read with CR LF, with LF alone, and with a last line that does not end', () => {
    const lines = [...HEAD, 'm=audio 4000 RTP/AVP 8 101', 'a=rtpmap:101 telephone-event/8000', 'a=sendonly']
    const expected = read(`${lines.join('\r\n')}\r\n`)
    expect(expected.media[0]).toMatchObject({ port: 4000, telephoneEvent: 101, direction: 'sendonly' })
    for (const end of ['\n', '\r\n']) {
      expect(read(`${lines.join(end)}${end}`)).toEqual(expected)
      expect(read(lines.join(end))).toEqual(expected)
    }
  })
})

describe('the o= line of SDP', () => {
  it.each([
    ['alice 5 7 IN IP4 h', ['alice', '5', '7']],
    ['- 0 0 IN IP4 h', ['-', '0', '0']],
    ['- 18446744073709551615 18446744073709551614 IN IP4 h', ['-', '18446744073709551615', '18446744073709551614']],
    ['- 9007199254740993 1 IN IP6 ::1', ['-', '9007199254740993', '1']],
    ['007 1 1 IN IP4 h', ['007', '1', '1']],
  ])('%s keeps its figures to the last digit', (origin, expected) => {
    const { username, sessionId, sessionVersion } = read(`v=0\r\no=${origin}\r\ns=-\r\nt=0 0\r\n`)
    expect([username, sessionId, sessionVersion]).toEqual(expected)
  })

  it.each([
    ['', 'v=0 or o= is missing'],
    ['v=0\r\n', 'v=0 or o= is missing'],
    ['o=a 1 1 IN IP4 h\r\n', 'v=0 or o= is missing'],
    ['v=1\r\no=a 1 1 IN IP4 h\r\n', 'v=0 or o= is missing'],
    ['v=0\r\no=\r\n', 'v=0 or o= is missing'],
    ['{"v":0}', 'v=0 or o= is missing'],
    ['<xml/>\r\n', 'v=0 or o= is missing'],
  ])('%j is refused: %s', (text, why) => {
    expect(reason(text)).toBe(why)
  })
})

describe('the formats of SDP (RFC 3551 table 4, RFC 8866 6.6)', () => {
  it.each<[string, string[], string[]]>([
    [
      'static numbers need no map',
      ['m=audio 4 RTP/AVP 0 3 8 9 18'],
      ['0 PCMU/8000/1', '3 GSM/8000/1', '8 PCMA/8000/1', '9 G722/8000/1', '18 G729/8000/1'],
    ],
    ['dynamic numbers need one', ['m=audio 4 RTP/AVP 96 97', 'a=rtpmap:97 speex/16000'], ['97 SPEEX/16000/1']],
    [
      'maps come in any order',
      ['m=audio 4 RTP/AVP 96 97', 'a=rtpmap:97 b/8000', 'a=rtpmap:96 a/8000'],
      ['96 A/8000/1', '97 B/8000/1'],
    ],
    ['maps that no format names are left out', ['m=audio 4 RTP/AVP 0', 'a=rtpmap:97 b/8000'], ['0 PCMU/8000/1']],
    ['a map outweighs the static table', ['m=audio 4 RTP/AVP 0', 'a=rtpmap:0 x/16000/2'], ['0 X/16000/2']],
    ['G.711 may have dynamic numbers', ['m=audio 4 RTP/AVP 127', 'a=rtpmap:127 pcmu/8000'], ['127 PCMU/8000/1']],
    ['no number is above 127', ['m=audio 4 RTP/AVP 128 999 0', 'a=rtpmap:128 PCMU/8000'], ['0 PCMU/8000/1']],
    ['a rate of zero is none', ['m=audio 4 RTP/AVP 96 0', 'a=rtpmap:96 a/0'], ['0 PCMU/8000/1']],
    ['a map without rate is none', ['m=audio 4 RTP/AVP 96 0', 'a=rtpmap:96 a'], ['0 PCMU/8000/1']],
    ['words are no numbers', ['m=audio 4 RTP/AVP x 0 -1 1e1'], ['0 PCMU/8000/1']],
    ['maps of another line say nothing', ['m=audio 4 RTP/AVP 96', 'm=audio 6 RTP/AVP 96', 'a=rtpmap:96 a/8000'], []],
  ])('%s', (_, media, expected) => {
    expect(codecs(...media)).toEqual(expected)
  })

  it.each<[string, string[], number | undefined]>([
    ['101', ['m=audio 4 RTP/AVP 0 101', 'a=rtpmap:101 telephone-event/8000'], 101],
    ['96, in capitals', ['m=audio 4 RTP/AVP 0 96', 'a=rtpmap:96 TELEPHONE-EVENT/8000'], 96],
    [
      'the one of our rate',
      ['m=audio 4 RTP/AVP 0 96 97', 'a=rtpmap:96 telephone-event/48000', 'a=rtpmap:97 telephone-event/8000'],
      97,
    ],
    ['none, at another rate', ['m=audio 4 RTP/AVP 0 96', 'a=rtpmap:96 telephone-event/16000'], undefined],
    ['none, without a map', ['m=audio 4 RTP/AVP 0 101'], undefined],
    ['none, where the line does not name it', ['m=audio 4 RTP/AVP 0', 'a=rtpmap:101 telephone-event/8000'], undefined],
  ])('have telephone events as %s (RFC 4733)', (_, media, events) => {
    expect(line(...media).telephoneEvent).toBe(events)
    expect(codecs(...media)).toEqual(['0 PCMU/8000/1'])
    const answer = makeAnswer(sdp(...media), LOCAL, {})
    if (!answer.ok) throw answer
    expect(answer.agreed.telephoneEvent).toBe(events)
    expect(answer.answer.text.includes('telephone-event')).toBe(events !== undefined)
    const without = makeAnswer(sdp(...media), { ...LOCAL, telephoneEvent: false }, {})
    expect(without.ok && [without.agreed.telephoneEvent, without.answer.text.includes('fmtp')]).toEqual([
      undefined,
      false,
    ])
  })

  it('carry the parameters of each number', () => {
    const media = line('m=audio 4 RTP/AVP 18 96', 'a=fmtp:18 annexb=no', 'a=rtpmap:96 x/8000', 'a=fmtp:96 mode=1;y')
    expect(media.codecs.map((codec) => codec.parameters)).toEqual(['annexb=no', 'mode=1;y'])
  })

  it.each<[string, number | undefined, number]>([
    ['a=ptime:20', 20, 20],
    ['a=ptime:30', 30, 30],
    ['a=ptime:200', 200, 200],
    ['a=ptime:201', undefined, 40],
    ['a=ptime:0', undefined, 40],
    ['a=ptime:-20', undefined, 40],
    ['a=ptime:x', undefined, 40],
    ['a=ptime:', undefined, 40],
    ['a=ptime:99999999999999999999', undefined, 40],
    ['a=maxptime:60', undefined, 40],
  ])('with %s have a packet time of %s, so that %i is used', (attribute, ptimeMs, used) => {
    const offer = sdp('m=audio 4 RTP/AVP 0', attribute)
    expect(line('m=audio 4 RTP/AVP 0', attribute).ptimeMs).toBe(ptimeMs)
    const answer = makeAnswer(offer, { ...LOCAL, ptimeMs: 40 }, {})
    expect(answer.ok && answer.agreed.ptimeMs).toBe(used)
  })
})

describe('the limits of SDP', () => {
  const { bytesMax, linesMax, lineBytesMax, mediaMax, formatsMax } = SDP_LIMITS
  const media = 'm=audio 4 RTP/AVP 0'
  const size = sdp(media).length

  it('are kept to the octet of a line', () => {
    const long = (octets: number) => sdp(media, `a=${'x'.repeat(octets - 4)}`)
    expect([reason(long(lineBytesMax)), reason(long(lineBytesMax + 1))]).toEqual([undefined, 'an SDP line is too long'])
  })

  it('are kept to the line', () => {
    const many = (lines: number) => sdp(media, ...Array(lines - HEAD.length - 1).fill('a=x'))
    expect([reason(many(linesMax)), reason(many(linesMax + 1))]).toEqual([undefined, 'the SDP has too many lines'])
  })

  it('are kept to the octet of the whole', () => {
    const whole = (octets: number) => {
      const left = octets - size
      const lines = Math.ceil(left / 4_000)
      const each = Math.floor(left / lines)
      const last = left - each * (lines - 1)
      return sdp(media, ...Array.from({ length: lines }, (_, i) => `a=${'x'.repeat((i === 0 ? last : each) - 4)}`))
    }
    expect([whole(bytesMax).length, whole(bytesMax + 1).length]).toEqual([bytesMax, bytesMax + 1])
    expect([reason(whole(bytesMax)), reason(whole(bytesMax + 1))]).toEqual([
      undefined,
      `the SDP is over ${bytesMax} octets`,
    ])
  })

  it('are kept to the stream and to the format', () => {
    const streams = (count: number) => sdp(...Array(count).fill(media))
    expect([reason(streams(mediaMax)), reason(streams(mediaMax + 1))]).toEqual([
      undefined,
      'there are too many m= lines',
    ])
    const formats = (count: number) => sdp(`m=audio 4 RTP/AVP ${Array(count).fill('0').join(' ')}`)
    expect(reason(formats(formatsMax))).toBeUndefined()
    expect(reason(formats(formatsMax + 1))).toBe('an m= line has no formats or too many')
  })

  it.each(['__proto__', 'constructor', 'toString', 'media', 'origin'])('hold for an attribute named %s', (name) => {
    const text = sdp(`a=${name}:1`, media, `a=${name}:2`, `a=rtpmap:96 ${name}/8000`, `a=${name}`)
    expect(read(text)).toEqual(read(sdp(media)))
    expect(Object.hasOwn(Object.prototype, '1')).toBe(false)
  })
})

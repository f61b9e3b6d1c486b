import { describe, expect, it } from 'vitest'
import { MESSAGE_LIMITS } from './limits.ts'
import { formatVia, parseVia, parseViaPlace, stampVia, type Via } from './via.ts'

function via(text: string): Via {
  const parsed = parseVia(text)
  if (!parsed) throw text
  return parsed
}

describe('a Via that is read (RFC 3261 20.42, 25.1)', () => {
  it.each([
    ['SIP/2.0/UDP a.example', 'UDP', 'a.example', undefined],
    ['SIP/2.0/UDP a.example:5060', 'UDP', 'a.example', 5060],
    ['SIP/2.0/TCP 192.0.2.1:1', 'TCP', '192.0.2.1', 1],
    ['SIP/2.0/TLS 192.0.2.1:65535', 'TLS', '192.0.2.1', 65_535],
    ['SIP/2.0/WS df7jal23ls0d.invalid', 'WS', 'df7jal23ls0d.invalid', undefined],
    ['SIP/2.0/TLS-SCTP a.example', 'TLS-SCTP', 'a.example', undefined],
    ['SIP/2.0/udp a.example', 'udp', 'a.example', undefined],
    ['sip/2.0/UDP a.example', 'UDP', 'a.example', undefined],
    ['SIP/2.0/UDP [2001:db8::9:1]', 'UDP', '[2001:db8::9:1]', undefined],
    ['SIP/2.0/UDP [2001:db8::9:1]:5070', 'UDP', '[2001:db8::9:1]', 5070],
    ['SIP/2.0/UDP [::ffff:192.0.2.10]:19823', 'UDP', '[::ffff:192.0.2.10]', 19_823],
    ['SIP / 2.0 / UDP a.example', 'UDP', 'a.example', undefined],
    ['SIP\t/\t2.0\t/\tUDP\ta.example', 'UDP', 'a.example', undefined],
    ['SIP/2.0/UDP   a.example : 5061', 'UDP', 'a.example', 5061],
    ['SIP/2.0/UDP a.example: 4000;ttl=16', 'UDP', 'a.example', 4000],
    ['SIP/2.0/UDP a.example ;branch=z9hG4bKx', 'UDP', 'a.example', undefined],
  ])('%s', (text, transport, host, port) => {
    expect(via(text)).toMatchObject({ transport, host })
    expect(via(text).port).toBe(port)
  })

  it.each([
    ['', 'nothing at all'],
    ['SIP/2.0/UDP', 'no sent-by'],
    ['SIP/2.0/UDP ', 'an empty sent-by'],
    ['SIP/2.0 a.example', 'no transport'],
    ['SIP/2.0/ a.example', 'an empty transport'],
    ['SIP/2.0/U,P a.example', 'a transport that is no token'],
    ['SIP/3.0/UDP a.example', 'another version'],
    ['HTTP/2.0/UDP a.example', 'another protocol'],
    ['SIP/2.0/UDP a.example:', 'a colon without port'],
    ['SIP/2.0/UDP a.example:65536', 'a port beyond all'],
    ['SIP/2.0/UDP a.example:-1', 'a negative port'],
    ['SIP/2.0/UDP a.example:50 60', 'a port in two parts'],
    ['SIP/2.0/UDP 2001:db8::9', 'an IPv6 address without brackets'],
    ['SIP/2.0/UDP [2001:db8::9', 'a bracket that does not close'],
    ['SIP/2.0/UDP [192.0.2.1]', 'an IPv4 address in brackets'],
    ['SIP/2.0/UDP a_b@example', 'a user before the host'],
    ['SIP/2.0/UDP a.example b.example', 'two hosts'],
    ['SIP/2.0/UDP a.example;', 'a semicolon without parameter'],
    ['SIP/2.0/UDP a.example;branch=', 'an equals sign without value'],
    ['SIP/2.0/UDP a.example;;lr', 'an empty parameter'],
    ['SIP/2.0/UDP a.example;branch="x', 'a quote that does not close'],
    ['SIP/2.0/UDP a.example;rport=x', 'an rport that is no number'],
    ['SIP/2.0/UDP a.example;rport=123456', 'an rport of six digits'],
    ['SIP/2.0/UDP a.example;rport=65536', 'an rport to which no socket can send'],
  ])('%j is refused: %s', (text) => {
    expect(parseVia(text)).toBeUndefined()
  })

  it('reads the parameters that routing needs in any order and case, and keeps all of them', () => {
    const read = via('SIP/2.0/UDP a.example;TTL=3;RPORT;Branch=z9hG4bK.A~b;hidden;Received=192.0.2.9;x="a;b"')
    expect(read).toMatchObject({ branch: 'z9hG4bK.A~b', received: '192.0.2.9', rport: null })
    expect(read.params).toEqual([
      ['TTL', '3'],
      ['RPORT', null],
      ['Branch', 'z9hG4bK.A~b'],
      ['hidden', null],
      ['Received', '192.0.2.9'],
      ['x', '"a;b"'],
    ])
  })

  it('keeps the case of a branch, since RFC 3261 7.3.1 makes it a token that is compared as it is', () => {
    expect(via('SIP/2.0/UDP a;branch=z9hG4bKaB').branch).not.toBe(via('SIP/2.0/UDP a;branch=z9hG4bKab').branch)
  })

  it.each([
    ['received=2001:db8::9', '2001:db8::9'],
    ['received=[2001:db8::9]', '2001:db8::9'],
    ['received=192.0.2.1', '192.0.2.1'],
    ['received="192.0.2.1"', '192.0.2.1'],
  ])('reads %s without brackets (RFC 5118 4.5)', (parameter, address) => {
    expect(via(`SIP/2.0/UDP a.example;${parameter}`).received).toBe(address)
  })

  it.each([
    ['', undefined],
    [';rport', null],
    [';rport=5060', 5060],
    [';rport=65535', 65_535],
    [';rport = 9', 9],
  ])('tells by %j what the sender asked of rport (RFC 3581 3)', (parameter, rport) => {
    expect(via(`SIP/2.0/UDP a.example${parameter}`).rport).toBe(rport)
  })

  it('takes parameters up to the limit and not one more', () => {
    const many = (count: number) => `SIP/2.0/UDP a.example${';p=1'.repeat(count)}`
    expect(via(many(MESSAGE_LIMITS.paramsMax)).params.length).toBe(MESSAGE_LIMITS.paramsMax)
    expect(parseVia(many(MESSAGE_LIMITS.paramsMax + 1))).toBeUndefined()
  })

  it.each([
    'SIP/2.0/UDP a.example',
    'SIP/2.0/UDP a.example:5060;branch=z9hG4bKx;rport',
    'SIP/2.0/TLS [2001:db8::1]:5061;branch=z9hG4bKx;received=2001:db8::2;rport=7',
    'SIP/2.0/WSS x.invalid;keep;x="a \\" b"',
  ])('%s comes back as it was', (text) => {
    expect(formatVia(via(text))).toBe(text)
  })
})

describe('the place in a Via of a message that is malformed', () => {
  it.each([
    ['SIP/2.0/UDP 192.0.2.1:5062;branch=', { transport: 'UDP', host: '192.0.2.1', port: 5062, params: [] }],
    ['SIP/7.1/TCP [::1]:9;;;', { transport: 'TCP', host: '[::1]', port: 9, params: [] }],
    ['SIP/2.0/UDP a.example, SIP/2.0/UDP b.example', { transport: 'UDP', host: 'a.example', params: [] }],
    ['SIP/2.0/UDP a.example;rport="', { transport: 'UDP', host: 'a.example', params: [] }],
  ])('is found in %s', (text, place) => {
    expect(parseViaPlace(text)).toEqual(place)
  })

  it.each(['', 'SIP/2.0/UDP', 'SIP/x/UDP a', 'SIP/2.0/UDP a:b', 'SIP/2.0/UDP <a>', 'UDP a.example'])(
    'is not found in %j',
    (text) => {
      expect(parseViaPlace(text)).toBeUndefined()
    },
  )
})

describe('a Via that is stamped with where its message came from (RFC 3261 18.2.1, RFC 3581 4)', () => {
  const SOURCE = { address: '192.0.2.9', port: 40_000 }
  const from = (text: string, source = SOURCE) => formatVia(stampVia(via(text), source))

  it.each([
    ['the host is the source', 'SIP/2.0/UDP 192.0.2.9:5060;branch=b', 'SIP/2.0/UDP 192.0.2.9:5060;branch=b'],
    ['the host is another', 'SIP/2.0/UDP 10.0.0.1;branch=b', 'SIP/2.0/UDP 10.0.0.1;branch=b;received=192.0.2.9'],
    ['the host is a name', 'SIP/2.0/UDP a.example;b=c', 'SIP/2.0/UDP a.example;b=c;received=192.0.2.9'],
    [
      'rport is asked for, though the host is the source',
      'SIP/2.0/UDP 192.0.2.9;rport;branch=b',
      'SIP/2.0/UDP 192.0.2.9;rport=40000;branch=b;received=192.0.2.9',
    ],
    [
      'the sender filled both in for us',
      'SIP/2.0/UDP a.example;received=203.0.113.1;rport=1;branch=b',
      'SIP/2.0/UDP a.example;received=192.0.2.9;rport=40000;branch=b',
    ],
    [
      'the sender named another place and is at its own host',
      'SIP/2.0/UDP 192.0.2.9;received=203.0.113.1;branch=b',
      'SIP/2.0/UDP 192.0.2.9;branch=b',
    ],
    [
      'the sender named two other places and is at its own host',
      'SIP/2.0/UDP 192.0.2.9;received=203.0.113.1;branch=b;Received=203.0.113.2',
      'SIP/2.0/UDP 192.0.2.9;branch=b',
    ],
    [
      'the sender named everything twice',
      'SIP/2.0/UDP a.example;received=203.0.113.1;rport=1;received=203.0.113.2;rport=2',
      'SIP/2.0/UDP a.example;received=192.0.2.9;rport=40000',
    ],
  ])('when %s', (_, text, stamped) => {
    expect(from(text)).toBe(stamped)
  })

  it('compares an IPv6 host without its brackets and in any case, and writes received without brackets', () => {
    const source = { address: '2001:db8::ab', port: 7 }
    expect(from('SIP/2.0/UDP [2001:DB8::AB]', source)).toBe('SIP/2.0/UDP [2001:DB8::AB]')
    expect(from('SIP/2.0/UDP [2001:db8::1];rport', source)).toBe(
      'SIP/2.0/UDP [2001:db8::1];rport=7;received=2001:db8::ab',
    )
  })

  it('can be read again, and says so in its fields too', () => {
    const stamped = stampVia(via('SIP/2.0/UDP a.example:5080;rport;branch=z9hG4bKq'), SOURCE)
    expect(stamped).toMatchObject({ received: '192.0.2.9', rport: 40_000, port: 5080, branch: 'z9hG4bKq' })
    expect(via(formatVia(stamped))).toEqual(stamped)
    expect(stampVia(stamped, SOURCE)).toEqual(stamped)
  })
})

import { describe, expect, it } from 'vitest'
import { MESSAGE_LIMITS } from './limits.ts'
import type { AnySipMessage } from './message.ts'
import { parseMessage } from './parse.ts'

const HEAD = 'OPTIONS sip:a@b.example SIP/2.0\r\n'

function read(input: string | Uint8Array): AnySipMessage {
  const parsed = parseMessage(input)
  if (!parsed.ok) throw parsed
  return parsed.message
}

/** Code and status of the fault, and whether there is a request to answer. */
function refused(input: string | Uint8Array): [string, number, boolean] | undefined {
  const parsed = parseMessage(input)
  return parsed.ok ? undefined : [parsed.fault.code, parsed.fault.status, parsed.request !== undefined]
}

describe('a request line (RFC 3261 7.1, 25.1)', () => {
  it.each([
    ['INVITE sip:a@b SIP/2.0', 'INVITE', 'sip:a@b'],
    ['invite sip:a@b SIP/2.0', 'invite', 'sip:a@b'],
    ['X-new.1~ tel:+1 sip/2.0', 'X-new.1~', 'tel:+1'],
    ['BYE sip:[2001:db8::1];lr SIP/2.0', 'BYE', 'sip:[2001:db8::1];lr'],
    ['BYE urn:service:sos Sip/2.0', 'BYE', 'urn:service:sos'],
  ])('%s is taken', (line, method, uri) => {
    expect(read(`${line}\r\n\r\n`)).toMatchObject({ kind: 'request', method, uri })
  })

  it.each([
    ['INVITE', 'method', 400, false],
    [' INVITE sip:a SIP/2.0', 'method', 400, false],
    ['IN(VITE sip:a SIP/2.0', 'method', 400, false],
    ['INVITE SIP/2.0', 'request-uri', 400, true],
    ['INVITE  SIP/2.0', 'request-uri', 400, true],
    ['INVITE  sip:a SIP/2.0', 'request-uri', 400, true],
    ['INVITE sip:a  SIP/2.0', 'request-uri', 400, true],
    ['INVITE sip:a b SIP/2.0', 'request-uri', 400, true],
    ['INVITE <sip:a> SIP/2.0', 'request-uri', 400, true],
    ['INVITE "sip:a" SIP/2.0', 'request-uri', 400, true],
    ['INVITE sip:a\x7f SIP/2.0', 'request-uri', 400, true],
    ['INVITE sip:a', 'request-line', 400, true],
    ['INVITE sip:a SIP/2.0 ', 'request-line', 400, true],
    ['INVITE sip:a SIP/2', 'request-line', 400, true],
    ['INVITE sip:a HTTP/1.1', 'request-line', 400, true],
    ['INVITE sip:a SIP/3.0', 'version', 505, true],
    ['INVITE sip:a SIP/2.1', 'version', 505, true],
    ['INVITE sip:a SIP/02.0', 'version', 505, true],
  ])('%j is refused as %s with %i', (line, ...fault) => {
    expect(refused(`${line}\r\nVia: SIP/2.0/UDP a\r\n\r\n`)).toEqual(fault)
  })
})

describe('a status line (RFC 3261 7.2)', () => {
  it.each([
    ['SIP/2.0 200 OK', 200, 'OK'],
    ['sip/2.0 200 OK', 200, 'OK'],
    ['SIP/2.0 100 ', 100, ''],
    ['SIP/2.0 100', 100, ''],
    ['SIP/2.0 699 a b  c', 699, 'a b  c'],
    ['SIP/2.0 404 \xc3\xa9"<>', 404, '\xc3\xa9"<>'],
  ])('%j is taken', (line, status, reason) => {
    expect(read(Buffer.from(`${line}\r\n\r\n`, 'latin1'))).toMatchObject({ kind: 'response', status, reason })
  })

  it.each([
    'SIP/2.0',
    'SIP/2.0 ',
    'SIP/2.0 99 x',
    'SIP/2.0 099 x',
    'SIP/2.0 700 x',
    'SIP/2.0 2000 x',
    'SIP/2.0 20x x',
    'SIP/2.0  200 x',
    'SIP/3.0 200 x',
    'SIP/2.0\t200 x',
    'SIP/2.0 200\tx',
    'SIP/2.0 200 x\ny',
  ])('%j is refused, and nothing is there to answer', (line) => {
    expect(refused(`${line}\r\n\r\n`)).toEqual(['status-line', 400, false])
  })
})

describe('header fields (RFC 3261 7.3)', () => {
  it.each([
    ['Subject: a', 'a'],
    ['Subject:a', 'a'],
    ['Subject  \t:\t  a  \t', 'a'],
    ['SUBJECT: a', 'a'],
    ['s: a', 'a'],
    ['Subject:', ''],
    ['Subject:   ', ''],
    ['Subject: a: b', 'a: b'],
    ['Subject: a\r\n b', 'a b'],
    ['Subject: a  \r\n \t b', 'a b'],
    ['Subject: a\r\n b\r\n\tc', 'a b c'],
    ['Subject:\r\n a', 'a'],
    ['Subject: a\r\n ', 'a'],
    ['Subject: a\tb  c', 'a\tb  c'],
    ['Subject: \x01\x00', '\x01\x00'],
  ])('%j says %j', (line, value) => {
    expect(read(`${HEAD}${line}\r\nX: y\r\n\r\n`).fields.map((field) => field.value)).toEqual([value, 'y'])
  })

  it.each([
    ['Subject', 'header'],
    [': a', 'header'],
    ['Sub ject: a', 'header'],
    ['Sub(ject: a', 'header'],
    ['S\xfcbject: a', 'header'],
    ['Subject: a\nVia: b', 'header'],
    ['Subject: a\rb', 'line-end'],
    ['Subject: a\r\r\n b', 'line-end'],
  ])('%j is refused, yet the request can be answered', (line, code) => {
    expect(refused(Buffer.from(`${HEAD}Via: SIP/2.0/UDP a\r\n${line}\r\n\r\n`, 'latin1'))).toEqual([code, 400, true])
  })

  it('keeps what could be read beside a field that is malformed, so that an answer finds its way', () => {
    const parsed = parseMessage(`${HEAD}Via: SIP/2.0/UDP a\r\nbroken\r\nCall-ID: x\r\n\r\n`)
    expect(!parsed.ok && parsed.request?.fields.map((field) => field.key)).toEqual(['via', 'call-id'])
  })

  it('takes the end of a datagram for the end of the fields', () => {
    expect(read(`${HEAD}Subject: a\r\n`).get('subject')).toBe('a')
    expect(read(HEAD).fields).toEqual([])
    expect(refused(`${HEAD}Subject: a`)).toEqual(['line-end', 400, true])
    expect(refused('OPTIONS sip:a SIP/2.0')).toEqual(['no-line', 400, false])
  })

  it('ignores line ends before the message (RFC 3261 7.5), and nothing else', () => {
    expect(read(`\r\n\r\n\r\n${HEAD}\r\n`)).toMatchObject({ method: 'OPTIONS' })
    expect(refused(`\n${HEAD}\r\n`)).toEqual(['method', 400, false])
    expect(refused('\r\n\r\n')).toEqual(['no-line', 400, false])
    expect(refused('')).toEqual(['no-line', 400, false])
  })

  it('never lets a lone line feed in a fold begin a line of what is written again', () => {
    const text = read(`${HEAD}Subject: a\r\n b\nVia: evil\r\n\r\n`).toString()
    expect(text).toContain('Subject: a b Via: evil\r\n')
  })
})

describe('the body (RFC 3261 18.3)', () => {
  it.each([
    ['no length', '', 'abcd', 'abcd'],
    ['its length', 'Content-Length: 4\r\n', 'abcd', 'abcd'],
    ['a shorter length', 'Content-Length: 2\r\n', 'abcd', 'ab'],
    ['no octets', 'Content-Length: 0\r\n', 'abcd', ''],
    ['the compact form', 'l: 3\r\n', 'abcd', 'abc'],
    ['leading zeros', 'Content-Length: 0004\r\n', 'abcd', 'abcd'],
    ['the same length twice', 'Content-Length: 4\r\nL: 4\r\n', 'abcd', 'abcd'],
    ['an empty line in it', 'Content-Length: 6\r\n', 'a\r\n\r\nb', 'a\r\n\r\nb'],
  ])('with %s', (_, field, sent, body) => {
    expect(read(`${HEAD}${field}\r\n${sent}`).body).toBe(body)
  })

  it.each(['5', '-1', '+4', '4.0', '0x4', '', '4 4', '4, 4', 'four', '9999999999', '4\r\nContent-Length: 3'])(
    'is refused with a Content-Length of %j',
    (length) => {
      expect(refused(`${HEAD}Content-Length: ${length}\r\n\r\nabcd`)).toEqual(['content-length', 400, true])
    },
  )

  it('holds every octet as it came, and its length counts octets', () => {
    const octets = Uint8Array.from({ length: 256 }, (_, index) => index)
    const message = read(Buffer.concat([Buffer.from(`${HEAD}Content-Length: 256\r\n\r\n`), octets]))
    expect([...message.bodyBytes]).toEqual([...octets])
    expect(Buffer.from(message.toBytes()).subarray(-256)).toEqual(Buffer.from(octets))
    const utf8 = read(Buffer.from(`${HEAD}Content-Length: 5\r\n\r\n\u20ac\u00e9`))
    expect([utf8.body.length, utf8.bodyText]).toEqual([5, '\u20ac\u00e9'])
    expect(refused(Buffer.from(`${HEAD}Content-Length: 6\r\n\r\n\u20ac\u00e9`))?.[0]).toBe('content-length')
  })

  it('of a response that is cut short is no message either', () => {
    expect(refused('SIP/2.0 200 OK\r\nContent-Length: 5\r\n\r\nabcd')).toEqual(['content-length', 400, false])
  })
})

describe('the limits of a message', () => {
  const { bytesMax, headersMax } = MESSAGE_LIMITS

  it('are kept to the octet', () => {
    const whole = (octets: number) => `${HEAD}\r\n${'x'.repeat(octets - HEAD.length - 2)}`
    expect(read(whole(bytesMax)).body.length).toBe(bytesMax - HEAD.length - 2)
    expect(refused(whole(bytesMax + 1))).toEqual(['too-large', 513, false])
    expect(refused(Buffer.from(whole(bytesMax + 1)))).toEqual(['too-large', 513, false])
  })

  it('are kept to the field, and what was read up to there can be answered', () => {
    const fields = (count: number) => `${HEAD}Via: SIP/2.0/UDP a\r\n${'X: y\r\n'.repeat(count - 1)}\r\n`
    expect(read(fields(headersMax)).fields.length).toBe(headersMax)
    const over = parseMessage(fields(headersMax + 1))
    expect(over).toMatchObject({ ok: false, fault: { code: 'header-count', status: 400 } })
    expect(!over.ok && over.request?.firstVia?.host).toBe('a')
  })

  it('bound a list of Via, on one line or on many', () => {
    const { listMax } = MESSAGE_LIMITS
    const line = (count: number) => `Via: ${Array(count).fill('SIP/2.0/UDP a').join(', ')}\r\n`
    const lines = (count: number) => 'Via: SIP/2.0/UDP a\r\n'.repeat(count)
    for (const write of [line, lines]) {
      expect(read(`${HEAD}${write(listMax)}\r\n`).vias.length).toBe(listMax)
      expect(() => read(`${HEAD}${write(listMax + 1)}\r\n`).vias).toThrow('the header field via cannot be read')
    }
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type SipMessage, SipRequest, SipResponse } from './message.ts'
import { parseMessage } from './parse.ts'

/** A request with three lines of Route, of which the second has two values, and other fields between them. */
function routed(): SipRequest {
  const parsed = parseMessage(
    [
      'BYE sip:a@b.example SIP/2.0',
      'Via: SIP/2.0/UDP one;branch=z9hG4bK1',
      'ROUTE: <sip:r1;lr>',
      'v: SIP/2.0/UDP two, SIP/2.0/UDP three',
      'Route: "x, y" <sip:r2;lr>;p="1,2" ,  <sip:r3;lr>',
      'From: <sip:a@b>;tag=1',
      'route: <sip:r4;lr>',
      'Content-Length: 0',
      '',
      '',
    ].join('\r\n'),
  )
  if (!parsed.ok || parsed.message.kind !== 'request') throw parsed
  return parsed.message
}

const fields = (message: SipMessage) => message.fields.map(({ name, value }) => `${name}: ${value}`)
const hosts = (message: SipMessage) => message.vias.map((via) => via.host)
const routes = (message: SipMessage) => message.routes.map((route) => route.uri)

describe('a list that is spread over lines', () => {
  it('is read in the order of its lines and values', () => {
    expect(routes(routed())).toEqual(['sip:r1;lr', 'sip:r2;lr', 'sip:r3;lr', 'sip:r4;lr'])
    expect(hosts(routed())).toEqual(['one', 'two', 'three'])
    expect(routed().getAll('route').length).toBe(3)
    expect(routed().list('route')).toEqual(['<sip:r1;lr>', '"x, y" <sip:r2;lr>;p="1,2"', '<sip:r3;lr>', '<sip:r4;lr>'])
  })

  it('loses its first value, and its line only when nothing is left on it', () => {
    const message = routed()
    const left: string[][] = []
    for (let count = 0; count < 5; count++) left.push(routes(message.removeFirst('Route')))
    expect(left).toEqual([['sip:r2;lr', 'sip:r3;lr', 'sip:r4;lr'], ['sip:r3;lr', 'sip:r4;lr'], ['sip:r4;lr'], [], []])
    expect(hosts(message)).toEqual(['one', 'two', 'three'])
  })

  it('keeps a quoted comma whole when the value before it goes', () => {
    const message = routed().set('Route', '<sip:r1>, "x, y" <sip:r2;lr>;p="1,2", <sip:r3>').removeFirst('Route')
    expect(message.getAll('route')).toEqual(['"x, y" <sip:r2;lr>;p="1,2", <sip:r3>'])
  })

  it('has its first value replaced in its own line', () => {
    const message = routed().removeFirst('Route').setFirst('route', '<sip:new;lr>')
    expect(fields(message).filter((line) => /^route/i.test(line))).toEqual([
      'Route: <sip:new;lr>, <sip:r3;lr>',
      'route: <sip:r4;lr>',
    ])
    expect(routes(message)).toEqual(['sip:new;lr', 'sip:r3;lr', 'sip:r4;lr'])
  })

  it('is made by setFirst where there was none, and left absent by removeFirst', () => {
    const message = new SipRequest('BYE', 'sip:a')
    expect(fields(message.removeFirst('Route'))).toEqual([])
    expect(fields(message.setFirst('Route', '<sip:a>'))).toEqual(['Route: <sip:a>'])
  })

  it('grows at its head before its own first line, and at its end behind everything', () => {
    const message = routed().prepend('Route', '<sip:r0;lr>').append('Route', '<sip:r5;lr>')
    expect(routes(message)).toEqual(['sip:r0;lr', 'sip:r1;lr', 'sip:r2;lr', 'sip:r3;lr', 'sip:r4;lr', 'sip:r5;lr'])
    expect(fields(message)[1]).toBe('Route: <sip:r0;lr>')
    expect(fields(message).at(-1)).toBe('Route: <sip:r5;lr>')
    expect(fields(message.prepend('Record-Route', '<sip:me;lr>'))[0]).toBe('Record-Route: <sip:me;lr>')
  })

  it('is replaced as a whole at the place of its first line', () => {
    const message = routed().set('Route', '<sip:x>', '<sip:y>')
    expect(fields(message).map((line) => line.split(':')[0])).toEqual([
      ...['Via', 'Route', 'Route', 'v', 'From', 'Content-Length'],
    ])
    expect(fields(message.set('Route'))).not.toContainEqual(expect.stringMatching(/^route/i))
    expect(fields(message.set('Subject', 'a')).at(-1)).toBe('Subject: a')
  })

  it('drops an empty line as its first value', () => {
    const message = new SipRequest('BYE', 'sip:a').append('Route', '').append('Route', '<sip:a>')
    expect(message.list('route')).toEqual(['<sip:a>'])
    expect(routes(message.removeFirst('Route'))).toEqual(['sip:a'])
  })
})

describe('what was read of a field', () => {
  type Change = (message: SipRequest) => unknown
  it.each<[string, Change]>([
    ['set', (message) => message.set('Via', 'SIP/2.0/UDP new')],
    ['set by its compact form', (message) => message.set('V', 'SIP/2.0/UDP new')],
    ['append', (message) => message.remove('via').append('VIA', 'SIP/2.0/UDP new')],
    ['prepend', (message) => message.remove('v').prepend('via', 'SIP/2.0/UDP new')],
    ['setFirst', (message) => message.set('Via', 'SIP/2.0/UDP old').setFirst('v', 'SIP/2.0/UDP new')],
    ['removeFirst', (message) => message.set('Via', 'SIP/2.0/UDP old, SIP/2.0/UDP new').removeFirst('v')],
  ])('is read anew after %s', (_, change) => {
    const message = routed()
    expect(hosts(message)).toEqual(['one', 'two', 'three'])
    change(message)
    expect(hosts(message)).toEqual(['new'])
    expect(message.firstVia?.host).toBe('new')
  })

  it.each<[string, string, string, (message: SipMessage) => unknown]>([
    ['From', '<sip:x@y>;tag=2', 'f', (message) => message.from.tag],
    ['To', '<sip:x@y>;tag=2', 't', (message) => message.to.tag],
    ['CSeq', '2 BYE', 'cseq', (message) => String(message.cseq.number)],
    ['Contact', '<sip:x@y>;tag=2', 'm', (message) => message.contacts[0]?.tag],
    ['Record-Route', '<sip:x@y>;tag=2', 'record-route', (message) => message.recordRoutes[0]?.tag],
    ['Max-Forwards', '2', 'MAX-FORWARDS', (message) => String(message.maxForwards)],
    ['Expires', '2', 'expires', (message) => String(message.expires)],
    ['Call-ID', '2', 'I', (message) => message.callId],
  ])('%s is read anew after each change, whatever the spelling', (name, value, other, ask) => {
    const message = new SipResponse(200, 'OK').set(name, value.replace('2', '1'))
    expect(ask(message)).toBe('1')
    expect(ask(message.set(other, value))).toBe('2')
    expect(ask(message.clone().set(name, value.replace('2', '3')))).toBe('3')
    expect(ask(message)).toBe('2')
  })

  it('of the Request-URI follows the URI', () => {
    const message = routed()
    expect(message.sipUri?.host).toBe('b.example')
    message.uri = 'sip:c.example'
    expect([message.sipUri?.host, message.startLine]).toEqual(['c.example', 'BYE sip:c.example SIP/2.0'])
    message.uri = 'tel:+1'
    expect([message.sipUri, message.clone().uri]).toEqual([undefined, 'tel:+1'])
  })

  it('of a Contact of a star is a star only by itself', () => {
    const message = new SipRequest('REGISTER', 'sip:a').set('Contact', '*')
    expect(message.contacts).toEqual([{ uri: '*', params: [] }])
    expect(() => message.append('Contact', '*').set('Contact', '*, <sip:a>').contacts).toThrow()
  })

  it.each([
    ['0', 0],
    ['3600', 3600],
    ['4294967295', 4_294_967_295],
    ['4294967296', 4_294_967_295],
    ['99999999999999999999', 4_294_967_295],
    ['-1', undefined],
    ['1.5', undefined],
    ['Thu, 01 Dec 1994 16:00:00 GMT', undefined],
  ])('of an Expires of %s is %s seconds (RFC 3261 20.19)', (text, seconds) => {
    expect(new SipRequest('REGISTER', 'sip:a').set('Expires', text).expires).toBe(seconds)
  })

  it('of tokens minds neither case nor line', () => {
    const message = new SipRequest('INVITE', 'sip:a').append('Supported', 'timer, 100REL').append('k', 'Path')
    const has = ['100rel', 'PATH', 'Timer', 'time', ''].map((token) => message.hasToken('supported', token))
    expect(has).toEqual([true, true, true, false, false])
  })
})

describe('a message that is written', () => {
  it('has one Content-Length, in its place and of the true body', () => {
    const message = routed().set('Content-Length', 99).append('l', 98).setBody('abc', 'text/plain')
    const lines = message.toString().split('\r\n')
    expect(lines.filter((line) => /^(content-length|l):/i.test(line))).toEqual(['Content-Length: 3'])
    expect(lines.at(-1)).toBe('abc')
  })

  it('loses its type with its body unless one is named', () => {
    const message = routed().setBody('a', 'text/plain')
    expect(message.setBody('b').contentType).toBe('text/plain')
    expect(message.setBody('').contentType).toBeUndefined()
    expect(message.setBody(Uint8Array.of(255), 'a/b').toBytes().at(-1)).toBe(255)
  })

  it('can never be given a line by a value, whichever way it comes in', () => {
    const evil = fc.string({ unit: fc.constantFrom('\r', '\n', '\0', 'a', ':', ' ', ',', '<', '"') })
    fc.assert(
      fc.property(evil, fc.nat(4), (value, way) => {
        const message = new SipRequest('BYE', 'sip:a').set('Route', '<sip:a>')
        const ways = [
          () => message.set('Route', value),
          () => message.append('Route', value),
          () => message.prepend('Route', value),
          () => message.setFirst('Route', value),
          () => message.removeFirst('Route').setFirst('Route', value),
        ]
        ways[way]!()
        const before = message.fields.length
        expect(message.toString()).toMatch(/^BYE sip:a SIP\/2\.0\r\n(Route: [^\r\n\0]*\r\n)+Content-Length: 0\r\n\r\n$/)
        const again = parseMessage(message.toString())
        expect(again.ok && again.message.fields.length).toBe(before + 1)
      }),
      { numRuns: 200 },
    )
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MESSAGE_LIMITS } from './limits.ts'
import { escapeUser, formatUri, parseHostPort, parseUri, type SipUri, sameUri, schemeOf, unescapeUri } from './uri.ts'

function uri(text: string): SipUri {
  const parsed = parseUri(text)
  if (!parsed) throw text
  return parsed
}

describe('the parts of a SIP URI (RFC 3261 19.1.1, 25.1)', () => {
  it.each([
    ['sip:h', { scheme: 'sip', host: 'h', params: [] }],
    ['SIPS:h', { scheme: 'sips', host: 'h', params: [] }],
    ['sip:u@h', { scheme: 'sip', user: 'u', host: 'h', params: [] }],
    ['sip:u:@h', { scheme: 'sip', user: 'u', password: '', host: 'h', params: [] }],
    ['sip:u:p@h:5060', { scheme: 'sip', user: 'u', password: 'p', host: 'h', port: 5060, params: [] }],
    ['sip:u;x=y?z/@h', { scheme: 'sip', user: 'u;x=y?z/', host: 'h', params: [] }],
    ['sip:&=+$,;?/@h', { scheme: 'sip', user: '&=+$,;?/', host: 'h', params: [] }],
    ['sip:%40%3A@h', { scheme: 'sip', user: '%40%3A', host: 'h', params: [] }],
    [
      'sip:h;lr;Transport=TCP',
      {
        scheme: 'sip',
        host: 'h',
        params: [
          ['lr', null],
          ['Transport', 'TCP'],
        ],
      },
    ],
    ['sip:h;x=a:b[]/%20', { scheme: 'sip', host: 'h', params: [['x', 'a:b[]/%20']] }],
    ['sip:h?a=b&c=', { scheme: 'sip', host: 'h', params: [], headers: 'a=b&c=' }],
    ['sip:h;lr?a=b', { scheme: 'sip', host: 'h', params: [['lr', null]], headers: 'a=b' }],
    [
      'sip:u@[::1]:1;a?b=c',
      { scheme: 'sip', user: 'u', host: '[::1]', port: 1, params: [['a', null]], headers: 'b=c' },
    ],
  ])('%s', (text, parts) => {
    expect(parseUri(text)).toEqual(parts)
  })

  it.each([
    ['', 'nothing'],
    ['sip', 'no colon'],
    ['sip:u@', 'no host'],
    ['sip:u@:5060', 'a port without host'],
    ['sip:u"@h', 'a quote'],
    ['sip:u<@h', 'a bracket'],
    ['sip:[u]@h', 'brackets in the user part'],
    ['sip:u%4@h', 'half an escape'],
    ['sip:u%@h', 'a percent sign'],
    ['sip:\xfc@h', 'an octet beyond ASCII'],
    ['sip:u:p;q@h', 'a semicolon in the password'],
    ['sip:u@h_%41', 'an escape in the host'],
    ['sip:u@h h', 'a blank in the host'],
    ['sip:u@-h', 'a host that begins with a hyphen'],
    ['sip:u@h:65536', 'a port beyond all'],
    ['sip:u@h:000005', 'a port of six digits'],
    ['sip:u@h:5 ', 'a blank after the port'],
    ['sip:h;;lr', 'an empty parameter'],
    ['sip:h;lr=', 'a parameter with an empty value'],
    ['sip:h;a="b"', 'a quoted parameter'],
    ['sip:h;a=b=c', 'two equals signs'],
    ['sip:h;a?b"', 'a quote in the headers'],
    ['sip:h?a b', 'a blank in the headers'],
    ['sip:[::1', 'a bracket that does not close'],
    ['sip:[::1]x', 'text after the bracket'],
    ['sip:[192.0.2.1]', 'IPv4 in brackets'],
    ['http://h', 'another scheme'],
  ])('%j is refused: %s', (text) => {
    expect(parseUri(text)).toBeUndefined()
  })

  it('has parameters up to the limit and not one more', () => {
    const { paramsMax } = MESSAGE_LIMITS
    expect(uri(`sip:h${';a'.repeat(paramsMax)}`).params.length).toBe(paramsMax)
    expect(parseUri(`sip:h${';a'.repeat(paramsMax + 1)}`)).toBeUndefined()
  })

  it.each([
    ['h', { host: 'h' }],
    ['h.:1', { host: 'h.', port: 1 }],
    ['192.0.2.1:0', { host: '192.0.2.1', port: 0 }],
    ['[2001:db8::1]', { host: '[2001:db8::1]' }],
    ['[::]:65535', { host: '[::]', port: 65_535 }],
    ['a-b.c_d', { host: 'a-b.c_d' }],
    ['', undefined],
    [':5060', undefined],
    ['h:', undefined],
    ['h:1:2', undefined],
    ['[]:1', undefined],
    ['[::1]1', undefined],
    ['2001:db8::1', undefined],
  ])('%j is the place %j', (text, place) => {
    expect(parseHostPort(text)).toEqual(place)
  })

  it.each([
    ['tel:+1', 'tel'],
    ['URN:service:sos', 'urn'],
    ['a+b-c.d:x', 'a+b-c.d'],
    ['sip:', undefined],
    [':x', undefined],
    ['+a:x', undefined],
    ['a b:x', undefined],
    ['<sip:x', undefined],
  ])('%s has the scheme %s', (text, scheme) => {
    expect(schemeOf(text)).toBe(scheme)
  })
})

describe('two SIP URIs (RFC 3261 19.1.4)', () => {
  const variants = [
    'sip:bob@biloxi.example',
    'sips:bob@biloxi.example',
    'sip:Bob@biloxi.example',
    'sip:bob:x@biloxi.example',
    'sip:bob:X@biloxi.example',
    'sip:bob:@biloxi.example',
    'sip:biloxi.example',
    'sip:bob@biloxi.example:5060',
    'sip:bob@biloxi.example:5061',
    'sip:bob@biloxi.example;user=phone',
    'sip:bob@biloxi.example;ttl=1',
    'sip:bob@biloxi.example;method=INVITE',
    'sip:bob@biloxi.example;maddr=192.0.2.1',
    'sip:bob@biloxi.example;transport=udp',
    'sip:bob@biloxi.example;transport=tcp',
    'sip:bob@biloxi.example?Subject=a',
    'sip:bob@biloxi.example?Subject=b',
    'sip:bob@biloxi.example?Priority=a',
    'sip:bob@biloxi.example?a=1%26b=2',
    'sip:bob@biloxi.example?a=1&b=2',
    'sip:bob@biloxi2.example',
    'sip:bob@[2001:db8::1]',
  ]

  it('are the same only with themselves where nothing that decides is equal', () => {
    for (const a of variants) {
      expect(variants.filter((b) => sameUri(uri(a), uri(b)))).toEqual([a])
    }
  })

  it.each([
    ['sip:bob@biloxi.example', 'SIP:bob@BILOXI.Example'],
    ['sip:bob@biloxi.example', 'sip:%62ob@biloxi.example'],
    ['sip:b%6Fb@h', 'sip:b%6fb@h'],
    ['sip:bob@h;x=1', 'sip:bob@h;X=1'],
    ['sip:bob@h;x=AB', 'sip:bob@h;x=ab'],
    ['sip:bob@h;x=%41', 'sip:bob@h;x=a'],
    ['sip:bob@h;x=1', 'sip:bob@h;y=2'],
    ['sip:bob@h;x;lr', 'sip:bob@h;LR'],
    ['sip:bob@h;a=1;b=2;c=3', 'sip:bob@h;c=3;a=1'],
    ['sip:bob@h;user=Phone', 'sip:bob@h;USER=phone'],
    ['sip:h?A=1&b=2', 'sip:h?B=2&a=1'],
    ['sip:[2001:DB8::a]', 'sip:[2001:db8::A]'],
    ['sip:\u0062\u00f6b@h'.replace('\u00f6', '%C3%B6'), 'sip:b%c3%b6b@h'],
  ])('%s and %s are the same, both ways', (a, b) => {
    expect([sameUri(uri(a), uri(b)), sameUri(uri(b), uri(a))]).toEqual([true, true])
  })

  it.each([
    ['sip:bob@h;x=1', 'sip:bob@h;x=2'],
    ['sip:bob@h;x', 'sip:bob@h;x=1'],
    ['sip:bob@h;user=phone', 'sip:bob@h;user=ip'],
    ['sip:bob@h;a=1;transport=tcp', 'sip:bob@h;a=1'],
    ['sip:bob@h', 'sip:bob%00@h'],
    ['sip:%00@h', 'sip:%00%00@h'],
    ['sip:h?a=1', 'sip:h?a=1&a=1'],
  ])('%s and %s are not, both ways', (a, b) => {
    expect([sameUri(uri(a), uri(b)), sameUri(uri(b), uri(a))]).toEqual([false, false])
  })
})

const host = fc.oneof(
  fc.stringMatching(/^[a-z0-9]{1,8}(\.[a-z]{2,6}){0,2}$/),
  fc.ipV4(),
  fc.ipV6().map((address) => `[${address}]`),
)
const word = fc.stringMatching(/^[a-z][a-z0-9.-]{0,6}$/)

const anyUri: fc.Arbitrary<SipUri> = fc
  .record(
    {
      scheme: fc.constantFrom('sip' as const, 'sips' as const),
      user: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }).map(escapeUser),
      host,
      port: fc.nat(65_535),
      params: fc.uniqueArray(fc.tuple(word, fc.option(word)), { selector: ([name]) => name, maxLength: 4 }),
      headers: fc.stringMatching(/^[a-z]{1,4}=[a-z0-9]{0,4}$/),
    },
    { requiredKeys: ['scheme', 'host', 'params'] },
  )
  .filter((value) => value.user === undefined || value.user !== '')

describe('any SIP URI', () => {
  it('comes back from its text as it was, and is the same as itself', () => {
    fc.assert(
      fc.property(anyUri, (value) => {
        const read = parseUri(formatUri(value))
        expect(read).toEqual(value)
        expect(sameUri(value, read!)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it('is the same as another or not, whichever is asked first, and in whatever order its parameters stand', () => {
    fc.assert(
      fc.property(anyUri, anyUri, (a, b) => {
        expect(sameUri(a, b)).toBe(sameUri(b, a))
        expect(sameUri(a, { ...a, params: [...a.params].reverse(), host: a.host.toUpperCase() })).toBe(true)
        expect(sameUri(a, { ...b, host: `x${a.host}` })).toBe(false)
      }),
      { numRuns: 200 },
    )
  })

  it('carries any text of people in its user part', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
        const escaped = escapeUser(text)
        expect(escaped).toMatch(/^[\x21-\x7e]+$/)
        expect(unescapeUri(escaped)).toBe(text)
        expect(parseUri(`sip:${escaped}@h`)?.user).toBe(escaped)
      }),
      { numRuns: 300 },
    )
  })
})

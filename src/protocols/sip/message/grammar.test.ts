import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  isToken,
  noneOf,
  OCTETS,
  octetsOf,
  parseDigits,
  quote,
  quotedEnd,
  splitList,
  unquote,
  utf8Octets,
  utf8Text,
} from './grammar.ts'

describe('tokens (RFC 3261 25.1)', () => {
  it('are made of the octets of the grammar and of no other', () => {
    const allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.!%*_+`'~"
    for (let code = 0; code < 256; code++) {
      const character = String.fromCharCode(code)
      expect([code, isToken(character)]).toEqual([code, allowed.includes(character)])
    }
    expect([isToken(''), isToken('a b'), isToken('a\u0141'), isToken('100rel')]).toEqual([false, false, false, true])
  })

  it('never end a line, nor does a value or a URI', () => {
    for (const end of ['\r', '\n', '\0', ' ', '\t']) {
      expect([isToken(`a${end}`), noneOf(end, OCTETS.badInUri), noneOf(end, OCTETS.badInValue)]).toEqual([
        false,
        false,
        false,
      ])
    }
  })
})

describe('quoted strings (RFC 3261 25.1)', () => {
  it.each([
    ['"a"', 3],
    ['"a" b', 3],
    ['""', 2],
    ['"a\\"b"c', 6],
    ['"a\\\\"b"', 5],
    ['"a\\', -1],
    ['"a\\"', -1],
    ['"', -1],
    ['"a;b,c<d>"', 10],
  ])('%j ends at %i', (text, end) => {
    expect(quotedEnd(text, 0)).toBe(end)
  })

  it.each([
    ['"a"', 'a'],
    ['""', ''],
    ['"a\\"b"', 'a"b'],
    ['"\\\\"', '\\'],
    ['"\\a\\b"', 'ab'],
    ['a\\"b', 'a\\"b'],
    ['', ''],
  ])('%j holds %j', (text, inner) => {
    expect(unquote(text)).toBe(inner)
  })

  it('hold any text without control characters, and give it back', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const quoted = quote(text)
        expect(quotedEnd(quoted, 0)).toBe(quoted.length)
        expect(unquote(quoted)).toBe(text.replace(/[\x00-\x1f\x7f]/g, ' '))
      }),
    )
  })
})

describe('lists that are split at their commas (RFC 3261 7.3.1)', () => {
  it.each([
    ['a', ['a']],
    [' a ', ['a']],
    ['a,b', ['a', 'b']],
    ['a , b\t,\tc', ['a', 'b', 'c']],
    ['"a,b",c', ['"a,b"', 'c']],
    ['"a\\",b",c', ['"a\\",b"', 'c']],
    ['"a\\\\",b', ['"a\\\\"', 'b']],
    ['<sip:a,b@c>,d', ['<sip:a,b@c>', 'd']],
    ['"x>,y" <sip:a,b@c>;p="1,2", <sip:d>', ['"x>,y" <sip:a,b@c>;p="1,2"', '<sip:d>']],
    ['<sip:a?x="1">,b', ['<sip:a?x="1">', 'b']],
    ['<sip:a?x=">,b', ['<sip:a?x=">', 'b']],
    ['a,,b', ['a', '', 'b']],
    [',', ['', '']],
    ['"a,b', ['"a,b']],
    ['x,"a,b', ['x', '"a,b']],
    ['<a,b', ['<a,b']],
    ['a>,b', ['a>', 'b']],
  ])('%j', (text, parts) => {
    expect(splitList(text)).toEqual(parts)
  })

  it('give back what was joined, whatever the quoted parts hold', () => {
    const part = fc.oneof(
      fc.stringMatching(/^[A-Za-z0-9-]{1,8}$/),
      fc.string({ minLength: 1, maxLength: 8 }).map(quote),
      fc.stringMatching(/^<sip:[a-z,;=]{1,8}>(;q=0\.[0-9])?$/),
    )
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
        expect(splitList(parts.join(', '))).toEqual(parts)
      }),
    )
  })
})

describe('text of people and octets', () => {
  it('go both ways for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const octets = utf8Octets(text)
        expect([...octets].every((octet) => octet.charCodeAt(0) < 256)).toBe(true)
        expect(utf8Text(octets)).toBe(text)
      }),
    )
  })

  it.each([
    ['a lone continuation octet', 'a\x80'],
    ['a sequence cut short', 'a\xc3'],
    ['an overlong slash', '\xc0\xaf'],
    ['a surrogate', '\xed\xa0\x80'],
    ['an octet that UTF-8 never has', '\xff'],
  ])('keep %s as Latin-1, since it is no UTF-8', (_, octets) => {
    expect(utf8Text(octets)).toBe(octets)
  })

  it('take the part of the buffer that a view shows, and not what stands beside it', () => {
    const buffer = new Uint8Array([65, 66, 200, 67, 68])
    expect(octetsOf(buffer.subarray(1, 4))).toBe('B\xc8C')
    expect([octetsOf('B\xc8C'), octetsOf('B\u20ac')]).toEqual(['B\xc8C', 'B\xe2\x82\xac'])
  })
})

describe('figures', () => {
  it.each([
    ['0', 10, 0],
    ['10', 10, 10],
    ['11', 10, 11],
    ['007', 10, 7],
    ['99999999999999999999999999', 10, 11],
    ['', 10, undefined],
    ['-1', 10, undefined],
    ['+1', 10, undefined],
    ['1e3', 10, undefined],
    ['1.5', 10, undefined],
    [' 1', 10, undefined],
    ['0x1', 10, undefined],
  ])('%j with a maximum of %i is %s', (text, max, value) => {
    expect(parseDigits(text, max)).toBe(value)
  })
})

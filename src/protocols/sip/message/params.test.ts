import { describe, expect, it } from 'vitest'
import { MESSAGE_LIMITS } from './limits.ts'
import { formatParams, param, parseParams, withParam } from './params.ts'

describe('parameters of a header field (RFC 3261 25.1, generic-param)', () => {
  it.each([
    ['', []],
    ['   ', []],
    [';lr', [['lr', null]]],
    [';a=b', [['a', 'b']]],
    [
      '  ;  a  =  b  ;  c  ',
      [
        ['a', 'b'],
        ['c', null],
      ],
    ],
    [';\ta\t=\tb', [['a', 'b']]],
    [';a="b;c=d"', [['a', '"b;c=d"']]],
    [
      ';a="b\\"c";d',
      [
        ['a', '"b\\"c"'],
        ['d', null],
      ],
    ],
    [
      ';a="";b',
      [
        ['a', '""'],
        ['b', null],
      ],
    ],
    [';a=[::1]', [['a', '[::1]']]],
    [';a=::1', [['a', '::1']]],
    [
      ';q=0.5;Q=0.7',
      [
        ['q', '0.5'],
        ['Q', '0.7'],
      ],
    ],
    [';a=b=c', [['a', 'b=c']]],
    [';+sip.instance="<urn:uuid:f81d>"', [['+sip.instance', '"<urn:uuid:f81d>"']]],
    [';%41=1', [['%41', '1']]],
  ])('%j', (text, expected) => {
    expect(parseParams(text, 0)).toEqual(expected)
  })

  it.each([
    ['a=b', 'no semicolon before the first'],
    [';', 'nothing after the semicolon'],
    [';;a', 'an empty one'],
    [';=b', 'no name'],
    [';a=', 'no value'],
    [';a= ;b', 'a blank value'],
    [';a="b', 'a quote that does not close'],
    [';a="b"c', 'text after the quoted string'],
    [';a="b\\"', 'an escaped quote at the end'],
    [';a=b c', 'two words'],
    [';a b=c', 'a name of two words'],
    [';a=b"c"', 'a quote in the middle'],
    [';a=<b>', 'angle brackets'],
    [';a=b,c', 'a comma'],
    [';a=b\\c', 'a backslash'],
    [';(a)=b', 'a name that is no token'],
    [';a=b\x01', 'a control character'],
  ])('%j is refused: %s', (text) => {
    expect(parseParams(text, 0)).toBeUndefined()
  })

  it('begins where it is told to', () => {
    expect(parseParams('<sip:a;x=1>;tag=2', 11)).toEqual([['tag', '2']])
  })

  it('takes as many as the limit says and not one more', () => {
    expect(parseParams(';a'.repeat(MESSAGE_LIMITS.paramsMax), 0)?.length).toBe(MESSAGE_LIMITS.paramsMax)
    expect(parseParams(';a'.repeat(MESSAGE_LIMITS.paramsMax + 1), 0)).toBeUndefined()
  })

  it('finds the first of a name in any case, unquoted, and an empty string where there is no value', () => {
    const params = parseParams(';TAG="a\\\\b";lr;tag=second', 0)!
    expect([param(params, 'tag'), param(params, 'lr'), param(params, 'l'), param(params, 'ta')]).toEqual([
      'a\\b',
      '',
      undefined,
      undefined,
    ])
  })

  it.each([
    ['sets one that is there in its place', ';a=1;B=2;c=3', 'b', '9', ';a=1;B=9;c=3'],
    ['adds one that is not there', ';a=1', 'b', '9', ';a=1;b=9'],
    ['takes a value away', ';a=1;b=2', 'a', null, ';a;b=2'],
    ['gives one that had no value a value', ';lr;b', 'lr', 'on', ';lr=on;b'],
    ['removes one', ';a=1;B;c=3', 'b', undefined, ';a=1;c=3'],
    ['removes nothing that is not there', ';a=1', 'b', undefined, ';a=1'],
    ['removes each of a name', ';b=1;a;B=2', 'b', undefined, ';a'],
    ['leaves one of a name that stood twice', ';b=1;a;B=2', 'b', '3', ';b=3;a'],
  ])('%s', (_, text, name, value, expected) => {
    const params = parseParams(text, 0)!
    expect(formatParams(withParam(params, name, value))).toBe(expected)
    expect(formatParams(params)).toBe(text)
  })
})

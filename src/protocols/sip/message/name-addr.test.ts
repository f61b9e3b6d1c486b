import { describe, expect, it } from 'vitest'
import { MESSAGE_LIMITS } from './limits.ts'
import { formatNameAddr, parseNameAddr } from './name-addr.ts'

/** Octets as they come off the wire: UTF-8, one character each. */
const wire = (text: string) => Buffer.from(text, 'utf8').toString('latin1')

describe('a name with an address that is read (RFC 3261 20.10, 25.1)', () => {
  it.each([
    ['<sip:a@b.example>', undefined, 'sip:a@b.example'],
    ['sip:a@b.example', undefined, 'sip:a@b.example'],
    ['  <sip:a@b.example>  ', undefined, 'sip:a@b.example'],
    ['Bob <sip:a@b.example>', 'Bob', 'sip:a@b.example'],
    ['Bob<sip:a@b.example>', 'Bob', 'sip:a@b.example'],
    ['Bob J. Doe\t<sip:a@b.example>', 'Bob J. Doe', 'sip:a@b.example'],
    ['"Bob" <sip:a@b.example>', 'Bob', 'sip:a@b.example'],
    ['"Bob"<sip:a@b.example>', 'Bob', 'sip:a@b.example'],
    ['"" <sip:a@b.example>', '', 'sip:a@b.example'],
    ['"Doe, Bob; <x>" <sip:a@b.example>', 'Doe, Bob; <x>', 'sip:a@b.example'],
    ['"a \\"b\\" \\\\ c" <sip:a@b.example>', 'a "b" \\ c', 'sip:a@b.example'],
    [wire('"Jürgen" <sip:a@b.example>'), 'Jürgen', 'sip:a@b.example'],
    [wire('Zoë <sip:a@b.example>'), 'Zoë', 'sip:a@b.example'],
    [wire('"電話" <sip:a@b.example>'), '電話', 'sip:a@b.example'],
    ['"J\xfcrgen" <sip:a@b.example>', 'Jürgen', 'sip:a@b.example'],
    ['<tel:+1-201-555-0123;ext=5>', undefined, 'tel:+1-201-555-0123;ext=5'],
    ['tel:+12015550123', undefined, 'tel:+12015550123'],
    ['<SIPS:a@b.example;transport=tcp?Subject=x>', undefined, 'SIPS:a@b.example;transport=tcp?Subject=x'],
    ['<sip:[2001:db8::1]:5060;lr>', undefined, 'sip:[2001:db8::1]:5060;lr'],
    ['<urn:service:sos>', undefined, 'urn:service:sos'],
  ])('%s', (text, display, uri) => {
    const read = parseNameAddr(text)
    expect(read).toMatchObject({ uri })
    expect(read?.display).toBe(display)
    expect(read?.params).toEqual([])
  })

  it.each([
    ['', 'nothing'],
    ['   ', 'blanks'],
    ['<>', 'no URI'],
    ['a@b.example', 'no scheme'],
    ['sip:', 'a scheme alone'],
    ['<sip:>', 'a scheme alone in brackets'],
    ['<sip:a@b.example', 'a bracket that does not close'],
    ['sip:a@b.example>', 'a bracket that does not open'],
    ['"Bob <sip:a@b.example>', 'a quote that does not close'],
    ['"Bob" sip:a@b.example', 'a quoted name without brackets'],
    ['"Bob" "Doe" <sip:a@b.example>', 'two quoted names'],
    ['Bob "Doe" <sip:a@b.example>', 'a quote in a plain name'],
    ['Bob, Doe <sip:a@b.example>', 'a comma in a plain name'],
    ['Bob (x) <sip:a@b.example>', 'separators in a plain name'],
    ['Bob sip:a@b.example', 'a plain name without brackets'],
    ['<sip:a b@c.example>', 'a blank in the URI'],
    ['< sip:a@b.example>', 'a blank before the URI'],
    ['<sip:a@b.example >', 'a blank after the URI'],
    ['<sip:a"b@c.example>', 'a quote in the URI'],
    ['<sip:a<b@c.example>', 'a bracket in the URI'],
    ['<sip:a@b.example\x00>', 'a null in the URI'],
    ['<sip:a@b.example> x', 'text after it'],
    ['<sip:a@b.example>tag=1', 'a parameter without semicolon'],
    ['<sip:a@b.example>;tag=', 'a tag without value'],
    ['sip:a@b.example?Subject=x', 'URI headers without brackets'],
    ['sip:a@b.example,sip:c@d.example', 'two addresses'],
    ['<1x:a>', 'a scheme that begins with a digit'],
  ])('%j is refused: %s', (text) => {
    expect(parseNameAddr(text)).toBeUndefined()
  })

  it.each([
    ['<sip:a@b;x=1;tag=no>;tag=yes', 'sip:a@b;x=1;tag=no', 'yes'],
    ['sip:a@b;tag=yes;x=1', 'sip:a@b', 'yes'],
    ['sip:a@b ; tag = yes', 'sip:a@b', 'yes'],
    ['<sip:a@b>;TAG=Yes', 'sip:a@b', 'Yes'],
    ['"x;tag=no" <sip:a@b>', 'sip:a@b', undefined],
    ['<sip:a@b;tag=no>', 'sip:a@b;tag=no', undefined],
    ['sip:a@b;x=";tag=no"', 'sip:a@b', undefined],
    ['sip:a@b;x="<";tag=yes', 'sip:a@b', 'yes'],
    ['<sip:a@b>;x=">;tag=no";tag=yes', 'sip:a@b', 'yes'],
  ])('tells parameters of the field from those of the URI in %s (RFC 3261 20)', (text, uri, tag) => {
    expect(parseNameAddr(text)).toMatchObject({ uri })
    expect(parseNameAddr(text)?.tag).toBe(tag)
  })

  it('takes parameters up to the limit and not one more', () => {
    const { paramsMax } = MESSAGE_LIMITS
    expect(parseNameAddr(`<sip:a@b>${';p'.repeat(paramsMax)}`)?.params.length).toBe(paramsMax)
    expect(parseNameAddr(`<sip:a@b>${';p'.repeat(paramsMax + 1)}`)).toBeUndefined()
  })
})

describe('a name with an address that is written', () => {
  it.each([
    [{ uri: 'sip:a@b', params: [] }, '<sip:a@b>'],
    [{ uri: 'sip:a@b', params: [], display: 'Bob' }, '"Bob" <sip:a@b>'],
    [{ uri: 'sip:a@b', params: [], display: '' }, '"" <sip:a@b>'],
    [{ uri: 'sip:a@b', params: [], display: 'a "b" \\' }, '"a \\"b\\" \\\\" <sip:a@b>'],
    [{ uri: 'sip:a@b', params: [], display: 'a\r\nEvil: yes' }, '"a  Evil: yes" <sip:a@b>'],
    [{ uri: 'sip:a@b', params: [], display: 'Zoë' }, wire('"Zoë" <sip:a@b>')],
    [{ uri: 'sip:a@b', params: [], tag: 'x' }, '<sip:a@b>;tag=x'],
    [{ uri: 'sip:a@b', params: [['Tag', 'old']] as const, tag: 'new' }, '<sip:a@b>;Tag=new'],
    [
      {
        uri: 'sip:a@b;lr',
        params: [
          ['q', '0.5'],
          ['x', null],
        ] as const,
      },
      '<sip:a@b;lr>;q=0.5;x',
    ],
  ])('%j', (value, text) => {
    expect(formatNameAddr(value)).toBe(text)
  })

  it('keeps URI parameters inside of the brackets when it was read without them', () => {
    expect(formatNameAddr(parseNameAddr('sip:a@b;tag=1')!)).toBe('<sip:a@b>;tag=1')
    expect(formatNameAddr(parseNameAddr('<sip:a@b;lr>;tag=1')!)).toBe('<sip:a@b;lr>;tag=1')
  })
})

import { describe, expect, it } from 'vitest'
import { bareHost, bracketed, escapeUser, formatUri, parseUri, sameUri, schemeOf, unescapeUri } from './uri.ts'

const uri = (text: string) => {
  const parsed = parseUri(text)
  if (!parsed) throw text
  return parsed
}

describe('a SIP URI', () => {
  it.each([
    'sip:alice@atlanta.com',
    'sip:alice:secretword@atlanta.com;transport=tcp',
    'sips:alice@atlanta.com?subject=project%20x&priority=urgent',
    'sip:+1-212-555-1212:1234@gateway.com;user=phone',
    'sip:alice;day=tuesday@atlanta.com',
    'sip:[2001:db8::10]:5070;lr',
    'sip:*21#@pbx.example',
  ])('%s comes back as it was', (text) => {
    expect(formatUri(uri(text))).toBe(text)
  })

  it.each([
    'sip:',
    'sip:@a',
    'sip:a@b@c',
    'sip:a b@c',
    'sip:a@b:99999',
    'sip:a@b:',
    'sip:2001:db8::10',
    'sip:a@[zz]',
    'sip:%zz@a',
    'tel:+1',
    'sip:a@b;',
    'sip:a@b;=c',
    'sip:-@-',
  ])('%s is refused', (text) => {
    expect(parseUri(text)).toBeUndefined()
  })

  it('reads the third colon of RFC 5118 4.10 away', () => {
    expect(uri('sip:user@[2001:db8:::192.0.2.1]').host).toBe('[2001:db8::192.0.2.1]')
    expect(uri('sip:[2001:db8::10:5070]')).toMatchObject({ host: '[2001:db8::10:5070]' })
    expect(uri('sip:[2001:db8::10:5070]').port).toBeUndefined()
    expect([bareHost('[::1]'), bracketed('::1'), bracketed('a.b')]).toEqual(['::1', '[::1]', 'a.b'])
  })

  it('escapes and unescapes the user part', () => {
    expect(escapeUser('a b@ü')).toBe('a%20b%40%C3%BC')
    expect(unescapeUri('a%20b%40%C3%BC%00')).toBe('a b@ü\0')
    expect([schemeOf('TEL:1'), schemeOf('1:2'), schemeOf('x')]).toEqual(['tel', undefined, undefined])
  })
})

/** The examples of RFC 3261 19.1.4. */
describe('comparing SIP URIs', () => {
  it.each([
    ['sip:%61lice@atlanta.com;transport=TCP', 'sip:alice@AtlanTa.CoM;Transport=tcp'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com;newparam=5'],
    ['sip:carol@chicago.com;newparam=5', 'sip:carol@chicago.com;security=on'],
    [
      'sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com',
      'sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com',
    ],
    [
      'sip:alice@atlanta.com?subject=project%20x&priority=urgent',
      'sip:alice@atlanta.com?priority=urgent&subject=project%20x',
    ],
  ])('%s equals %s', (a, b) => {
    expect([sameUri(uri(a), uri(b)), sameUri(uri(b), uri(a))]).toEqual([true, true])
  })

  it.each([
    ['SIP:ALICE@AtLanTa.CoM;Transport=udp', 'sip:alice@AtLanTa.CoM;Transport=UDP'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:5060'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com;transport=udp'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:6000;transport=tcp'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com?Subject=next%20meeting'],
    ['sip:bob@phone21.boxesbybob.com', 'sip:bob@192.0.2.4'],
    ['sip:a@b.example', 'sips:a@b.example'],
    ['sip:carol@chicago.com;security=off', 'sip:carol@chicago.com;security=on'],
  ])('%s differs from %s', (a, b) => {
    expect([sameUri(uri(a), uri(b)), sameUri(uri(b), uri(a))]).toEqual([false, false])
  })
})

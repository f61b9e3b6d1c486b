import { describe, expect, it } from 'vitest'
import { headerKey, knownHeaderKey } from './header-names.ts'
import { parseMessage } from './parse.ts'
import { reasonOf } from './status.ts'

/** RFC 3261 7.3.3 and 20, RFC 3515, 3841, 3892, 4028, 4474, 6665: every compact form of the registry. */
const COMPACT = [
  ['a', 'Accept-Contact'],
  ['b', 'Referred-By'],
  ['c', 'Content-Type'],
  ['d', 'Request-Disposition'],
  ['e', 'Content-Encoding'],
  ['f', 'From'],
  ['i', 'Call-ID'],
  ['j', 'Reject-Contact'],
  ['k', 'Supported'],
  ['l', 'Content-Length'],
  ['m', 'Contact'],
  ['n', 'Identity-Info'],
  ['o', 'Event'],
  ['r', 'Refer-To'],
  ['s', 'Subject'],
  ['t', 'To'],
  ['u', 'Allow-Events'],
  ['v', 'Via'],
  ['x', 'Session-Expires'],
  ['y', 'Identity'],
] as const

describe('the name of a header field', () => {
  it.each(COMPACT)('%s is %s, in any case', (short, long) => {
    const key = long.toLowerCase()
    expect([short, short.toUpperCase(), long, key, long.toUpperCase()].map(headerKey)).toEqual(Array(5).fill(key))
    expect([knownHeaderKey(short), knownHeaderKey(short.toUpperCase())]).toEqual([key, key])
  })

  it.each(['g', 'h', 'p', 'q', 'w', 'z'])('%s is nobody’s compact form and stands for itself', (letter) => {
    expect([headerKey(letter), knownHeaderKey(letter)]).toEqual([letter, undefined])
  })

  it('is looked up in lower case when it is not a usual one', () => {
    expect([headerKey('X-Custom'), headerKey('x-CUSTOM'), knownHeaderKey('X-Custom')]).toEqual([
      'x-custom',
      'x-custom',
      undefined,
    ])
  })

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])('%s is a name like any other', (name) => {
    expect([headerKey(name), knownHeaderKey(name)]).toEqual([name.toLowerCase(), undefined])
    const parsed = parseMessage(`OPTIONS sip:a SIP/2.0\r\n${name}: 1\r\n\r\n`)
    expect(parsed.ok && [parsed.message.get(name), parsed.message.get('via')]).toEqual(['1', undefined])
  })

  it.each(COMPACT.filter(([short]) => short !== 'l'))(
    '%s in a message is found as %s and written as it came',
    (short, long) => {
      const parsed = parseMessage(`OPTIONS sip:a SIP/2.0\r\n${short}: value\r\n\r\n`)
      if (!parsed.ok) throw parsed
      const { message } = parsed
      expect([message.get(long), message.get(short), message.has(long.toUpperCase())]).toEqual(['value', 'value', true])
      expect(message.toString()).toContain(`\r\n${short}: value\r\n`)
      expect(message.set(long, 'other').getAll(short)).toEqual(['other'])
      expect(message.remove(short).has(long)).toBe(false)
    },
  )

  it('in its compact and its long form is one field where order counts', () => {
    const parsed = parseMessage('OPTIONS sip:a SIP/2.0\r\nk: one\r\nSupported: two, three\r\nK: four\r\n\r\n')
    expect(parsed.ok && parsed.message.list('supported')).toEqual(['one', 'two', 'three', 'four'])
  })
})

describe('the reason phrase of a status', () => {
  it.each([
    [100, 'Trying'],
    [180, 'Ringing'],
    [200, 'OK'],
    [302, 'Moved Temporarily'],
    [404, 'Not Found'],
    [481, 'Call/Transaction Does Not Exist'],
    [487, 'Request Terminated'],
    [491, 'Request Pending'],
    [503, 'Service Unavailable'],
    [603, 'Decline'],
  ])('%i is %s', (status, reason) => {
    expect(reasonOf(status)).toBe(reason)
  })

  it.each([
    [198, 100],
    [299, 200],
    [399, 300],
    [499, 400],
    [599, 500],
    [699, 600],
  ])('of %i, which nobody knows, is that of %i (RFC 3261 8.1.3.2)', (status, known) => {
    expect(reasonOf(status)).toBe(reasonOf(known))
  })

  it('is never empty and never two lines', () => {
    for (let status = 100; status < 800; status++) expect(reasonOf(status)).toMatch(/^[^\r\n]+$/)
  })
})

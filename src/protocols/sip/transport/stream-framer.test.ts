import { describe, expect, it } from 'vitest'
import { StreamFramer } from './stream-framer.ts'

const types = (framer: StreamFramer, text: string) => framer.push(Buffer.from(text)).map((frame) => frame.type)
const ONE = 'OPTIONS sip:a SIP/2.0\r\nl :\r\n 3\r\n\r\nabc'
const TWO = 'SIP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n'

describe('the stream framer', () => {
  it('cuts messages wherever the stream is cut', () => {
    const text = Buffer.from(`${ONE}\r\n\r\n${TWO}${ONE}`)
    for (let cut = 0; cut <= text.length; cut++) {
      const framer = new StreamFramer({ opened: false })
      const frames = [...framer.push(text.subarray(0, cut)), ...framer.push(text.subarray(cut))]
      expect(frames.map((f) => (f.type === 'message' ? Buffer.from(f.bytes).toString() : f.type))).toEqual([
        ONE,
        'ping',
        TWO,
        ONE,
      ])
      expect(framer.isInside).toBe(false)
    }
  })

  it('takes a CRLF for a pong where we opened the connection, and for nothing where we did not', () => {
    expect(types(new StreamFramer({ opened: true }), `\r\n${TWO}\r\n`)).toEqual(['pong', 'message', 'pong'])
    expect(types(new StreamFramer({ opened: false }), `\r\n${TWO}\r\n`)).toEqual(['message'])
  })

  it.each([
    ['no Content-Length', 'OPTIONS sip:a SIP/2.0\r\nTo: a\r\n\r\n', 400],
    ['a negative one', 'OPTIONS sip:a SIP/2.0\r\nl: -1\r\n\r\n', 400],
    ['two that differ', 'OPTIONS sip:a SIP/2.0\r\nl: 1\r\nContent-Length: 2\r\n\r\n', 400],
    ['one beyond the limit', 'OPTIONS sip:a SIP/2.0\r\nl: 65535\r\n\r\n', 513],
    ['header fields without an end', 'a'.repeat(70_000), 513],
    ['a lone CR', '\rx', 400],
  ])('is broken by %s, and takes nothing more', (_, text, status) => {
    const framer = new StreamFramer({ opened: false })
    expect(framer.push(Buffer.from(text))[0]).toMatchObject({ type: 'broken', fault: { status } })
    expect([types(framer, TWO), framer.isInside]).toEqual([[], false])
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MESSAGE_LIMITS } from '../message/limits.ts'
import { type Frame, StreamFramer } from './stream-framer.ts'

/** What a frame is, with a message's text. */
function read(frame: Frame): string {
  if (frame.type === 'message') return Buffer.from(frame.bytes).toString('latin1')
  return frame.type === 'broken' ? `broken ${frame.fault.status} ${frame.fault.code}` : frame.type
}

function push(framer: StreamFramer, text: string): string[] {
  return framer.push(Buffer.from(text, 'latin1')).map(read)
}

function message(body: string, head = 'OPTIONS sip:a SIP/2.0\r\nTo: a'): string {
  return `${head}\r\nContent-Length: ${body.length}\r\n\r\n${body}`
}

const accepting = () => new StreamFramer({ opened: false })

describe('a stream of messages', () => {
  it('is the same, cut anywhere and in any number of pieces', () => {
    const body = fc.string({
      unit: fc.constantFrom('\r', '\n', 'a', ':', '\r\n\r\n', 'Content-Length: 9\r\n'),
      maxLength: 8,
    })
    const items = fc.array(fc.oneof(body.map(message), fc.constant('\r\n\r\n')), { minLength: 1, maxLength: 8 })
    const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 10 })
    fc.assert(
      fc.property(items, sizes, (sent, lengths) => {
        const text = sent.join('')
        const framer = accepting()
        const got: string[] = []
        for (let at = 0, n = 0; at < text.length; n++) {
          const length = lengths[n % lengths.length]!
          got.push(...push(framer, text.slice(at, at + length)))
          at += length
        }
        expect(got).toEqual(sent.map((item) => (item === '\r\n\r\n' ? 'ping' : item)))
        expect(framer.isInside).toBe(false)
      }),
    )
  })

  it('hands out all of the messages that one piece holds, and keeps what has only begun', () => {
    const framer = accepting()
    const whole = [message('one'), message(''), message('three')]
    expect(push(framer, `${whole.join('')}OPTIONS sip:a`)).toEqual(whole)
    expect(framer.isInside).toBe(true)
    expect(push(framer, ' SIP/2.0\r\nl: 0\r\n\r\n')).toEqual(['OPTIONS sip:a SIP/2.0\r\nl: 0\r\n\r\n'])
  })

  it('gives a message at its last octet and not before', () => {
    const text = message('four')
    for (let cut = 1; cut < text.length; cut++) {
      const framer = accepting()
      expect(push(framer, text.slice(0, cut)), `after ${cut}`).toEqual([])
      expect(framer.isInside).toBe(true)
    }
  })

  it('does not look for an end in a body', () => {
    const text = message('OPTIONS sip:x SIP/2.0\r\nContent-Length: 0\r\n\r\n')
    expect(push(accepting(), text)).toEqual([text])
  })

  it('keeps octets that are not text', () => {
    const body = Buffer.from([0, 13, 10, 13, 10, 255, 128, 0])
    const head = Buffer.from(`MESSAGE sip:a SIP/2.0\r\nl: ${body.length}\r\n\r\n`)
    const [frame] = accepting().push(Buffer.concat([head, body]))
    expect(frame?.type === 'message' && Buffer.from(frame.bytes).subarray(head.length).equals(body)).toBe(true)
  })

  it('does not hold on to the memory of the piece that a message came in', () => {
    const framer = accepting()
    const piece = Buffer.from('OPTIONS sip:a SIP/2.0\r\n')
    framer.push(piece)
    piece.fill(0)
    expect(push(framer, 'l: 0\r\n\r\n')).toEqual(['OPTIONS sip:a SIP/2.0\r\nl: 0\r\n\r\n'])
  })
})

describe('Content-Length on a stream (RFC 3261 18.3, 20.14)', () => {
  const with_ = (line: string, body = '') => `OPTIONS sip:a SIP/2.0\r\n${line}\r\n\r\n${body}`

  it.each([
    ['the long name', 'Content-Length: 3'],
    ['the compact name', 'l: 3'],
    ['any case', 'cONTENT-lENGTH: 3'],
    ['no space', 'L:3'],
    ['spaces and tabs', 'Content-Length \t:\t 3 '],
    ['a folded value', 'Content-Length:\r\n\t3'],
    ['leading zeros', 'l: 003'],
    ['the same value twice', 'l: 3\r\nContent-Length: 3'],
    ['other fields around it', 'A: b\r\nl: 3\r\nC: d'],
    ['a field whose name ends like it', 'X-Content-Length: 9\r\nl: 3'],
    ['a folded line that looks like one', 'Subject: x\r\n Content-Length: 9\r\nl: 3'],
  ])('is read with %s', (_, line) => {
    const text = with_(line, 'abc')
    expect(push(accepting(), `${text}${message('')}`)).toEqual([text, message('')])
  })

  it.each([
    ['nothing', 'Content-Length:'],
    ['a sign', 'l: +3'],
    ['a fraction', 'l: 3.0'],
    ['hexadecimal', 'l: 0x3'],
    ['words', 'l: three'],
    ['two values', 'l: 3, 3'],
    ['more digits than any message has', 'l: 0000000003'],
    ['two fields that differ in writing only by name', 'l: 3\r\nContent-Length: 4'],
  ])('with %s breaks the stream', (_, line) => {
    expect(push(accepting(), `${with_(line, 'abc')}${message('')}`)).toEqual(['broken 400 content-length'])
  })

  it('that is not there breaks the stream, with a body or without', () => {
    expect(push(accepting(), with_('To: a'))).toEqual(['broken 400 content-length'])
    expect(push(accepting(), with_('To: a', 'v=0'))).toEqual(['broken 400 content-length'])
  })

  it('that says too little makes garbage of the rest, which does not pass for a message', () => {
    const framer = accepting()
    const short = with_('l: 3', 'abcdef\r\n\r\n')
    expect(push(framer, short)).toEqual([with_('l: 3', 'abc'), 'broken 400 content-length'])
  })

  it('that says too much takes from the next message: one is handed out, and the peer is to blame', () => {
    const framer = accepting()
    expect(push(framer, `${with_('l: 4', 'abc')}${message('')}`)[0]).toBe(with_('l: 4', 'abcO'))
  })
})

describe('the limits of a stream', () => {
  const head = 'OPTIONS sip:a SIP/2.0\r\nl: '

  it('take a message of the largest size, and break at one octet more', () => {
    const room = MESSAGE_LIMITS.bytesMax - `${head}65000\r\n\r\n`.length
    const largest = `${head}${room}\r\n\r\n${'x'.repeat(room)}`
    expect(largest.length).toBe(MESSAGE_LIMITS.bytesMax)
    expect(push(accepting(), largest)).toEqual([largest])
    expect(push(accepting(), `${head}${room + 1}\r\n\r\n`)).toEqual(['broken 513 too-large'])
  })

  it('break before the body of one that is too large has come, and keep none of it', () => {
    const framer = accepting()
    expect(push(framer, `${head}999999999\r\n\r\n`)).toEqual(['broken 513 too-large'])
    expect([framer.isInside, push(framer, 'x'.repeat(1_000)), framer.isInside]).toEqual([false, [], false])
  })

  it('break at header fields without an end, however slowly they come', () => {
    const framer = accepting()
    const piece = Buffer.from('a'.repeat(1_000))
    const got: string[] = []
    let bytes = 0
    while (got.length === 0 && bytes < 2 * MESSAGE_LIMITS.bytesMax) {
      got.push(...framer.push(piece).map(read))
      bytes += piece.length
    }
    expect(got).toEqual(['broken 513 too-large'])
    expect(bytes - MESSAGE_LIMITS.bytesMax).toBeLessThanOrEqual(piece.length)
  })

  it('hand the head of a broken message up, so that it can be answered, but no more than a message', () => {
    const long = `OPTIONS sip:a SIP/2.0\r\nTo: ${'a'.repeat(3 * MESSAGE_LIMITS.bytesMax)}`
    const [frame] = accepting().push(Buffer.from(long))
    expect(frame?.type === 'broken' && frame.bytes.length).toBe(MESSAGE_LIMITS.bytesMax)
  })
})

describe('line ends between messages (RFC 3261 7.5, RFC 5626 4.4.1)', () => {
  it('are a ping by two, and nothing by one, before any message and after', () => {
    expect(push(accepting(), '\r\n\r\n\r\n\r\n')).toEqual(['ping', 'ping'])
    expect(push(accepting(), `\r\n${message('')}`)).toEqual([message('')])
    expect(push(accepting(), `\r\n\r\n\r\n${message('')}\r\n\r\n`)).toEqual(['ping', message(''), 'ping'])
  })

  it('are a pong by one where we dialled, so that two are two', () => {
    expect(push(new StreamFramer({ opened: true }), '\r\n\r\n')).toEqual(['pong', 'pong'])
  })

  it('split between CR and LF are the same', () => {
    const ping = accepting()
    expect(['\r', '\n', '\r', '\n'].flatMap((octet) => push(ping, octet))).toEqual(['ping'])
    const pong = new StreamFramer({ opened: true })
    expect(['\r', '\n'].flatMap((octet) => push(pong, octet))).toEqual(['pong'])
  })

  it.each(['\r\r\n', '\rOPTIONS', '\r\n\rx'])('that are none (%j) break the stream', (text) => {
    expect(push(accepting(), text)).toEqual(['broken 400 line-end'])
  })

  it('by thousands in one piece cost no memory', () => {
    const framer = accepting()
    expect(push(framer, '\r\n\r\n'.repeat(5_000)).length).toBe(5_000)
    expect(framer.isInside).toBe(false)
  })
})

describe('any bytes', () => {
  it('are taken without a throw, and after an end nothing more is', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 10 }), fc.boolean(), (pieces, opened) => {
        const framer = new StreamFramer({ opened })
        const frames = pieces.flatMap((piece) => framer.push(piece))
        const broken = frames.findIndex((frame) => frame.type === 'broken')
        expect(broken === -1 || broken === frames.length - 1).toBe(true)
        if (broken >= 0) expect([framer.push(Buffer.from(message(''))), framer.isInside]).toEqual([[], false])
      }),
    )
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { classify, parseMessage, parseNameAddr, parseUri, parseVia, responseTo, StreamFramer } from '#protocols/sip'
import { TORTURE } from './sip-messages.ts'

const RUNS = { numRuns: 400 }

/** A message of the torture set with some octets replaced, removed or doubled. */
const mangled = fc
  .record({
    text: fc.constantFrom(...TORTURE.map(({ text }) => text)),
    changes: fc.array(
      fc.record({ at: fc.nat(), drop: fc.nat({ max: 8 }), put: fc.string({ unit: 'binary-ascii', maxLength: 6 }) }),
      { maxLength: 6 },
    ),
  })
  .map(({ text, changes }) => {
    let result = text
    for (const { at, drop, put } of changes) {
      const place = at % (result.length + 1)
      result = result.slice(0, place) + put + result.slice(place + drop)
    }
    return result
  })

describe('SIP fuzzing: nothing that arrives makes the reader throw', () => {
  it('takes any octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        expect(parseMessage(bytes).ok).toBeTypeOf('boolean')
      }),
      RUNS,
    )
  })

  it('takes mangled messages, and what it takes can be read, written and answered', () => {
    fc.assert(
      fc.property(mangled, (text) => {
        const verdict = classify(Buffer.from(text, 'latin1'))
        if (verdict.action === 'drop') return
        if (verdict.action === 'take response') {
          expect([verdict.response.via.transport, verdict.response.cseq.method].every(Boolean)).toBe(true)
          return
        }
        const { request } = verdict
        const status = verdict.action === 'answer' ? verdict.fault.status : 200
        const answer = responseTo(request, status).toString()
        expect(answer.split('\r\n\r\n', 1)[0]).not.toMatch(/[^\r]\n|\r[^\n]/)
        if (verdict.action === 'answer') return
        const again = classify(request.toBytes())
        expect(again.action).toBe('take request')
        if (again.action !== 'take request') return
        expect(again.request.toString()).toBe(request.toString())
        expect([again.request.vias, again.request.from, again.request.contacts]).toEqual([
          request.vias,
          request.from,
          request.contacts,
        ])
      }),
      RUNS,
    )
  })

  it('takes any value of a header field', () => {
    const odd = fc.string({ unit: fc.constantFrom(...'<>";,:@[]\\?=% sip/2.0UDPa\t\0\x80'), maxLength: 60 })
    fc.assert(
      fc.property(odd, (text) => {
        parseNameAddr(text)
        parseUri(text)
        parseUri(`sip:${text}`)
        parseVia(text)
        parseVia(`SIP/2.0/UDP ${text}`)
      }),
      { numRuns: 2_000 },
    )
  })

  it('frames any stream in any pieces alike, and keeps no more than one message', () => {
    fc.assert(
      fc.property(fc.array(mangled, { maxLength: 3 }), fc.array(fc.nat(), { maxLength: 5 }), (texts, cuts) => {
        const bytes = Buffer.from(texts.join(''), 'latin1')
        const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
        const pieces = new StreamFramer({ opened: false })
        const inPieces = places.slice(1).flatMap((end, index) => pieces.push(bytes.subarray(places[index], end)))
        const atOnce = new StreamFramer({ opened: false }).push(bytes)
        expect(inPieces.map((frame) => frame.type)).toEqual(atOnce.map((frame) => frame.type))
      }),
      RUNS,
    )
  })

  it('reads the worst message that fits in linear time', () => {
    const head =
      'OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n'
    const worst = [
      `To: ${'<'.repeat(60_000)}`,
      `To: "${'\\'.repeat(60_000)}`,
      `To: <sip:a@b>${';a'.repeat(30_000)}`,
      `Contact: ${'<sip:a@b>,'.repeat(6_000)}`,
      `Via: ${'SIP / 2.0 / '.repeat(5_000)}`,
      `To: ${' \t'.repeat(30_000)}x`,
      `X:${'\r\n '.repeat(20_000)}`,
      'X:1\r\n'.repeat(12_000),
    ]
    for (const line of worst) {
      const verdict = classify(`${head}${line}\r\n\r\n`)
      expect(verdict.action === 'answer' || verdict.action === 'drop').toBe(true)
    }
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Direction } from './description.ts'
import { type CodecName, type LocalMedia, makeAnswer, makeOffer, readAnswer, type SentSdp } from './offer-answer.ts'
import { parseSdp } from './parse.ts'

const DIRECTIONS: readonly Direction[] = ['sendrecv', 'sendonly', 'recvonly', 'inactive']
const MIRROR = { sendrecv: 'sendrecv', sendonly: 'recvonly', recvonly: 'sendonly', inactive: 'inactive' } as const

const codecs: fc.Arbitrary<readonly CodecName[]> = fc.constantFrom(
  ['PCMU', 'PCMA'] as const,
  ['PCMA', 'PCMU'] as const,
  ['PCMU'] as const,
  ['PCMA'] as const,
)

/** One side of a call; never the null address, which means hold. */
const side: fc.Arbitrary<LocalMedia> = fc.record(
  {
    address: fc.oneof(fc.ipV4(), fc.ipV6()).filter((address) => address !== '0.0.0.0' && address !== '::'),
    port: fc.integer({ min: 1, max: 65_535 }),
    codecs,
    direction: fc.constantFrom(...DIRECTIONS),
    ptimeMs: fc.constantFrom(10, 20, 30, 40),
    telephoneEvent: fc.boolean(),
  },
  { requiredKeys: ['address', 'port'] },
)

/** m= lines of which we can use some, all or none, with their attributes. */
const stream = fc.record({
  kind: fc.constantFrom('audio', 'audio', 'audio', 'video', 'image'),
  port: fc.constantFrom(0, 4000, 4002),
  protocol: fc.constantFrom('RTP/AVP', 'RTP/AVP', 'RTP/AVPF', 'RTP/SAVP'),
  formats: fc.uniqueArray(fc.constantFrom(0, 3, 8, 18, 96, 97, 101), { minLength: 1, maxLength: 5 }),
  direction: fc.option(fc.constantFrom(...DIRECTIONS)),
})

const anyOffer = fc.array(stream, { maxLength: 5 }).map((streams) => {
  const lines = streams.flatMap(({ kind, port, protocol, formats, direction }) => [
    `m=${kind} ${port} ${protocol} ${formats.join(' ')}`,
    'a=rtpmap:96 opus/48000/2',
    'a=rtpmap:97 PCMA/8000',
    'a=rtpmap:101 telephone-event/8000',
    ...(direction === null ? [] : [`a=${direction}`]),
  ])
  const head = ['v=0', 'o=- 1 1 IN IP4 192.0.2.1', 's=-', 'c=IN IP4 192.0.2.1', 't=0 0']
  return { streams, text: [...head, ...lines, ''].join('\r\n') }
})

const mediaOf = (text: string) => {
  const parsed = parseSdp(text)
  if (!parsed.ok) throw parsed
  return parsed.value.media
}

describe('two sides that negotiate (RFC 3264)', () => {
  it('agree on codec, number, direction and events, or both know that they do not', () => {
    fc.assert(
      fc.property(side, side, (caller, callee) => {
        const offer = makeOffer(caller, { sessionId: '1' })
        const answer = makeAnswer(offer.text, callee, { sessionId: '2' })
        const common = (caller.codecs ?? ['PCMU', 'PCMA']).filter((one) =>
          (callee.codecs ?? ['PCMU', 'PCMA']).includes(one),
        )
        expect(answer.ok).toBe(common.length > 0)
        if (!answer.ok) return
        const heard = readAnswer(answer.answer.text, caller)
        if (!heard.ok) throw heard
        const [a, b] = [heard.agreed, answer.agreed]
        expect([a.codec, a.payloadType, a.telephoneEvent]).toEqual([b.codec, b.payloadType, b.telephoneEvent])
        expect(a.direction).toBe(MIRROR[b.direction])
        expect([a.address, a.port, b.address, b.port]).toEqual([
          ...[callee.address, callee.port, caller.address, caller.port],
        ])
        expect(common).toContain(a.codec)
        expect(a.telephoneEvent !== undefined).toBe(caller.telephoneEvent !== false && callee.telephoneEvent !== false)
      }),
      { numRuns: 250 },
    )
  })

  it('never send where the other does not listen', () => {
    const sends = (direction: Direction) => direction === 'sendrecv' || direction === 'sendonly'
    const listens = (direction: Direction = 'sendrecv') => direction === 'sendrecv' || direction === 'recvonly'
    fc.assert(
      fc.property(side, side, (caller, callee) => {
        const answer = makeAnswer(makeOffer(caller, {}).text, callee, {})
        if (!answer.ok) return
        const heard = readAnswer(answer.answer.text, caller)
        if (!heard.ok) throw heard
        if (sends(answer.agreed.direction)) expect(listens(caller.direction)).toBe(true)
        if (sends(heard.agreed.direction)) expect(listens(callee.direction)).toBe(true)
      }),
      { numRuns: 150 },
    )
  })
})

describe('an answer to any offer (RFC 3264 6)', () => {
  it('has its m= lines one for one, and takes the first audio line that it can', () => {
    fc.assert(
      fc.property(anyOffer, side, ({ streams, text }, local) => {
        const ours = local.codecs ?? ['PCMU', 'PCMA']
        const usable = streams.findIndex(
          ({ kind, port, protocol, formats }) =>
            kind === 'audio' &&
            port !== 0 &&
            protocol !== 'RTP/SAVP' &&
            formats.some((format) => ours.includes(format === 0 ? 'PCMU' : 'PCMA') && [0, 8, 97].includes(format)),
        )
        const answer = makeAnswer(text, local, {})
        expect(answer.ok).toBe(usable >= 0)
        if (!answer.ok) return
        const lines = mediaOf(answer.answer.text)
        expect(lines.map(({ kind, protocol }) => `${kind} ${protocol}`)).toEqual(
          streams.map(({ kind, protocol }) => `${kind} ${protocol}`),
        )
        expect(lines.map(({ port }) => port)).toEqual(streams.map((_, at) => (at === usable ? local.port : 0)))
        const offered: readonly number[] = streams[usable]!.formats
        expect(lines[usable]!.formats.split(' ').every((format) => offered.includes(Number(format)))).toBe(true)
        expect(offered).toContain(answer.agreed.payloadType)
      }),
      { numRuns: 250 },
    )
  })

  it('is followed by offers that keep its lines, whose versions go up by one and never down', () => {
    fc.assert(
      fc.property(anyOffer, side, fc.array(side, { minLength: 1, maxLength: 4 }), ({ streams, text }, local, later) => {
        const answer = makeAnswer(text, local, { sessionId: '3' })
        if (!answer.ok) return
        let last: SentSdp = answer.answer
        for (const next of later) {
          const offer = makeOffer(next, { previous: JSON.parse(JSON.stringify(last)) as SentSdp })
          expect(mediaOf(offer.text).map(({ kind }) => kind)).toEqual(streams.map(({ kind }) => kind))
          expect(mediaOf(offer.text).filter(({ port }) => port !== 0).length).toBe(1)
          expect(offer.sessionId).toBe('3')
          expect(offer.sessionVersion).toBe(last.sessionVersion + (offer.text === last.text ? 0 : 1))
          last = offer
        }
      }),
      { numRuns: 120 },
    )
  })
})

describe('SDP from anywhere', () => {
  const line = fc.oneof(
    fc.string({ unit: 'binary-ascii', maxLength: 30 }),
    fc.stringMatching(/^[a-z]=[ -~]{0,30}$/),
    fc.constantFrom('v=0', 'o=- 1 1 IN IP4 h', 'c=IN IP4 h', 'c=IN IP6 ::', 't=0 0', 'a=inactive', 'a=ptime:1e9'),
    fc.stringMatching(/^m=(audio|video) [0-9]{1,6} RTP\/(S?AVPF?) [0-9 ]{0,12}$/),
    fc.stringMatching(/^a=(rtpmap|fmtp):[0-9]{1,4} [A-Za-z0-9/-]{0,16}$/),
  )

  it('is read into values within their ranges or refused with a sentence', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 14 }), fc.constantFrom('\r\n', '\n'), (lines, end) => {
        const parsed = parseSdp(['v=0', 'o=- 1 1 IN IP4 h', ...lines].join(end))
        if (!parsed.ok) {
          expect(parsed.reason).toMatch(/\w/)
          return
        }
        for (const media of parsed.value.media) {
          expect(media.port >= 0 && media.port <= 65_535).toBe(true)
          expect(DIRECTIONS).toContain(media.direction)
          expect(media.codecs.every(({ payloadType, clockRate }) => payloadType < 128 && clockRate > 0)).toBe(true)
          expect(media.port === 0 || media.address !== '').toBe(true)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('never makes an answer that we could not read ourselves', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 10 }), (lines) => {
        const text = ['v=0', 'o=- 1 1 IN IP4 h', 'c=IN IP4 h', 'm=audio 4 RTP/AVP 0', ...lines].join('\r\n')
        const answer = makeAnswer(text, { address: '192.0.2.10', port: 30_000 }, {})
        if (!answer.ok) return
        expect(answer.answer.text).toMatch(/^([a-z]=[^\r\n\0]*\r\n)+$/)
        expect(mediaOf(answer.answer.text).length).toBe(mediaOf(text).length)
      }),
      { numRuns: 300 },
    )
  })
})

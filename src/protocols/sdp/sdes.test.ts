import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeAnswer, makeOffer, readAnswer } from './offer-answer.ts'
import { parseSdp } from './parse.ts'

const OURS = 'T3VycyBpcyB0aGlydHkgb2N0ZXRzIGxvbmcsIG9r'
const THEIRS = 'd0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj'
const OTHER = 'WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz'
const LOCAL = { address: '192.0.2.9', port: 20_000, srtp: { key: OURS } }

function sdp(...lines: readonly string[]): string {
  return ['v=0', 'o=- 1 1 IN IP4 192.0.2.5', 's=-', 'c=IN IP4 192.0.2.5', 't=0 0', ...lines, ''].join('\r\n')
}

const SECURE = 'm=audio 4000 RTP/SAVP 8'
const cryptoOf = (...lines: readonly string[]) => {
  const read = parseSdp(sdp(SECURE, ...lines))
  return read.ok ? read.value.media[0]?.crypto : read
}

describe('keys in SDP (RFC 4568)', () => {
  it('are read with tag, suite and key, in their order', () => {
    expect(
      cryptoOf(
        `a=crypto:1 AES_CM_128_HMAC_SHA1_32 inline:${THEIRS}|2^20`,
        `a=crypto:7 AES_CM_128_HMAC_SHA1_80 inline:${OTHER}`,
      ),
    ).toEqual([
      { tag: 1, suite: 'AES_CM_128_HMAC_SHA1_32', key: THEIRS },
      { tag: 7, suite: 'AES_CM_128_HMAC_SHA1_80', key: OTHER },
    ])
  })

  it.each([
    ['another suite', `a=crypto:1 F8_128_HMAC_SHA1_80 inline:${THEIRS}`],
    ['a key of another length', 'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJQ=='],
    ['no key', 'a=crypto:1 AES_CM_128_HMAC_SHA1_80 uri:https://key.example'],
    ['a name for its key in each packet', `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${THEIRS}|2^20|1:4`],
    ['packets in clear', `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${THEIRS} UNENCRYPTED_SRTP`],
    ['no tag', `a=crypto: AES_CM_128_HMAC_SHA1_80 inline:${THEIRS}x`],
  ])('are passed over with %s', (_, line) => {
    expect(cryptoOf(line)).toBeUndefined()
    expect(makeAnswer(sdp(SECURE, line), LOCAL, { sessionId: '1' })).toMatchObject({ ok: false, status: 488 })
  })

  it('count with parameters that say themselves that they may be passed over', () => {
    expect(cryptoOf(`a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${THEIRS} -X-OWN=1`)).toHaveLength(1)
  })

  it('mean nothing on a line in clear', () => {
    const open = sdp('m=audio 4000 RTP/AVP 8', `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${THEIRS}`)
    const made = makeAnswer(open, LOCAL, { sessionId: '1' })
    if (!made.ok) throw made
    expect(made.agreed.srtp).toBeUndefined()
    expect(made.answer.text).not.toContain('crypto')
  })

  it('are answered with the tag and suite of the first that we can, and our own key (RFC 4568 5.1.2)', () => {
    const offer = sdp(
      SECURE,
      `a=crypto:1 AES_256_CM_HMAC_SHA1_80 inline:${THEIRS}`,
      `a=crypto:4 AES_CM_128_HMAC_SHA1_32 inline:${THEIRS}`,
    )
    const made = makeAnswer(offer, LOCAL, { sessionId: '1' })
    if (!made.ok) throw made
    expect(made.answer.text).toContain('m=audio 20000 RTP/SAVP 8\r\n')
    expect(made.answer.text).toContain(`a=crypto:4 AES_CM_128_HMAC_SHA1_32 inline:${OURS}\r\n`)
    expect(made.agreed.srtp).toEqual({ suite: 'AES_CM_128_HMAC_SHA1_32', key: THEIRS })
  })

  it('are refused by who has no key, and the line in clear beside them is taken', () => {
    const { srtp: _, ...plain } = LOCAL
    const crypto = `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${THEIRS}`
    expect(makeAnswer(sdp(SECURE, crypto), plain, { sessionId: '1' })).toMatchObject({ ok: false, status: 488 })
    const made = makeAnswer(sdp(SECURE, crypto, 'm=audio 4002 RTP/AVP 0'), plain, { sessionId: '1' })
    if (!made.ok) throw made
    expect(made.answer.text).toContain('m=audio 0 RTP/SAVP 8\r\n')
    expect(made.agreed).toMatchObject({ port: 4002, codec: 'PCMU' })
  })

  it('are offered, and offered again in the same way', () => {
    const first = makeOffer(LOCAL, { sessionId: '1' })
    expect(first.text).toContain('m=audio 20000 RTP/SAVP 0 8 101\r\n')
    expect(first.text).toContain(`a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${OURS}\r\n`)
    const answer = sdp(SECURE, `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${THEIRS}`)
    expect(readAnswer(answer, LOCAL)).toMatchObject({ ok: true, agreed: { srtp: { key: THEIRS } } })
    const short = makeAnswer(sdp(SECURE, `a=crypto:3 AES_CM_128_HMAC_SHA1_32 inline:${THEIRS}`), LOCAL, {
      sessionId: '1',
    })
    if (!short.ok) throw short
    const again = makeOffer(LOCAL, { previous: short.answer }).text
    expect(again).toContain(`a=crypto:1 AES_CM_128_HMAC_SHA1_32 inline:${OURS}\r\n`)
    expect(again).toContain('RTP/SAVP')
  })

  it('may be any text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 120 }), (text) => {
        const line = `a=crypto:${text.replaceAll(/[\r\n]/g, ' ')}`
        for (const one of (cryptoOf(line) as readonly { key: string }[] | undefined) ?? [])
          expect(one.key).toHaveLength(40)
      }),
    )
  })
})

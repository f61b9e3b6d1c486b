import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gsmBytes, gsmText, textParts } from './alphabet.ts'

const GSM = '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡AZÄÖÑÜ§¿azäöñüà^{}\\[~]|€\f'

describe('the GSM alphabet', () => {
  it('is as 3GPP TS 23.038 has it', () => {
    expect([...gsmBytes('@A€ ')]).toEqual([0x00, 0x41, 0x1b, 0x65, 0x20])
    expect([...gsmBytes('ÄÖÑÜ§äöñüà')]).toEqual([0x5b, 0x5c, 0x5d, 0x5e, 0x5f, 0x7b, 0x7c, 0x7d, 0x7e, 0x7f])
    expect([...gsmBytes('[~]|{}\\^\f')].filter((code) => code !== 0x1b)).toEqual([
      0x3c, 0x3d, 0x3e, 0x40, 0x28, 0x29, 0x2f, 0x14, 0x0a,
    ])
    expect(gsmText(gsmBytes(GSM))).toBe(GSM)
  })

  it('shows what it does not know as something, and never fails', () => {
    expect(gsmText(Uint8Array.of(0x41, 0x1b))).toBe('A')
    expect(gsmText(Uint8Array.of(0x1b, 0x41))).toBe('A')
    expect([...gsmBytes('ж\u001b')]).toEqual([0x3f, 0x3f])
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => typeof gsmText(bytes) === 'string'))
  })
})

describe('a text', () => {
  it.each([
    ['160 letters', 'a'.repeat(160), 'gsm', 1],
    ['161 letters', 'a'.repeat(161), 'gsm', 2],
    ['80 signs of the extension', '€'.repeat(80), 'gsm', 1],
    ['306 letters', 'a'.repeat(306), 'gsm', 2],
    ['307 letters', 'a'.repeat(307), 'gsm', 3],
    ['70 letters of another script', 'ж'.repeat(70), 'ucs2', 1],
    ['71 letters of another script', 'ж'.repeat(71), 'ucs2', 2],
    ['36 pictures', '😀'.repeat(36), 'ucs2', 2],
    ['nothing', '', 'gsm', 1],
  ])('of %s takes as many messages as it must', (_, text, alphabet, count) => {
    const found = textParts(text)
    expect(found.alphabet).toBe(alphabet)
    expect(found.parts).toHaveLength(count)
  })

  it('is divided so that its parts are the text, fit, and cut no character in two', () => {
    const character = fc.oneof(fc.constantFrom(...GSM), fc.constantFrom('😀', 'ж', '漢'))
    const text = fc.string({ unit: character, maxLength: 700 })
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: fc.constantFrom(...GSM), maxLength: 700 })), (written) => {
        const { alphabet, parts } = textParts(written)
        expect(parts.join('')).toBe(written)
        const most = parts.length === 1 ? { gsm: 160, ucs2: 70 } : { gsm: 153, ucs2: 67 }
        for (const part of parts) {
          expect(alphabet === 'gsm' ? gsmBytes(part).length : part.length).toBeLessThanOrEqual(most[alphabet])
          expect(part.isWellFormed()).toBe(true)
          if (alphabet === 'gsm') expect(gsmText(gsmBytes(part))).toBe(part)
        }
      }),
    )
  })
})

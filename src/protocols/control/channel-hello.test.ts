import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  newNonce,
  parseChallenge,
  parseHello,
  parseWelcome,
  proveHello,
  proveWelcome,
  sameProof,
} from './channel-hello.ts'

const HELLO = { core: 'core-a', term: 7, nonce: 'n' }

describe('the proof of a hello', () => {
  it('covers secret, challenge, name, term and nonce: each changes it', () => {
    const proofs = [
      proveHello('s', 'c', HELLO),
      proveHello('t', 'c', HELLO),
      proveHello('s', 'd', HELLO),
      proveHello('s', 'c', { ...HELLO, core: 'core-b' }),
      proveHello('s', 'c', { ...HELLO, term: 8 }),
      proveHello('s', 'c', { ...HELLO, nonce: 'm' }),
    ]
    expect(new Set(proofs).size).toBe(proofs.length)
    expect(proveHello('s', 'c', HELLO)).toBe(proofs[0])
  })

  it('cannot be had by moving characters from one part to the next', () => {
    const text = fc.string({ maxLength: 6 })
    const fields = fc.record({ challenge: text, core: text, term: fc.nat(99), nonce: text })
    fc.assert(
      fc.property(fields, fields, (a, b) => {
        const same = JSON.stringify(a) === JSON.stringify(b)
        expect(proveHello('s', a.challenge, a) === proveHello('s', b.challenge, b)).toBe(same)
      }),
    )
  })

  it('of a core is no proof of a listener, whatever its nonce', () => {
    fc.assert(
      fc.property(fc.string(), (nonce) => {
        expect(proveWelcome('s', nonce)).not.toBe(proveHello('s', nonce, { ...HELLO, nonce }))
        expect(proveWelcome('s', nonce)).not.toBe(proveWelcome('t', nonce))
      }),
    )
  })

  it('is compared whole: a part of it, or more than it, is not it', () => {
    const proof = proveHello('s', 'c', HELLO)
    expect(sameProof(proof, proof)).toBe(true)
    for (const wrong of ['', proof.slice(1), proof.slice(0, -1), `${proof}x`, proof.toLowerCase()]) {
      expect(sameProof(proof, wrong), wrong).toBe(false)
    }
  })

  it('is of a nonce that does not come twice', () => {
    const nonces = Array.from({ length: 1000 }, newNonce)
    expect(new Set(nonces).size).toBe(1000)
    expect(Math.min(...nonces.map((nonce) => nonce.length))).toBeGreaterThanOrEqual(21)
  })
})

describe('frames of the handshake', () => {
  it('of any shape are read or refused, never more', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const hello = parseHello(value)
        if (hello) expect(Number.isSafeInteger(hello.term)).toBe(true)
        parseChallenge(value)
        parseWelcome(value)
      }),
      { numRuns: 500 },
    )
  })

  it('of a core need a name of sane length, a whole term and both texts', () => {
    const good = { ...HELLO, proof: 'p' }
    expect(parseHello({ ...good, more: 1 })).toEqual(good)
    const wrong = [
      { ...good, core: 5 },
      { ...good, core: 'x'.repeat(201) },
      { ...good, term: -1 },
      { ...good, term: 1.5 },
      { ...good, term: 2 ** 53 },
      { ...good, term: '7' },
      { ...good, nonce: undefined },
      { ...good, proof: null },
    ]
    for (const value of wrong) expect(parseHello(value), JSON.stringify(value)).toBeUndefined()
  })

  it('of a listener are a welcome with proof, or a refusal with what is known of the term', () => {
    expect(parseWelcome({ proof: 'p', greeting: { role: 'edge' } })).toEqual({ proof: 'p', greeting: { role: 'edge' } })
    expect(parseWelcome({ refused: 'channel.fenced', highest: 9 })).toEqual({ refused: 'channel.fenced', highest: 9 })
    expect(parseWelcome({ refused: 'x', highest: 'nine' })).toEqual({ refused: 'x' })
    expect(parseWelcome({ greeting: {} })).toBeUndefined()
    expect(parseChallenge({ nonce: 'x' })).toEqual({ nonce: 'x' })
    expect(parseChallenge({ nonce: 1 })).toBeUndefined()
  })
})

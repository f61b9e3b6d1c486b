import { describe, expect, it } from 'vitest'
import { createRequest, responseTo } from '../message/build.ts'
import type { SipRequest } from '../message/message.ts'
import { digestHa1, digestResponse, formatDigest, parseDigest } from './digest.ts'
import { answerDigest } from './digest-client.ts'
import { checkDigest, digestChallenge, digestClaim } from './digest-server.ts'
import { checkNonce, makeNonce, NonceCounter } from './nonce.ts'

const KEY = 'a key of the pool'
const NOW = 1_800_000_000_000
const REALM = 'tandem'

function register(): SipRequest {
  return createRequest({
    method: 'REGISTER',
    uri: 'sip:tandem',
    from: '<sip:2001@tandem>;tag=a',
    to: '<sip:2001@tandem>',
    callId: 'r',
    via: ['SIP/2.0/UDP h;branch=z9hG4bK1'],
  })
}

/** Registers against a challenge with one password, and checks with another. */
function attempt(password: string, options: { askedAt?: number; counter?: NonceCounter; count?: number } = {}) {
  const challenge = digestChallenge({ realm: REALM, key: KEY, now: options.askedAt ?? NOW })
  const request = register()
  const response = responseTo(request, challenge.status, { headers: challenge.headers })
  const answer = answerDigest(response, request, { user: '2001', password }, options.count)!
  request.set(...answer)
  const secrets = {
    MD5: digestHa1('MD5', { user: '2001', realm: REALM, password: 'right' }),
    'SHA-256': digestHa1('SHA-256', { user: '2001', realm: REALM, password: 'right' }),
  }
  const counter = options.counter ?? new NonceCounter()
  const claim = digestClaim(request, REALM)!
  const check = (known = true) =>
    checkDigest(request, claim, known ? secrets : undefined, { key: KEY, now: NOW, counter })
  return { request, response, claim, check }
}

describe('digest', () => {
  it('gives the responses of RFC 7616 3.9.1', () => {
    const secret = { user: 'Mufasa', realm: 'http-auth@example.org', password: 'Circle of Life' }
    const input = {
      method: 'GET',
      uri: '/dir/index.html',
      nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
      nc: '00000001',
      cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
    }
    const of = (algorithm: 'MD5' | 'SHA-256') => digestResponse(digestHa1(algorithm, secret), { ...input, algorithm })
    expect(of('MD5')).toBe('8ca523f5e9506fed4657c9700eebdbec')
    expect(of('SHA-256')).toBe('753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1')
  })

  it('offers the stronger algorithm first and takes the right answer to it (RFC 8760)', () => {
    const { response, claim, check } = attempt('right')
    expect([response.status, response.getAll('www-authenticate').length, claim.algorithm, claim.user]).toEqual([
      401,
      2,
      'SHA-256',
      '2001',
    ])
    expect(check()).toBe('ok')
  })

  it('refuses a wrong password, an unknown user and a forged nonce', () => {
    expect(attempt('wrong').check()).toBe('wrong')
    expect(attempt('right').check(false)).toBe('wrong')
    const { request, check } = attempt('right')
    expect(check()).toBe('ok')
    const stranger = checkDigest(
      request,
      digestClaim(request, REALM)!,
      {},
      { key: 'other', now: NOW, counter: new NonceCounter() },
    )
    expect(stranger).toBe('forged')
    expect(digestClaim(request, 'elsewhere')).toBeUndefined()
    expect(digestClaim(request, REALM, 'proxy')).toBeUndefined()
  })

  it('takes no answer that was made without a secret for a user who has none', () => {
    const { request, claim } = attempt('right')
    const { nonce, nc, cnonce, uri } = claim.fields as Record<string, string>
    const input = { algorithm: claim.algorithm, method: 'REGISTER', uri: uri!, nonce: nonce!, nc: nc!, cnonce: cnonce! }
    const forged = { ...claim, fields: { ...claim.fields, response: digestResponse('', input) } }
    const options = { key: KEY, now: NOW, counter: new NonceCounter() }
    expect(checkDigest(request, forged, undefined, options)).toBe('wrong')
    expect(checkDigest(request, forged, { MD5: 'x' }, options)).toBe('wrong')
  })

  it('asks again for an old nonce, but only one who knows the password', () => {
    expect(attempt('right', { askedAt: NOW - 300_001 }).check()).toBe('stale')
    expect(attempt('wrong', { askedAt: NOW - 300_001 }).check()).toBe('wrong')
    expect(digestChallenge({ realm: REALM, key: KEY, now: NOW, stale: true }).headers[0]![1]).toContain('stale=true')
  })

  it('refuses the same credentials a second time', () => {
    const { check } = attempt('right')
    expect([check(), check()]).toEqual(['ok', 'replayed'])
  })

  it('answers a proxy in its own fields', () => {
    const challenge = digestChallenge({ realm: REALM, key: KEY, now: NOW, role: 'proxy', algorithms: ['MD5'] })
    const request = register()
    const answer = answerDigest(responseTo(request, challenge.status, { headers: challenge.headers }), request, {
      user: 'u',
      password: 'p',
    })
    expect([challenge.status, answer![0], parseDigest(answer![1])]).toMatchObject([
      407,
      'Proxy-Authorization',
      { qop: 'auth', nc: '00000001' },
    ])
    expect(answerDigest(responseTo(request, 401), request, { user: 'u', password: 'p' })).toBeUndefined()
  })

  it.each(['Basic abc', 'Digest', 'Digest a', 'Digest a=1, a=2', 'Digest a="x', `Digest ${'a'.repeat(9)}`])(
    'does not read %s',
    (text) => {
      expect(parseDigest(text)).toBeUndefined()
    },
  )

  it('reads its own writing, quotes and all', () => {
    const fields = { realm: 'a "b" \\ c', nonce: 'n', qop: 'auth', nc: '00000001' }
    expect({ ...parseDigest(formatDigest(fields, true)) }).toEqual(fields)
  })
})

describe('a nonce', () => {
  it('is known by every process with the key, for its time', () => {
    const nonce = makeNonce(KEY, NOW)
    const at = (now: number, key = KEY) => checkNonce(nonce, { key, now }).state
    expect([at(NOW), at(NOW + 300_000), at(NOW + 300_001), at(NOW, 'x'), at(NOW - 300_001)]).toEqual([
      'fresh',
      'fresh',
      'stale',
      'forged',
      'forged',
    ])
    expect(checkNonce('', { key: KEY, now: NOW }).state).toBe('forged')
    const [time, random] = nonce.split('.')
    const [, , otherMac] = makeNonce(KEY, NOW).split('.')
    expect(checkNonce(`${time}.${random}.${otherMac}`, { key: KEY, now: NOW }).state).toBe('forged')
  })

  it('may be used with counts in any near order, each once', () => {
    const counter = new NonceCounter()
    const use = (count: number) => counter.use('n', NOW, count)
    expect([use(1), use(3), use(2), use(2), use(40), use(3), use(39), use(9)]).toEqual([
      'new',
      'new',
      'new',
      'replayed',
      'new',
      'replayed',
      'new',
      'new',
    ])
    expect(use(8)).toBe('replayed')
  })

  it('is asked anew when there was no room to remember it', () => {
    const counter = new NonceCounter(2)
    for (const [index, nonce] of ['a', 'b', 'c'].entries()) expect(counter.use(nonce, NOW + index, 1)).toBe('new')
    expect([counter.size, counter.use('a', NOW, 1), counter.use('b', NOW + 1, 1)]).toEqual([2, 'stale', 'replayed'])
  })
})

import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createRequest, responseTo } from '../message/build.ts'
import type { SipRequest } from '../message/message.ts'
import { algorithmOf, type DigestAlgorithm, digestHa1, digestResponse, formatDigest, parseDigest } from './digest.ts'
import { answerDigest } from './digest-client.ts'
import { checkDigest, digestChallenge, digestClaim } from './digest-server.ts'
import { makeNonce, NonceCounter } from './nonce.ts'

const KEY = 'a key of the pool'
const NOW = 1_800_000_000_000
const REALM = 'tandem'
const USER = { user: '2001', realm: REALM, password: 'right' }
const SECRETS = { MD5: digestHa1('MD5', USER), 'SHA-256': digestHa1('SHA-256', USER) }

function request(method = 'REGISTER', authorization?: string): SipRequest {
  const made = createRequest({ method, uri: 'sip:tandem', from: '<sip:a@b>;tag=a', to: '<sip:a@b>', callId: 'r' })
  return authorization === undefined ? made : made.set('Authorization', authorization)
}

type Fields = Readonly<Record<string, string | undefined>>

/** Right credentials for the nonce, before somebody changes them. */
function credentials(changes: Fields = {}, algorithm: DigestAlgorithm = 'SHA-256', method = 'REGISTER') {
  const nonce = changes['nonce'] ?? makeNonce(KEY, NOW)
  const nc = changes['nc'] ?? '00000001'
  const [cnonce, uri] = ['c', changes['uri'] ?? 'sip:tandem']
  const response = digestResponse(SECRETS[algorithm], { algorithm, method, uri, nonce, nc, cnonce })
  return { username: '2001', realm: REALM, nonce, uri, response, algorithm, cnonce, qop: 'auth', nc, ...changes }
}

function check(fields: Fields | string, options: { method?: string; counter?: NonceCounter; now?: number } = {}) {
  const text = typeof fields === 'string' ? fields : formatDigest(fields, true)
  const asked = request(options.method, text)
  const claim = digestClaim(asked, REALM)
  if (!claim) return 'no claim'
  const { counter = new NonceCounter(), now = NOW } = options
  return checkDigest(asked, claim, SECRETS, { key: KEY, now, counter })
}

describe('the examples of the RFCs', () => {
  const md5 = (text: string) => createHash('md5').update(text).digest('hex')

  it('RFC 2617 3.5', () => {
    const ha1 = digestHa1('MD5', { user: 'Mufasa', realm: 'testrealm@host.com', password: 'Circle Of Life' })
    expect(ha1).toBe('939e7578ed9e3c518a452acee763bce9')
    const input = {
      algorithm: 'MD5',
      method: 'GET',
      uri: '/dir/index.html',
      nonce: 'dcd98b7102dd2f0e8b11d0f600bfb0c093',
      nc: '00000001',
      cnonce: '0a4f113b',
    } as const
    expect(digestResponse(ha1, input)).toBe('6629fae49393a05397450978507c4ef1')
  })

  it('RFC 7616 3.9.1, as credentials that are read from their text', () => {
    const fields = parseDigest(
      `Digest username="Mufasa",
       realm="http-auth@example.org",
       uri="/dir/index.html",
       algorithm=SHA-256,
       nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
       nc=00000001,
       cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
       qop=auth,
       response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
       opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`.replace(/\n/g, ' '),
    )!
    const ha1 = digestHa1('SHA-256', { user: fields['username']!, realm: fields['realm']!, password: 'Circle of Life' })
    const { nonce, nc, cnonce, uri } = fields as Record<'nonce' | 'nc' | 'cnonce' | 'uri', string>
    expect(digestResponse(ha1, { algorithm: 'SHA-256', method: 'GET', uri, nonce, nc, cnonce })).toBe(
      fields['response'],
    )
  })

  it('hash names that are not ASCII as UTF-8 (RFC 7616 3.9.2 speaks of it)', () => {
    const secret = { user: 'Jäsøn Doe', realm: 'api@example.org', password: 'Secret, or not?' }
    const octets = Buffer.from(`${secret.user}:${secret.realm}:${secret.password}`, 'utf8')
    expect(digestHa1('MD5', secret)).toBe(createHash('md5').update(octets).digest('hex'))
    expect(digestHa1('MD5', { user: 'a', realm: 'b', password: 'c' })).toBe(md5('a:b:c'))
  })
})

describe('credentials', () => {
  it.each(['MD5', 'SHA-256'] as const)('that are right with %s are taken', (algorithm) => {
    expect(check(credentials({}, algorithm))).toBe('ok')
  })

  it.each([
    ['the uri', { uri: 'sip:elsewhere' }, 'wrong'],
    ['the count', { nc: '00000002' }, 'wrong'],
    ['the algorithm', { algorithm: 'MD5' }, 'wrong'],
    ['a response that is cut short', { response: 'abc' }, 'wrong'],
    ['a nonce of ours with one letter more', { nonce: `${makeNonce(KEY, NOW)}x` }, 'forged'],
    ['a nonce of another pool', { nonce: makeNonce('other', NOW) }, 'forged'],
    ['a nonce that is none', { nonce: 'abc' }, 'forged'],
    ['a nonce of 10,000 letters', { nonce: 'a.'.repeat(5_000) }, 'forged'],
    ['no nonce', { nonce: '' }, 'malformed'],
    ['no cnonce', { cnonce: undefined }, 'malformed'],
    ['no uri', { uri: '' }, 'malformed'],
    ['no response', { response: undefined }, 'malformed'],
    ['no qop (RFC 2069)', { qop: undefined }, 'malformed'],
    ['qop=auth-int', { qop: 'auth-int' }, 'malformed'],
    ['no count', { nc: undefined }, 'malformed'],
    ['a count of seven digits', { nc: '0000001' }, 'malformed'],
    ['a count that is no number', { nc: '0000000g' }, 'malformed'],
    ['another realm', { realm: 'elsewhere' }, 'no claim'],
    ['the realm in capitals', { realm: 'TANDEM' }, 'no claim'],
    ['an algorithm that we do not know', { algorithm: 'MD5-sess' }, 'no claim'],
    ['no user', { username: '' }, 'no claim'],
  ])('are judged with %s changed: %s', (_, changes, verdict) => {
    expect(check({ ...credentials(), ...changes })).toBe(verdict)
  })

  it('do not serve for another method', () => {
    expect(check(credentials({}, 'SHA-256', 'REGISTER'), { method: 'INVITE' })).toBe('wrong')
  })

  it('may write what has no case in any case', () => {
    const fields = credentials()
    expect(check({ ...fields, algorithm: 'sha-256' })).toBe('ok')
    expect(check({ ...fields, response: fields.response.toUpperCase() })).toBe('ok')
    expect(check({ ...fields, qop: 'AUTH' })).toBe('ok')
    expect(check(formatDigest(fields, true).replace('Digest', 'DIGEST').replace('username', 'UserName'))).toBe('ok')
  })

  it('may quote what need not be, and leave quotes away, as phones do', () => {
    const fields = credentials()
    expect(check(formatDigest(fields, false))).toBe('ok')
    expect(check(formatDigest(fields, true).replaceAll('nc=00000001', 'nc="00000001"'))).toBe('ok')
    expect(check(formatDigest(fields, true).replace('"2001"', '2001'))).toBe('ok')
    expect(check(formatDigest(fields, true).replaceAll(', ', ',\t  '))).toBe('ok')
  })

  it('without an algorithm are MD5 (RFC 7616 3.4)', () => {
    expect(check({ ...credentials({}, 'MD5'), algorithm: undefined })).toBe('ok')
    expect(algorithmOf({})).toBe('MD5')
  })

  it('are found among those for other realms and schemes, in the field of their role only', () => {
    const both = request()
      .append('Authorization', 'Basic abc')
      .append('Authorization', formatDigest({ ...credentials(), realm: 'first' }, true))
      .append('Authorization', formatDigest(credentials(), true))
    expect(digestClaim(both, REALM)?.user).toBe('2001')
    expect([digestClaim(both, REALM, 'proxy'), digestClaim(both, 'third')]).toEqual([undefined, undefined])
  })

  it('of a uri that is not the Request-URI are taken, since proxies rewrite it (the deviation)', () => {
    expect(check(credentials({ uri: 'sip:2001@phone.example' }))).toBe('ok')
  })
})

describe('a nonce that is used again', () => {
  it('serves with each count once, also when they come in another order', () => {
    const counter = new NonceCounter()
    const nonce = makeNonce(KEY, NOW)
    const use = (nc: string) => check(credentials({ nonce, nc }), { counter })
    expect(['00000001', '00000003', '00000002', '00000002', '0000000a', '0000000A', '00000001'].map(use)).toEqual([
      'ok',
      'ok',
      'ok',
      'replayed',
      'ok',
      'replayed',
      'replayed',
    ])
  })

  it('is not used up by one who does not know the password', () => {
    const counter = new NonceCounter()
    const nonce = makeNonce(KEY, NOW)
    expect(check({ ...credentials({ nonce }), response: 'f'.repeat(64) }, { counter })).toBe('wrong')
    expect([counter.size, check(credentials({ nonce }), { counter })]).toEqual([0, 'ok'])
  })

  it('is stale from its lifetime on, and then counts for nothing', () => {
    const counter = new NonceCounter()
    const nonce = makeNonce(KEY, NOW)
    expect(check(credentials({ nonce }), { counter, now: NOW + 300_001 })).toBe('stale')
    expect(counter.size).toBe(0)
    expect(check(credentials({ nonce }), { counter, now: NOW + 300_000 })).toBe('ok')
  })
})

describe('a client that is challenged', () => {
  const me = { user: '2001', password: 'right' }
  const answer = (...challenges: string[]) => {
    const headers = challenges.map((value) => ['WWW-Authenticate', value] as const)
    const given = answerDigest(responseTo(request(), 401, { headers }), request(), me)
    return given && parseDigest(given[1])
  }

  it('takes the first that it can answer, and passes over all others', () => {
    const better = 'Digest realm="r", nonce="n2", algorithm=SHA-512-256, qop="auth"'
    expect(answer(better, 'Basic realm="r"', 'Digest realm="r", nonce="n1", algorithm=md5, qop="auth"')).toMatchObject({
      nonce: 'n1',
      algorithm: 'MD5',
    })
    expect(answer(better)).toBeUndefined()
  })

  it.each([
    ['no qop', 'Digest realm="r", nonce="n"'],
    ['auth-int alone', 'Digest realm="r", nonce="n", qop="auth-int"'],
    ['no realm', 'Digest nonce="n", qop="auth"'],
    ['no nonce', 'Digest realm="r", qop="auth"'],
    ['an open quote', 'Digest realm="r, nonce="n", qop="auth"'],
  ])('does not answer with %s', (_, challenge) => {
    expect(answer(challenge)).toBeUndefined()
  })

  it('picks auth of several, gives opaque back, and counts', () => {
    expect(answer('Digest realm="r", nonce="n", opaque="o\\"p", qop="auth-int , AUTH"')).toMatchObject({
      qop: 'auth',
      opaque: 'o"p',
      nc: '00000001',
      uri: 'sip:tandem',
    })
    const response = responseTo(request(), 401, {
      headers: digestChallenge({ realm: REALM, key: KEY, now: NOW }).headers,
    })
    expect(answerDigest(response, request(), me, 255)![1]).toContain('nc=000000ff')
  })

  it('makes a cnonce of its own each time, and never shows the password', () => {
    const texts = [1, 2].map(() => answer('Digest realm="r", nonce="n", qop="auth"')!)
    expect(texts[0]!['cnonce']).not.toBe(texts[1]!['cnonce'])
    expect(JSON.stringify(texts)).not.toContain('right')
  })

  it('is believed by the server for every method, algorithm and role', () => {
    for (const role of ['user', 'proxy'] as const) {
      for (const algorithm of ['MD5', 'SHA-256'] as const) {
        const challenge = digestChallenge({ realm: REALM, key: KEY, now: NOW, role, algorithms: [algorithm] })
        const asked = request('SUBSCRIBE')
        asked.set(...answerDigest(responseTo(asked, challenge.status, { headers: challenge.headers }), asked, me)!)
        const claim = digestClaim(asked, REALM, role)!
        const options = { key: KEY, now: NOW, counter: new NonceCounter() }
        expect([claim.algorithm, checkDigest(asked, claim, SECRETS, options)]).toEqual([algorithm, 'ok'])
      }
    }
  })
})

import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { systemClock } from '#base'
import { SOFTPHONE_SECRET_LIFE_MS, SoftphoneSecrets } from './softphone-secrets.ts'
import { MemoryRevocations } from './tokens.ts'

const KEY = new Uint8Array(32).fill(7)

function bench(now = 1_000_000) {
  const time = { now }
  const clock = { ...systemClock, now: () => time.now }
  const revoked = new MemoryRevocations()
  return { time, clock, revoked, secrets: new SoftphoneSecrets(KEY, clock, revoked) }
}

const CLAIMS = { id: 's-1', user: 'agent1', expiresAt: 1_000_000 + 10 * SOFTPHONE_SECRET_LIFE_MS }

describe('a secret of a softphone', () => {
  it('is known to every core that has the key, by its hashes', () => {
    const { user, secret } = bench().secrets.issue('2001', CLAIMS)
    const { ha1 } = bench().secrets.hashesOf(user, 'tandem')!
    expect(ha1.MD5).toBe(createHash('md5').update(`${user}:tandem:${secret}`).digest('hex'))
    expect(ha1['SHA-256']).toBe(createHash('sha256').update(`${user}:tandem:${secret}`).digest('hex'))
  })

  it('ends after its time, with the log-in, and at once with the log-out', () => {
    const { time, revoked, secrets } = bench()
    const { user, expiresAt } = secrets.issue('2001', CLAIMS)
    expect(expiresAt).toBe(1_000_000 + SOFTPHONE_SECRET_LIFE_MS)
    expect(secrets.issue('2001', { ...CLAIMS, expiresAt: 1_000_500 }).expiresAt).toBe(1_000_500)
    time.now = expiresAt - 1
    expect(secrets.hashesOf(user, 'tandem')).toBeDefined()
    time.now = expiresAt
    expect(secrets.hashesOf(user, 'tandem')).toBeUndefined()
    time.now = 1_000_000
    revoked.add('s-1', CLAIMS.expiresAt)
    expect(secrets.hashesOf(user, 'tandem')).toBeUndefined()
  })

  it('ends with all log-ins of its user, and is given anew to the next one (SEC-05)', () => {
    const { time, clock, revoked } = bench()
    const ends = new Map<string, number>()
    const secrets = new SoftphoneSecrets(KEY, clock, revoked, (extension) => ends.get(extension))
    const before = secrets.issue('2001', CLAIMS)
    const other = secrets.issue('2002', CLAIMS)
    ends.set('2001', 1_000_000)
    time.now += 1
    const after = secrets.issue('2001', { ...CLAIMS, id: 's-2' })
    const are = [before, other, after].map(({ user }) => secrets.hashesOf(user, 'tandem') !== undefined)
    expect(are).toEqual([false, true, true])
  })

  it.each(['2001', '', '~~', '2001~s-1', '2001~s-1~x', '2001~s-1~9999999999999~more', '~s-1~9999999999999'])(
    'is none for the name %j',
    (name) => {
      expect(bench().secrets.hashesOf(name, 'tandem')).toBeUndefined()
    },
  )

  it('is another one for another extension, log-in, end or key', () => {
    const { secrets, clock, revoked } = bench()
    const all = [
      secrets.issue('2001', CLAIMS),
      secrets.issue('2002', CLAIMS),
      secrets.issue('2001', { ...CLAIMS, id: 's-2' }),
      secrets.issue('2001', { ...CLAIMS, expiresAt: 1_000_001 }),
      new SoftphoneSecrets(new Uint8Array(32).fill(8), clock, revoked).issue('2001', CLAIMS),
    ]
    expect(new Set(all.map(({ secret }) => secret)).size).toBe(all.length)
  })
})

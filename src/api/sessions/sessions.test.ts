import { describe, expect, it } from 'vitest'
import { VirtualClock } from '#base'
import { MemoryCredentials } from '#seams/store'
import { Passwords } from './passwords.ts'
import { Throttle } from './throttle.ts'
import { MemoryRevocations, TOKEN_LIFE_MS, Tokens } from './tokens.ts'

const key = Buffer.alloc(32, 7)

describe('tokens', () => {
  it('are read by another core with the same key, and by none with another', () => {
    const clock = new VirtualClock()
    const { token } = new Tokens(key, clock).issue('agent1')
    expect(new Tokens(key, clock).verify(token).user).toBe('agent1')
    expect(() => new Tokens(Buffer.alloc(32, 8), clock).verify(token)).toThrow(/over/)
  })

  it('refuses what was changed, is too old, was ended, or is no token', () => {
    const clock = new VirtualClock()
    const tokens = new Tokens(key, clock)
    const { token } = tokens.issue('agent1')
    const forged = `${Buffer.from(JSON.stringify({ id: 'x', user: 'admin', expiresAt: 9e15 })).toString('base64url')}.${token.split('.')[1]}`
    for (const bad of [forged, '', '.', 'a.b.c', `${token}x`]) expect(() => tokens.verify(bad)).toThrow(/over/)
    tokens.revoke(tokens.verify(token))
    expect(() => tokens.verify(token)).toThrow(/over/)
    const old = tokens.issue('agent1').token
    clock.advance(TOKEN_LIFE_MS)
    expect(() => tokens.verify(old)).toThrow(/over/)
  })
})

describe('all log-ins of a user', () => {
  it('are over at once on every core that knows of their end, and new ones begin after it (SEC-05)', () => {
    const clock = new VirtualClock()
    const ends = new Map<string, number>()
    const core = () => new Tokens(key, clock, new MemoryRevocations(), (user) => ends.get(user))
    const [one, two] = [core(), core()]
    const old = one.issue('agent1')
    const other = one.issue('agent2')
    // By the old password, which was looked at for a while.
    const begunAt = clock.now()
    clock.advance(50)
    ends.set('agent1', clock.now())
    const late = two.issue('agent1', begunAt)
    const young = two.issue('agent1')
    for (const tokens of [one, two]) {
      expect([tokens.holds(old), tokens.holds(late), tokens.holds(young), tokens.holds(other)]).toEqual([
        false,
        false,
        true,
        true,
      ])
      expect(() => tokens.verify(old.token)).toThrow(/over/)
    }
  })
})

describe('wrong passwords', () => {
  it('SEC-05 are slowed for that user at that address only, twice as long each time, up to a minute', () => {
    const clock = new VirtualClock()
    const throttle = new Throttle(clock)
    const waits = Array.from({ length: 12 }, () => {
      throttle.failed('agent1', '10.0.0.1')
      return throttle.waitMs('agent1', '10.0.0.1')
    })
    expect(waits.slice(0, 5)).toEqual([0, 0, 1000, 2000, 4000])
    expect(waits.at(-1)).toBe(60_000)
    expect(throttle.waitMs('agent1', '10.0.0.2')).toBe(0)
    expect(throttle.waitMs('agent2', '10.0.0.1')).toBe(0)
    clock.advance(60_000)
    expect(throttle.waitMs('agent1', '10.0.0.1')).toBe(0)
  })

  it('slows an address that tries many users, and never keeps more entries than its limit', () => {
    const throttle = new Throttle(new VirtualClock())
    for (let i = 0; i < 30_000; i++) throttle.failed(`user${i}`, '10.0.0.1')
    expect(throttle.waitMs('somebody', '10.0.0.1')).toBeGreaterThan(0)
    expect(throttle.size).toBeLessThanOrEqual(20_000)
  })
})

describe('passwords', () => {
  it('SEC-05 are kept as hashes for the page and as digests of the extension for the phone', async () => {
    const credentials = new MemoryCredentials()
    const passwords = new Passwords(credentials, 'tandem', new VirtualClock())
    await passwords.set({ name: 'agent1', extension: '2001' }, 'secret')
    expect(await passwords.check('agent1', 'secret')).toBe(true)
    expect(await passwords.check('agent1', 'Secret')).toBe(false)
    expect(await passwords.check('nobody', 'nobody has this password')).toBe(false)
    // printf '2001:tandem:secret' | md5sum
    expect(await credentials.get('agent1')).toMatchObject({ ha1Md5: '840c6d2d04cc988e5a642eae0398afd8' })
    expect(JSON.stringify(await credentials.get('agent1'))).not.toContain('secret')
  })

  it('that were used before are known, the present one among them, as far back as asked (SEC-05)', async () => {
    const passwords = new Passwords(new MemoryCredentials(), 'tandem', new VirtualClock())
    const user = { name: 'agent1', extension: '2001' }
    expect(await passwords.wasUsed('agent1', 'first', 5)).toBe(false)
    for (const password of ['first', 'second', 'third']) await passwords.set(user, password)
    expect(await passwords.wasUsed('agent1', 'first', 3)).toBe(true)
    expect(await passwords.wasUsed('agent1', 'first', 2)).toBe(false)
    expect(await passwords.wasUsed('agent1', 'third', 1)).toBe(true)
    expect(await passwords.wasUsed('agent1', 'third', 0)).toBe(false)
    expect(await passwords.check('agent1', 'second')).toBe(false)
  })

  it('of a phone alone open no page', async () => {
    const passwords = new Passwords(new MemoryCredentials(), 'tandem', new VirtualClock())
    await passwords.set({ name: 'agent1', extension: '2001' }, 'secret', true)
    expect(await passwords.check('agent1', 'secret')).toBe(false)
  })
})

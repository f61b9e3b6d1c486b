import { describe, expect, it } from 'vitest'
import { AccountKeeper } from './softphone-account.ts'

function setUp() {
  const kept = new Map<string, string>()
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  }
  let fetched = 0
  let now = 0
  const page = (token: string) =>
    new AccountKeeper({
      token: () => token,
      storage,
      now: () => now,
      fetch: async () => ({ url: 'ws://h/ws', uri: 'sip:2001@tandem', user: `u${++fetched}`, renewAt: now + 1000 }),
    })
  return { page, kept, pass: (ms: number) => (now += ms) }
}

describe('the account of a softphone', () => {
  it('is there at once for the next page of the same log-in, and fetched when that one is not taken', async () => {
    const { page } = setUp()
    expect((await page('a'.repeat(20)).account()).user).toBe('u1')
    const next = page('a'.repeat(20))
    expect([(await next.account()).user, (await next.account()).user]).toEqual(['u1', 'u2'])
  })

  it('is fetched for another log-in, when its time has come, and after a log-out', async () => {
    const { page, pass, kept } = setUp()
    await page('a'.repeat(20)).account()
    expect((await page('b'.repeat(20)).account()).user).toBe('u2')
    pass(1000)
    expect((await page('b'.repeat(20)).account()).user).toBe('u3')
    page('b'.repeat(20)).forget()
    expect(kept.size).toBe(0)
    kept.set('tandem.phone.account', '{')
    expect((await page('b'.repeat(20)).account()).user).toBe('u4')
  })
})

import { describe, expect, it } from 'vitest'
import { VirtualClock } from '#base'
import { AccountLocks } from './account-locks.ts'

const policy = { lockFailures: 3, lockSeconds: 60 }

describe('locked accounts', () => {
  it('are those with so many wrong passwords in a row, for so long (SEC-05)', () => {
    const clock = new VirtualClock()
    const locks = new AccountLocks(clock)
    locks.failed('ada', policy)
    locks.failed('ada', policy)
    expect(locks.lockedMs('ada', policy)).toBe(0)
    locks.failed('ada', policy)
    expect(locks.lockedMs('ada', policy)).toBe(60_000)
    expect(locks.lockedMs('bob', policy)).toBe(0)
    clock.advance(59_999)
    expect(locks.lockedMs('ada', policy)).toBe(1)
    clock.advance(1)
    expect(locks.lockedMs('ada', policy)).toBe(0)
    locks.failed('ada', policy)
    expect(locks.lockedMs('ada', policy)).toBe(0)
  })

  it('are none where the policy says never, and open with the right or a new password', () => {
    const locks = new AccountLocks(new VirtualClock())
    for (let i = 0; i < 5; i++) locks.failed('ada', policy)
    expect(locks.lockedMs('ada', { ...policy, lockFailures: 0 })).toBe(0)
    expect(locks.lockedMs('ada', policy)).toBeGreaterThan(0)
    locks.unlock('ada')
    expect(locks.lockedMs('ada', policy)).toBe(0)
  })

  it('never fill the memory: who failed longest ago is forgotten', () => {
    const locks = new AccountLocks(new VirtualClock())
    for (let i = 0; i < 20_001; i++) locks.failed(`user${i}`, { ...policy, lockFailures: 1 })
    expect(locks.size).toBe(20_000)
    expect(locks.lockedMs('user0', { ...policy, lockFailures: 1 })).toBe(0)
  })
})

import { describe, expect, it } from 'vitest'
import { silentLogger, VirtualClock } from '#base'
import { MemoryRegisters, REGISTER_ERRORS, type Registers } from '#seams/registers'
import { AccountLocks } from './account-locks.ts'
import { PoolFailures } from './pool-failures.ts'
import { Throttle } from './throttle.ts'

const MINUTE_MS = 60_000
const policy = { lockFailures: 4, lockSeconds: 60 }
const settle = () => new Promise((resolve) => setImmediate(resolve))

function pool() {
  const clock = new VirtualClock()
  const registers = new MemoryRegisters(clock)
  const shared = (core: string, by: Registers = registers) => ({ registers: by, logger: silentLogger, core })
  return { clock, registers, shared }
}

describe('wrong passwords at several cores (SEC-05)', () => {
  it('are counted together: who goes from core to core is locked and slowed as at one', () => {
    const { clock, shared } = pool()
    const locks = ['one', 'two', 'three'].map((core) => new AccountLocks(clock, shared(core)))
    const throttles = ['one', 'two', 'three'].map((core) => new Throttle(clock, shared(core)))
    for (let i = 0; i < 4; i++) {
      expect(locks.map((one) => one.lockedMs('ada', policy))).toEqual([0, 0, 0])
      locks[i % 3]!.failed('ada', policy)
      throttles[i % 3]!.failed('ada', '10.0.0.1')
    }
    expect(locks.map((one) => one.lockedMs('ada', policy))).toEqual([MINUTE_MS, MINUTE_MS, MINUTE_MS])
    expect(throttles.map((one) => one.waitMs('ada', '10.0.0.1'))).toEqual([2000, 2000, 2000])
    // A new password, at any core, opens the account at all.
    locks[2]!.unlock('ada')
    throttles[2]!.succeeded('ada', '10.0.0.1')
    expect(locks.map((one) => one.lockedMs('ada', policy))).toEqual([0, 0, 0])
    expect(throttles.map((one) => one.waitMs('ada', '10.0.0.1'))).toEqual([0, 0, 0])
  })

  it('are known to a core that comes later, and are forgotten in time everywhere', async () => {
    const { clock, shared } = pool()
    const first = new AccountLocks(clock, shared('one'))
    for (let i = 0; i < 4; i++) first.failed('ada', policy)
    const later = new AccountLocks(clock, shared('two'))
    await settle()
    expect(later.lockedMs('ada', policy)).toBe(MINUTE_MS)
    clock.advance(MINUTE_MS)
    later.failed('ada', policy)
    expect([first.lockedMs('ada', policy), later.lockedMs('ada', policy)]).toEqual([0, 0])
  })

  it('are counted by each core for itself while the registers are away', async () => {
    const { clock, shared } = pool()
    const away = async () => {
      throw REGISTER_ERRORS['registers.unreachable']({ reason: 'test' })
    }
    const lost: Registers = { set: away, get: away, remove: away, list: away, watch: () => () => {}, close: away }
    const locks = new AccountLocks(clock, shared('one', lost))
    for (let i = 0; i < 4; i++) locks.failed('ada', policy)
    await settle()
    expect(locks.lockedMs('ada', policy)).toBe(MINUTE_MS)
    locks.close()
  })

  it('never fill the memory, and keep no name of anybody in a register', async () => {
    const { clock, shared, registers } = pool()
    const failures = new PoolFailures({ clock, shared: shared('one'), prefix: 'wrong-password/' })
    for (let i = 0; i < 20_001; i++) failures.add(`user${i}`, MINUTE_MS)
    expect(failures.size).toBe(20_000)
    const keys = [...(await registers.list('wrong-password/')).keys()]
    expect(keys).toHaveLength(5_000)
    expect(keys.some((key) => key.includes('user1'))).toBe(false)
    failures.close()
  })
})

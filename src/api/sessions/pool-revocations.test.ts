import { describe, expect, it } from 'vitest'
import { silentLogger, VirtualClock } from '#base'
import { MemoryRegisters } from '#seams/registers'
import { PoolRevocations } from './pool-revocations.ts'
import { Tokens } from './tokens.ts'

describe('sessions that were ended on another core', () => {
  it('are over on every core, also on one that comes later', async () => {
    const clock = new VirtualClock()
    const registers = new MemoryRegisters(clock)
    const core = () =>
      new Tokens(Buffer.alloc(32, 1), clock, new PoolRevocations({ registers, clock, logger: silentLogger }))
    const [one, two] = [core(), core()]
    const session = one.issue('agent1')
    const other = one.issue('agent1')
    expect(two.verify(session.token).user).toBe('agent1')
    one.revoke(session)
    const later = core()
    await new Promise((resolve) => setImmediate(resolve))
    for (const tokens of [one, two, later]) {
      expect(() => tokens.verify(session.token)).toThrow(/over/)
      expect(tokens.verify(other.token).user).toBe('agent1')
    }
  })
})

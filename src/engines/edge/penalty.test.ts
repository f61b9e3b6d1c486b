import { describe, expect, it } from 'vitest'
import { VirtualClock } from '#base'
import { DELAY_MS_MAX, FREE_FAILURES_OF_ADDRESS, Penalties } from './penalty.ts'
import { SourceRate } from './source-rate.ts'

describe('wrong passwords', () => {
  it('cost nothing twice, and then 1, 2, 4, 8 and at most 16 s', () => {
    const clock = new VirtualClock()
    const penalties = new Penalties(clock)
    const delays = Array.from({ length: 9 }, () => {
      clock.advance(penalties.blockedMs('192.0.2.1', '2001'))
      return penalties.failed('192.0.2.1', '2001').delayMs
    })
    expect(delays).toEqual([0, 0, 1000, 2000, 4000, 8000, 16_000, 16_000, 16_000])
  })

  it('block the same user from the same address only, and are forgotten with the right one or in time', () => {
    const clock = new VirtualClock()
    const penalties = new Penalties(clock)
    for (let count = 0; count < 3; count++) penalties.failed('192.0.2.1', '2001')
    expect(penalties.blockedMs('192.0.2.1', '2001')).toBe(1000)
    expect(penalties.blockedMs('192.0.2.1', '2002')).toBe(0)
    expect(penalties.blockedMs('192.0.2.2', '2001')).toBe(0)
    penalties.succeeded('192.0.2.1', '2001')
    expect(penalties.blockedMs('192.0.2.1', '2001')).toBe(0)
    for (let count = 0; count < 9; count++) penalties.failed('192.0.2.1', '2001')
    clock.advance(300_000)
    expect(penalties.failed('192.0.2.1', '2001')).toEqual({ delayMs: 0, failures: 1 })
  })

  it('for ever other users slow the address as a whole', () => {
    const penalties = new Penalties(new VirtualClock())
    for (let count = 0; count < FREE_FAILURES_OF_ADDRESS + 30; count++) penalties.failed('192.0.2.1', `user-${count}`)
    expect(penalties.blockedMs('192.0.2.1', 'somebody')).toBe(DELAY_MS_MAX)
    expect(penalties.blockedMs('192.0.2.2', 'somebody')).toBe(0)
  })
})

describe('messages from one address', () => {
  it('are limited by the second, with a burst, and loopback is not', () => {
    const clock = new VirtualClock()
    const rate = new SourceRate(clock, 10)
    const taken = (address: string): number => Array.from({ length: 100 }).filter(() => rate.admits(address)).length
    expect(taken('192.0.2.1')).toBe(20)
    expect(taken('192.0.2.2')).toBe(20)
    clock.advance(500)
    expect(taken('192.0.2.1')).toBe(5)
    for (const address of ['127.0.0.1', '127.3.2.1', '::1', '::ffff:127.0.0.1']) expect(taken(address)).toBe(100)
    expect(taken('127.example')).toBe(20)
  })
})

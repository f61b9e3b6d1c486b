import { describe, expect, it } from 'vitest'
import type { Clock } from './clock.ts'
import { SteadyTime, steadyClock } from './steady-time.ts'

/** A machine's clock that somebody may set. */
class SetClock implements Clock {
  wall = 1_000_000
  passed = 0
  now = () => this.wall
  monotonic = () => this.passed
  after = () => ({ stop() {} })
  pass(ms: number) {
    this.wall += ms
    this.passed += ms
  }
}

describe('the time that events get', () => {
  it('follows the machine', () => {
    const clock = new SetClock()
    const time = new SteadyTime(clock, 0)
    clock.pass(1234.75)
    expect(time.now()).toBe(1_001_234)
  })

  it.each([3_600_000, -3_600_000, 3_000, -3_000])(
    'keeps durations right to 1 %% when the clock is set by %i ms',
    (jumpMs) => {
      const clock = new SetClock()
      const time = new SteadyTime(clock, 0)
      const before = time.now()
      clock.wall += jumpMs
      expect(time.now()).toBe(before)
      clock.pass(10_000)
      expect(Math.abs(time.now() - before - 10_000)).toBeLessThanOrEqual(101)
    },
  )

  it('closes in on a clock that was set, without ever going back', () => {
    const clock = new SetClock()
    const time = new SteadyTime(clock, 0)
    clock.wall -= 3_000
    let last = time.now()
    for (let i = 0; i < 400; i++) {
      clock.pass(1000)
      const now = time.now()
      expect(now).toBeGreaterThanOrEqual(last)
      last = now
    }
    expect(last).toBe(clock.wall)
  })

  it('does not start before the newest event', () => {
    const clock = new SetClock()
    expect(new SteadyTime(clock, 2_000_000).now()).toBe(2_000_000)
  })
})

describe('a steady clock', () => {
  it('lets nothing expire because the machine was set by an hour, and still runs', () => {
    const machine = new SetClock()
    const clock = steadyClock(machine)
    const expiresAt = clock.now() + 120_000
    machine.wall += 3_600_000
    expect(clock.now()).toBeLessThan(expiresAt)
    machine.pass(121_000)
    expect(clock.now()).toBeGreaterThan(expiresAt)
    expect(clock.monotonic()).toBe(121_000)
  })
})

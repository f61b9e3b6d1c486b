import { describe, expect, it } from 'vitest'
import { VirtualClock } from '#base'
import { CoreTouch } from './touch.ts'

describe("a core's touch with the pool", () => {
  it('is lost by a backup that hears of nothing for six seconds, and found again with the first word', () => {
    const clock = new VirtualClock(0)
    let heardAt = 0
    const touch = new CoreTouch({ clock, heardAt: () => heardAt })
    clock.advance(6_000)
    expect(touch.isOut()).toBe(false)
    clock.advance(1)
    expect(touch.isOut()).toBe(true)
    heardAt = clock.monotonic()
    expect(touch.isOut()).toBe(false)
  })

  it('of a primary is as old as the last moment at which it could write, and never lost', () => {
    const clock = new VirtualClock(0)
    let canWrite = true
    const touch = new CoreTouch({ clock, heardAt: () => 0 })
    touch.lead(() => canWrite)
    clock.advance(60_000)
    expect([touch.heardAt(), touch.isOut()]).toEqual([60_000, false])
    canWrite = false
    clock.advance(60_000)
    expect([touch.heardAt(), touch.isOut()]).toEqual([60_000, false])
  })
})

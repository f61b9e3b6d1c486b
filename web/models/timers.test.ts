import { describe, expect, it } from 'vitest'
import { HandClock } from './hand-clock.ts'
import { Timers } from './timers.ts'

function bench() {
  const clock = new HandClock()
  const timers = new Timers(clock)
  const called: string[] = []
  const sets = (ms: number, name: string) => timers.after(ms, () => called.push(name))
  return { clock, timers, called, sets }
}

describe('timers of one owner', () => {
  it('call in their order, at once when their moment was before', () => {
    const { clock, called, sets } = bench()
    sets(200, 'second')
    sets(100, 'first')
    sets(-50, 'late')
    clock.pass(0)
    expect(called).toEqual(['late'])
    clock.pass(200)
    expect(called).toEqual(['late', 'first', 'second'])
  })

  it('are stopped one by one, or all when it closes; then none is set', () => {
    const { clock, timers, called, sets } = bench()
    const stop = sets(100, 'stopped')
    sets(100, 'closed')
    stop()
    timers.close()
    sets(100, 'too late')
    clock.pass(1_000)
    expect([called, timers.isClosed, timers.now()]).toEqual([[], true, 1_000])
  })
})

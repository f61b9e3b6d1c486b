import { describe, expect, it } from 'vitest'
import { TICK_MS, TickWheel } from './tick-wheel.ts'

/** A wheel, and the times that one task of this period was told. */
function wheelWith(period: number): { wheel: TickWheel; times: number[] } {
  const wheel = new TickWheel(0)
  const times: number[] = []
  const run = (tickMs: number) => {
    times.push(tickMs)
    return period
  }
  wheel.start({ run }, period)
  return { wheel, times }
}

describe('tick wheel', () => {
  it('runs a task once a period, however unevenly it is woken', () => {
    const { wheel, times } = wheelWith(4)
    for (const nowMs of [3, 5, 5.1, 19, 44, 45, 60, 60.5, 99, 100]) wheel.advance(nowMs)
    expect(times).toEqual([20, 40, 60, 80, 100])
  })

  it('tells how late the first tick was, and -1 when none was due', () => {
    const wheel = new TickWheel(1000)
    expect(wheel.advance(1004)).toBe(-1)
    expect(wheel.advance(1005)).toBe(0)
    expect(wheel.advance(1022)).toBe(12)
    expect(wheel.dueMs).toBe(1025)
  })

  it('spreads tasks of a period evenly over its ticks, also those that begin later and among others', () => {
    const wheel = new TickWheel(0)
    const perTick = new Map<number, number>()
    const count = (tickMs: number) => {
      perTick.set(tickMs, (perTick.get(tickMs) ?? 0) + 1)
      return 4
    }
    for (let i = 0; i < 40; i++) {
      wheel.start({ run: () => 20 }, 20)
      wheel.start({ run: count }, 4)
      wheel.advance(i)
    }
    perTick.clear()
    for (let nowMs = 40; nowMs <= 400; nowMs++) wheel.advance(nowMs)
    expect(new Set(perTick.values())).toEqual(new Set([10]))
  })

  it('makes up what a short stall missed, with the times that it should have had', () => {
    const { wheel, times } = wheelWith(4)
    wheel.advance(20)
    wheel.advance(90)
    expect(times).toEqual([20, 40, 60, 80])
  })

  it('leaves out what a long stall missed but for the last 80 ms, and is on time afterwards', () => {
    const { wheel, times } = wheelWith(4)
    wheel.advance(20)
    wheel.advance(1020)
    expect(times).toEqual([20, 960, 980, 1000, 1020])
    expect(wheel.dueMs).toBe(1020 + TICK_MS)
    wheel.advance(1040)
    expect(times.at(-1)).toBe(1040)
  })

  it('forgets a task that is done, and one that stops itself among others', () => {
    const wheel = new TickWheel(0)
    const ran: string[] = []
    const task = (name: string, left: number) => ({
      run: () => {
        ran.push(name)
        return --left > 0 ? 1 : 0
      },
    })
    wheel.start(task('once', 1), 1)
    wheel.start(task('twice', 2), 1)
    for (let nowMs = 0; nowMs <= 100; nowMs += 5) wheel.advance(nowMs)
    expect(ran).toEqual(['once', 'twice', 'twice'])
  })

  it('holds a sleep of five seconds and of one tick side by side', () => {
    const long = wheelWith(1000)
    const short = wheelWith(1)
    for (let nowMs = 0; nowMs <= 15_000; nowMs += 5) {
      long.wheel.advance(nowMs)
      short.wheel.advance(nowMs)
    }
    expect(long.times).toEqual([5000, 10_000, 15_000])
    expect(short.times).toHaveLength(3000)
  })
})

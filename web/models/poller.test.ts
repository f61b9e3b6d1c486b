import { describe, expect, it } from 'vitest'
import { Poller } from './poller.ts'

/** A clock whose timers are run by hand. */
function handClock() {
  const timers: { call: () => void; stopped: boolean }[] = []
  return {
    now: () => 0,
    after(_: number, call: () => void) {
      const timer = { call, stopped: false }
      timers.push(timer)
      return () => {
        timer.stopped = true
      }
    },
    /** Runs what is set and not stopped; says how many that were. */
    run(): number {
      const due = timers.splice(0).filter((timer) => !timer.stopped)
      for (const timer of due) timer.call()
      return due.length
    },
  }
}

/** Lets answers arrive. */
async function arrived(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve()
}

describe('reading again and again', () => {
  it('keeps what was known while the server does not answer, and says so', async () => {
    const clock = handClock()
    const answers: (() => Promise<number>)[] = [async () => 1, () => Promise.reject('away'), async () => 2]
    const poller = new Poller({ read: () => answers.shift()!(), clock, everyMs: 1000 })
    await arrived()
    expect(poller.get()).toEqual({ value: 1, failed: false })
    clock.run()
    await arrived()
    expect(poller.get()).toEqual({ value: 1, failed: true })
    clock.run()
    await arrived()
    expect(poller.get()).toEqual({ value: 2, failed: false })
    poller.close()
    expect(clock.run()).toBe(0)
  })

  it('throws an answer away that is older than a question asked since', async () => {
    const clock = handClock()
    const waiting: ((value: string) => void)[] = []
    const poller = new Poller({ read: () => new Promise<string>((give) => waiting.push(give)), clock, everyMs: 1000 })
    poller.now()
    waiting[1]!('new')
    waiting[0]!('old')
    await arrived()
    expect(poller.get().value).toBe('new')
    expect(clock.run()).toBe(1)
    poller.close()
  })

  it('tells nobody anything after it was closed', async () => {
    const waiting: ((value: string) => void)[] = []
    const read = () => new Promise<string>((give) => waiting.push(give))
    const poller = new Poller({ read, clock: handClock(), everyMs: 1000 })
    poller.close()
    waiting[0]!('late')
    poller.now()
    await arrived()
    expect(poller.get().value).toBeUndefined()
    expect(waiting).toHaveLength(1)
  })
})

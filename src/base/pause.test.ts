import { describe, expect, it } from 'vitest'
import { VirtualClock } from './clock.ts'
import { Pause } from './pause.ts'

function bench() {
  const clock = new VirtualClock(0)
  const pause = new Pause(clock)
  let waits = 0
  const wait = (ms: number): void => {
    waits++
    void pause.wait(ms).then(() => waits--)
  }
  return { clock, pause, wait, waits: () => Promise.resolve().then(() => waits) }
}

describe('a pause', () => {
  it('lasts as long as it shall', async () => {
    const { clock, wait, waits } = bench()
    wait(1_000)
    clock.advance(999)
    expect(await waits()).toBe(1)
    clock.advance(1)
    expect(await waits()).toBe(0)
  })

  it('is cut short, which is nothing to the next one, nor to none', async () => {
    const { clock, pause, wait, waits } = bench()
    pause.cut()
    wait(1_000)
    pause.cut()
    pause.cut()
    expect(await waits()).toBe(0)
    wait(1_000)
    clock.advance(999)
    expect(await waits()).toBe(1)
  })

  it('ends when it is closed, and is none after that', async () => {
    const { pause, wait, waits } = bench()
    wait(1_000)
    pause.close()
    expect(await waits()).toBe(0)
    wait(1_000)
    expect(await waits()).toBe(0)
  })
})

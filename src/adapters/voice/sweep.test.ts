import { describe, expect, it } from 'vitest'
import { VirtualClock } from '#base'
import { Sweep } from './sweep.ts'

/** A clock on which each look costs a millisecond, and what was looked at in its order. */
function costly(ids: readonly string[]) {
  const clock = new VirtualClock()
  const seen: string[] = []
  let spent = 0
  const sweep = new Sweep({
    clock: { now: () => clock.now(), monotonic: () => spent, after: (ms, call) => clock.after(ms, call) },
    all: () => ids,
    visit: (id) => {
      seen.push(id)
      spent++
    },
  })
  return { clock, seen, sweep }
}

const TEN = Array.from({ length: 10 }, (_, index) => `leg ${index}`)

describe('a sweep', () => {
  it('looks at what cannot wait at once, and at the rest when others had their turn', () => {
    const { clock, seen, sweep } = costly(TEN)
    sweep.begin()
    expect(seen).toEqual(TEN.slice(0, 4))
    expect(sweep.running).toBe(true)
    clock.advance(0)
    expect(seen).toEqual(TEN)
    expect(sweep.running).toBe(false)
  })

  it('begun again in the midst looks at everything once more, and lets what waited go first', () => {
    const { clock, seen, sweep } = costly(TEN)
    sweep.begin()
    sweep.begin()
    expect(seen).toHaveLength(4)
    clock.advance(0)
    expect(seen).toEqual([...TEN, ...TEN.slice(0, 4)])
  })

  it('is not starved by whoever begins it again and again', () => {
    const { clock, seen, sweep } = costly(TEN)
    for (let time = 0; time < 3; time++) {
      sweep.begin()
      clock.advance(0)
    }
    for (const id of TEN) expect(seen.filter((one) => one === id).length).toBeGreaterThanOrEqual(3)
  })

  it('looks at nothing more when it is closed', () => {
    const { clock, seen, sweep } = costly(TEN)
    sweep.begin()
    sweep.close()
    clock.advance(0)
    sweep.begin()
    expect(seen).toHaveLength(4)
  })
})

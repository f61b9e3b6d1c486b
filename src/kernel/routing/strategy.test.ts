import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareFree, type FreeEntry, type Parts, strategyKey } from './strategy.ts'

const parts: Parts = { idleSince: 1_000_000, proficiency: 50, wish: 50, load: 600_000, offeredAt: 900_000 }

const key = (strategy: Parameters<typeof strategyKey>[0], more: Partial<Parts>): number =>
  strategyKey(strategy, { ...parts, ...more })

describe('the place of a free agent', () => {
  it.each<[Parameters<typeof strategyKey>[0], first: Partial<Parts>, second: Partial<Parts>]>([
    ['longest-idle', { idleSince: 1 }, { idleSince: 2 }],
    ['least-loaded', { load: 1 }, { load: 2 }],
    ['most-skilled', { proficiency: 51, wish: 0 }, { proficiency: 50, wish: 100 }],
    ['most-skilled', { wish: 51 }, { wish: 50 }],
    ['round-robin', { offeredAt: 0 }, { offeredAt: 1 }],
    ['weighted', { proficiency: 51 }, { proficiency: 50 }],
    ['weighted', { wish: 51 }, { wish: 50 }],
    ['weighted', { idleSince: 0 }, { idleSince: 1_000 }],
    ['weighted', { load: 0 }, { load: 60_000 }],
  ])('by %s: %j comes before %j', (strategy, first, second) => {
    expect(key(strategy, first)).toBeLessThan(key(strategy, second))
  })

  it('looks at nothing but what its strategy says', () => {
    const others = { proficiency: 1, wish: 2, load: 3, offeredAt: 4 }
    expect(key('longest-idle', others)).toBe(key('longest-idle', {}))
    expect(key('least-loaded', { ...others, load: parts.load })).toBe(key('least-loaded', {}))
    expect(key('round-robin', { idleSince: 7, load: 8 })).toBe(key('round-robin', {}))
  })

  it('is a total order: whoever comes first does so whichever way it is asked', () => {
    const entry: fc.Arbitrary<FreeEntry> = fc.record({
      user: fc.constantFrom('ada', 'bob', 'eve'),
      missing: fc.nat(1),
      key: fc.nat(2),
      idleSince: fc.nat(2),
    })
    fc.assert(
      fc.property(entry, entry, entry, (a, b, c) => {
        expect(Math.sign(compareFree(a, b))).toBe(-Math.sign(compareFree(b, a)) + 0)
        if (compareFree(a, b) < 0 && compareFree(b, c) < 0) expect(compareFree(a, c)).toBeLessThan(0)
        if (compareFree(a, b) === 0) expect(a).toEqual(b)
      }),
    )
  })

  it('weighs what the queue says, and each part alone where only that weighs', () => {
    const only = (part: 'skill' | 'wish' | 'idle' | 'load') => ({ skill: 0, wish: 0, idle: 0, load: 0, [part]: 1 })
    expect(strategyKey('weighted', parts, only('skill'))).toBe(-50)
    expect(strategyKey('weighted', parts, only('wish'))).toBe(-50)
    expect(strategyKey('weighted', parts, only('idle'))).toBe(1_000)
    expect(strategyKey('weighted', parts, only('load'))).toBe(10)
  })

  it('is behind whoever has more of what is preferred, whatever else', () => {
    const best: FreeEntry = { user: 'ada', missing: 1, key: -1_000, idleSince: 0 }
    expect(compareFree({ user: 'eve', missing: 0, key: 1_000, idleSince: 9 }, best)).toBeLessThan(0)
  })
})

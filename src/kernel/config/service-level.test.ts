import { describe, expect, it } from 'vitest'
import { isShortAbandon, SERVICE_LEVEL_NAMES, serviceLevelOf } from './service-level.ts'

const queue = (more: object) => ({ serviceLevel: { percent: 80, withinMs: 20_000, ...more } }) as never

describe('what a queue aims at', () => {
  it('is whole, whatever the queue leaves unsaid', () => {
    expect(serviceLevelOf(queue({}))).toEqual({
      ...{ percent: 80, withinMs: 20_000 },
      ...{ definition: 'offered-without-short', shortAbandonMs: 5_000 },
    })
    expect(serviceLevelOf(queue({ definition: 'answered', shortAbandonMs: 0 }))).toMatchObject({
      definition: 'answered',
      shortAbandonMs: 0,
    })
    expect(SERVICE_LEVEL_NAMES).toContain(serviceLevelOf(queue({})).definition)
  })

  it('says which wait was too short to count as abandoned', () => {
    expect([4_999, 5_000].map((waitMs) => isShortAbandon(queue({}), waitMs))).toEqual([true, false])
    expect([0, 9_999, 10_000].map((waitMs) => isShortAbandon(queue({ shortAbandonMs: 10_000 }), waitMs))).toEqual([
      true,
      true,
      false,
    ])
    expect(isShortAbandon(queue({ shortAbandonMs: 0 }), 0)).toBe(false)
    expect(isShortAbandon(undefined, 4_999)).toBe(true)
  })
})

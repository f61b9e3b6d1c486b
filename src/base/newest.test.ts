import { describe, expect, it } from 'vitest'
import { setNewest } from './newest.ts'

describe('the newest entries of a map', () => {
  it('stand in the order in which they were set last, and the oldest goes first', () => {
    const map = new Map<string, number>()
    for (const [at, key] of ['a', 'b', 'a', 'c'].entries()) setNewest(map, key, at, 2)
    expect([...map]).toEqual([
      ['a', 2],
      ['c', 3],
    ])
  })

  it('are none where there is room for none', () => {
    const map = new Map<string, number>()
    setNewest(map, 'a', 1, 0)
    expect(map.size).toBe(0)
  })
})

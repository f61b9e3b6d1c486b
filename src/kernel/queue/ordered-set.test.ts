import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { OrderedSet } from './ordered-set.ts'

const byNumber = (a: number, b: number): number => a - b

describe('an ordered set', () => {
  it('is what a sorted list without doubles is, whatever is added and removed', () => {
    const change = fc.tuple(fc.boolean(), fc.nat(400))
    fc.assert(
      fc.property(fc.array(change, { maxLength: 400 }), (changes) => {
        const set = new OrderedSet(byNumber)
        const model = new Set<number>()
        for (const [adds, value] of changes) {
          if (adds) {
            set.add(value)
            model.add(value)
          } else expect(set.delete(value)).toBe(model.delete(value))
        }
        const sorted = [...model].sort(byNumber)
        expect([...set]).toEqual(sorted)
        expect(set.size).toBe(sorted.length)
        expect(set.first()).toBe(sorted[0])
      }),
      { numRuns: 100 },
    )
  })

  it('stays in order over many blocks', () => {
    const set = new OrderedSet(byNumber)
    // 7,919 is prime, so this comes by every number below it, in a wild order.
    for (let n = 0, value = 0; n < 7_919; n++, value = (value + 3_571) % 7_919) set.add(value)
    expect([...set]).toEqual(Array.from({ length: 7_919 }, (_, n) => n))
    for (let n = 0; n < 7_919; n += 2) expect(set.delete(n)).toBe(true)
    expect(set.size).toBe(3_959)
    expect(set.first()).toBe(1)
    expect(set.rank(4_001)).toBe(2_000)
    expect(set.has(4_001)).toBe(true)
    expect(set.has(4_000)).toBe(false)
  })

  it('ranks what is there and what is not', () => {
    const set = new OrderedSet(byNumber)
    expect(set.rank(5)).toBe(0)
    for (const value of [10, 20, 30]) set.add(value)
    expect([5, 10, 15, 20, 30, 99].map((value) => set.rank(value))).toEqual([0, 0, 1, 1, 2, 3])
  })

  it('goes on from a rank', () => {
    const set = new OrderedSet(byNumber)
    for (let n = 0; n < 2_000; n++) set.add(n)
    expect([...set.from(1_998)]).toEqual([1_998, 1_999])
    expect([...set.from(5_000)]).toEqual([])
    expect(set.from(700).next().value).toBe(700)
  })

  it('keeps the first of two equal entries', () => {
    const set = new OrderedSet<{ key: number; name: string }>((a, b) => a.key - b.key)
    set.add({ key: 1, name: 'first' })
    set.add({ key: 1, name: 'second' })
    expect([...set]).toEqual([{ key: 1, name: 'first' }])
  })

  it('is empty at first and after all is removed', () => {
    const set = new OrderedSet(byNumber)
    expect(set.first()).toBeUndefined()
    expect(set.delete(1)).toBe(false)
    set.add(1)
    expect(set.delete(1)).toBe(true)
    expect([set.size, set.first(), set.has(1)]).toEqual([0, undefined, false])
    set.add(2)
    expect([...set]).toEqual([2])
  })
})

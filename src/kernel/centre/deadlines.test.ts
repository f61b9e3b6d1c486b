import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Deadlines } from './deadlines.ts'

/** What is due, kept twice: in the heap, and plainly. */
class Model {
  readonly moments = new Map<string, number>()
  readonly deadlines = new Deadlines(({ key }) => this.moments.get(key))

  set(key: string, at: number | undefined): void {
    const before = this.moments.get(key)
    if (at === undefined) this.moments.delete(key)
    else this.moments.set(key, at)
    this.deadlines.change('interaction', key, before, at)
  }

  next(): number | undefined {
    return this.moments.size === 0 ? undefined : Math.min(...this.moments.values())
  }

  due(now: number): string[] {
    return [...this.moments]
      .filter(([, at]) => at <= now)
      .sort(([a, atA], [b, atB]) => atA - atB || (a < b ? -1 : 1))
      .map(([key]) => key)
  }
}

describe('what falls due', () => {
  it('is known at any time, whatever was set, moved and taken back', () => {
    const change = fc.tuple(fc.nat(30), fc.option(fc.nat(1_000), { nil: undefined }))
    fc.assert(
      fc.property(fc.array(change, { maxLength: 200 }), fc.nat(1_000), (changes, now) => {
        const model = new Model()
        for (const [key, at] of changes) {
          model.set(`ix-${key}`, at)
          expect(model.deadlines.next()).toBe(model.next())
        }
        expect(model.deadlines.due(now, 1_000).map(({ key }) => key)).toEqual(model.due(now))
      }),
    )
  })

  it('changes nothing when it is only looked at', () => {
    const model = new Model()
    for (let n = 0; n < 50; n++) model.set(`ix-${n}`, n)
    const first = model.deadlines.due(20, 100)
    expect(model.deadlines.due(20, 100)).toEqual(first)
    expect(first).toHaveLength(21)
    expect(model.deadlines.next()).toBe(0)
  })

  it('is cut, soonest first', () => {
    const model = new Model()
    for (let n = 49; n >= 0; n--) model.set(`ix-${n}`, n)
    expect(model.deadlines.due(99, 3).map(({ at }) => at)).toEqual([0, 1, 2])
  })

  it('does not grow with what was taken back', () => {
    const model = new Model()
    model.set('lasting', 1_000_000)
    for (let n = 0; n < 100_000; n++) model.set('restless', n)
    model.set('restless', undefined)
    expect(model.deadlines.next()).toBe(1_000_000)
  })

  it('comes back when a moment is taken back and set again', () => {
    const model = new Model()
    model.set('a', 5)
    model.set('a', undefined)
    expect(model.deadlines.next()).toBeUndefined()
    model.set('a', 5)
    expect(model.deadlines.next()).toBe(5)
    expect(model.deadlines.due(5, 10)).toHaveLength(1)
  })

  it('tells things of different kinds with the same name apart', () => {
    const moments = new Map([
      ['agent', 3],
      ['interaction', 4],
    ])
    const deadlines = new Deadlines(({ kind }) => moments.get(kind))
    deadlines.change('agent', 'same', undefined, 3)
    deadlines.change('interaction', 'same', undefined, 4)
    expect(deadlines.due(9, 9).map(({ kind }) => kind)).toEqual(['agent', 'interaction'])
  })
})

import { describe, expect, it } from 'vitest'
import { decideConfiguration } from './change.ts'
import { demoCentre } from './demo-centre.ts'
import { evolveConfiguration, initialConfiguration } from './state.ts'
import { type Threshold, WATCHED_FIGURES, type WatchedFigure } from './threshold.ts'

const demo = evolveConfiguration(initialConfiguration(), { version: 1, by: 'demo', changes: demoCentre() }, 0)
const long: Threshold = {
  ...{ name: 'long-wait', queue: 'support', figure: 'longest-wait', comparison: 'above', value: 60_000 },
  ...{ level: 'critical', forMs: 5_000 },
}

function set(value: object): readonly unknown[] {
  const change = { kind: 'threshold', name: 'long-wait', value: value as Threshold } as const
  return decideConfiguration(demo, { by: 'admin', basedOn: 1, changes: [change] }, 1_000)
}

describe('thresholds', () => {
  it('may watch one queue or all of them', () => {
    expect(set(long)).toHaveLength(1)
    const { queue: _, forMs: __, ...every } = long
    expect(set(every)).toHaveLength(1)
  })

  it.each([
    [{ queue: 'nowhere' }, /nowhere/],
    [{ figure: 'happiness' }, /figure/],
    [{ figure: 'service-level', value: 101 }, /value.*100/],
    [{ value: 86_400_001 }, /value/],
    [{ value: -1 }, /value/],
    [{ level: 'loud' }, /level/],
    [{ forMs: 3_600_001 }, /forMs/],
    [{ colour: 'red' }, /colour/],
  ])('refuses %j with its path', (wrong, problem) => {
    expect(() => set({ ...long, ...wrong })).toThrow(problem)
  })

  it('keeps a queue that is watched from being removed', () => {
    const watched = evolveConfiguration(
      evolveConfiguration(initialConfiguration(), { version: 1, by: 'demo', changes: demoCentre() }, 0),
      { version: 2, by: 'admin', changes: [{ kind: 'threshold', name: 'long-wait', value: long }] },
      1,
    )
    const remove = { by: 'admin', basedOn: 2, changes: [{ kind: 'queue', name: 'support' }] } as const
    expect(() => decideConfiguration(watched, remove, 2)).toThrow(/support/)
  })

  it.each(Object.entries(WATCHED_FIGURES))('take of %s what it can be at most, %i, and no more', (name, most) => {
    const figure = name as WatchedFigure
    expect(set({ ...long, figure, value: most })).toHaveLength(1)
    expect(set({ ...long, figure, value: 0 })).toHaveLength(1)
    expect(() => set({ ...long, figure, value: most + 1 })).toThrow(/thresholds\.long-wait\.value/)
  })

  it.each(['figure', 'comparison', 'value', 'level', 'name'])('need %s', (field) => {
    const { [field as keyof Threshold]: _, ...rest } = long
    expect(() => set(rest)).toThrow(new RegExp(field))
  })

  it('stand in the configuration until they are removed', () => {
    const state = evolveConfiguration(initialConfiguration(), { version: 1, by: 'demo', changes: demoCentre() }, 0)
    const put = { kind: 'threshold', name: 'long-wait', value: long } as const
    const after = evolveConfiguration(state, { version: 2, by: 'admin', changes: [put] }, 1)
    expect(after.configuration.thresholds.get('long-wait')).toEqual(long)
    const remove = { kind: 'threshold', name: 'long-wait' } as const
    const [removed] = decideConfiguration(after, { by: 'admin', basedOn: 2, changes: [remove] }, 2)
    expect(evolveConfiguration(after, removed!, 2).configuration.thresholds.size).toBe(0)
  })

  it('collide when two administrators change the same one', () => {
    const state = evolveConfiguration(initialConfiguration(), { version: 1, by: 'demo', changes: demoCentre() }, 0)
    const put = { kind: 'threshold', name: 'long-wait', value: long } as const
    const after = evolveConfiguration(state, { version: 2, by: 'admin', changes: [put] }, 1)
    expect(() => decideConfiguration(after, { by: 'other', basedOn: 1, changes: [put] }, 2)).toThrow(/admin/)
  })
})

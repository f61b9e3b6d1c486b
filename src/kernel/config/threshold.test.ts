import { describe, expect, it } from 'vitest'
import { decideConfiguration } from './change.ts'
import { demoCentre } from './demo-centre.ts'
import { evolveConfiguration, initialConfiguration } from './state.ts'
import type { Threshold } from './threshold.ts'

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
})

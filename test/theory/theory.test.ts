import { afterEach, describe, expect, it, vi } from 'vitest'
import type { ConfigurationChange } from '#kernel/config'
import { comparePriorities, compareQueue } from './experiment.ts'
import { chanceOfMore, estimate, holds } from './statistics.ts'

/** A part of what `npm run theory` prints, at a size that a test can take. */
const EFFORT = { calls: 600, replications: 10 }

/** Half a minute's work on a machine that has nothing else to do. */
const SIMULATION_MS_MAX = 600_000

describe('the comparison', { timeout: SIMULATION_MS_MAX }, () => {
  afterEach(() => {
    vi.doUnmock('#kernel/queue')
    vi.resetModules()
  })

  /** The kernel with another order of who waits. */
  async function withOrder(order: (a: Entry, b: Entry) => number) {
    vi.resetModules()
    vi.doMock('#kernel/queue', async (original) => {
      const real = await original<typeof import('#kernel/queue')>()
      const newQueue = (name: string) => ({ ...real.newQueue(name), waiting: new real.OrderedSet<Entry>(order) })
      return { ...real, newQueue, compareWaiting: order }
    })
    return (await import('#kernel/centre')).centreMachine
  }

  interface Entry {
    readonly interaction: string
    readonly priority: number
    readonly enteredAt: number
  }

  const byId = (a: Entry, b: Entry): number =>
    a.interaction < b.interaction ? -1 : a.interaction > b.interaction ? 1 : 0

  it('sees who came last served first: by the service level, for the mean wait stays the same', async () => {
    const kernel = await withOrder((a, b) => b.priority - a.priority || b.enteredAt - a.enteredAt || byId(a, b))
    const { comparisons } = compareQueue({ agents: 5, load: 4 }, { ...EFFORT, calls: 4_000, kernel })
    expect(comparisons.map(({ figure, inside }) => [figure, inside])).toEqual([
      ['must wait', true],
      ['ASA', true],
      ['in time', false],
    ])
  })

  it('sees priorities turned round', async () => {
    const { centreMachine } = await import('#kernel/centre')
    const turned = (change: ConfigurationChange): ConfigurationChange =>
      change.kind === 'queue' && change.value
        ? { ...change, value: { ...change.value, priority: 100 - change.value.priority } }
        : change
    const kernel: typeof centreMachine = {
      ...centreMachine,
      decide: (state, command, now) =>
        centreMachine.decide(
          state,
          command.type === 'ChangeConfiguration' ? { ...command, changes: command.changes.map(turned) } : command,
          now,
        ),
    }
    const { comparisons } = comparePriorities({ agents: 1, loads: [0.3, 0.4] }, { ...EFFORT, kernel })
    expect(comparisons.every(({ inside }) => !inside)).toBe(true)
  })

  it('sees one agent of ten missing', () => {
    const { comparisons } = compareQueue({ agents: 10, load: 8 }, EFFORT)
    const missing = compareQueue({ agents: 9, load: 8 }, EFFORT).comparisons
    expect(comparisons.filter(({ theory }, index) => holds(missing[index]!.simulated, theory))).toEqual([])
  })
})

describe('the statistics', () => {
  it('are Student’s', () => {
    const { mean, half } = estimate([1, 2, 3, 4, 5, 6])
    expect(mean).toBe(3.5)
    expect(half).toBeCloseTo((4.032 * Math.sqrt(3.5)) / Math.sqrt(6), 9)
    expect(() => estimate([1, 2])).toThrow(/no t/)
  })

  it('count what chance allows', () => {
    expect(chanceOfMore(100, 0)).toBeCloseTo(1 - 0.99 ** 100, 9)
    expect(chanceOfMore(100, 100)).toBeCloseTo(0, 9)
  })
})

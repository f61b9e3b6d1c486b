import { describe, expect, it } from 'vitest'
import { type PoolCommand, poolMachine } from './pool-machine.ts'

function poolAfter(...commands: readonly PoolCommand[]) {
  const state = poolMachine.initial()
  for (const [at, command] of commands.entries()) {
    for (const event of poolMachine.decide(state, command)) poolMachine.evolve(state, event, at)
  }
  return state
}

const takeover = { term: 2, to: 'node2#7', from: 'node1#3', why: 'nobody holds the lease', leaseMs: 12 }

describe('the pool in the log', () => {
  it('keeps the last takeovers, with why and how long', () => {
    const notes = Array.from({ length: 60 }, (_, i) => ({
      type: 'NoteTakeover' as const,
      takeover: { ...takeover, term: i + 1 },
    }))
    const { takeovers } = poolAfter(...notes)
    expect(takeovers).toHaveLength(50)
    expect(takeovers.at(-1)).toEqual({ ...takeover, term: 60, at: 59 })
  })

  it('a drain is made once, and ended', () => {
    const drain = { type: 'Drain' as const, name: 'node1', by: 'ada' }
    expect([...poolAfter(drain, drain).draining]).toEqual([['node1', { by: 'ada', at: 0 }]])
    expect(poolMachine.decide(poolAfter(drain), drain)).toEqual([])
    expect(poolAfter(drain, { type: 'EndDrain', name: 'node1', by: 'ada' }).draining.size).toBe(0)
    expect(poolMachine.decide(poolAfter(), { type: 'EndDrain', name: 'node1', by: 'ada' })).toEqual([])
  })

  it('the level of the format is raised when all cores read it, never before, and never lowered', () => {
    const to = (level: number, reads: Record<string, number>) => ({
      type: 'RaiseLevel' as const,
      level,
      by: 'ada',
      reads,
    })
    expect(() => poolAfter(to(2, { a: 2, b: 1 }))).toThrow(
      'the format of the log stays at level 1: not every core reads level 2 (b reads up to 1); upgrade or remove them first',
    )
    expect(poolAfter(to(2, { a: 2, b: 2 })).level).toBe(2)
    expect(() => poolAfter(to(2, { a: 2 }), to(1, { a: 2 }))).toThrow('stays at level 2')
    expect(poolMachine.decide(poolAfter(), to(1, {}))).toEqual([])
  })

  it('outlives a snapshot', () => {
    const state = poolAfter({ type: 'NoteTakeover', takeover }, { type: 'Drain', name: 'node1', by: 'ada' })
    expect(poolMachine.restore(JSON.parse(JSON.stringify(poolMachine.dump(state))))).toEqual(state)
  })

  it('leaves events of a newer release alone', () => {
    const state = poolMachine.initial()
    poolMachine.evolve(state, { type: 'Renamed' } as never, 0)
    expect(state).toEqual(poolMachine.initial())
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isTandemError } from '#base'
import type { ConfigurationChange } from './configuration.ts'
import { demoCentre } from './demo-centre.ts'
import { checkShape, pathOf } from './schema.ts'

/** The path that a change is refused with; undefined when it is accepted. */
function fault(change: unknown): string | undefined {
  try {
    checkShape(change as ConfigurationChange)
  } catch (error) {
    if (isTandemError(error, 'config.invalid')) return String(error.fields['path'])
    throw error
  }
  return undefined
}

function flow(steps: object): object {
  return { kind: 'flow', name: 'main', value: { name: 'main', start: 'start', steps } }
}

describe('the shape of a change', () => {
  it('is right in every change of the demo', () => {
    expect(demoCentre().map(fault).filter(Boolean)).toEqual([])
  })

  it('is right without a value, which removes', () => {
    expect(fault({ kind: 'user', name: 'agent1' })).toBeUndefined()
    expect(fault({ kind: 'user', name: 'agent1', value: null })).toBe('users.agent1')
  })

  it.each(['', ' ', 'a b', '../x', '-x', 'x'.repeat(65), 'ä', '__proto__'])('takes no name like %j', (name) => {
    expect(fault({ kind: 'user', name })).toBe(`users.${name}`)
  })

  it('whatever is sent: it is accepted or refused with a path, and breaks nothing', () => {
    const change = fc.record({
      kind: fc.oneof(fc.constantFrom('user', 'queue', 'flow', 'number', 'constructor'), fc.string()),
      name: fc.oneof(fc.constantFrom('ada', '1234'), fc.string()),
      value: fc.jsonValue(),
    })
    fc.assert(
      fc.property(change, (any) => {
        const path = fault(any)
        if (path !== undefined) expect(path.startsWith(pathOf(any as ConfigurationChange))).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it('whatever one leaf of the demo is replaced by: it is refused at that leaf, or fits', () => {
    const user = demoCentre()[0]!
    const leaves = ['displayName', 'extension', 'role', 'skills', 'initialStatus'] as const
    fc.assert(
      fc.property(fc.constantFrom(...leaves), fc.jsonValue(), (leaf, any) => {
        const path = fault({ ...user, value: { ...user.value, [leaf]: any } })
        if (path !== undefined) expect(path.startsWith(`users.agent1.${leaf}`)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })
})

describe('the limits of a flow', () => {
  it('are 500 steps', () => {
    const steps = (count: number) =>
      Object.fromEntries(
        Array.from({ length: count }, (_, n) => [n === 0 ? 'start' : `s${n}`, { type: 'hang-up' }] as const),
      )
    expect(fault(flow(steps(500)))).toBeUndefined()
    expect(fault(flow(steps(501)))).toBe('flows.main.steps')
  })

  it('are 20 prompts in a step, of which a play has at least one', () => {
    const play = (count: number) => ({
      start: { type: 'play', prompts: Array.from({ length: count }, () => 'ring'), next: 'end' },
      end: { type: 'hang-up' },
    })
    expect(fault(flow(play(20)))).toBeUndefined()
    expect(fault(flow(play(21)))).toBe('flows.main.steps.start.prompts')
    expect(fault(flow(play(0)))).toBe('flows.main.steps.start.prompts')
  })

  it.each([
    ['timeoutMs', 999],
    ['timeoutMs', 60_001],
    ['attempts', 0],
    ['attempts', 11],
    ['choices', { '12': 'end' }],
    ['choices', { x: 'end' }],
  ])('are kept by a menu: %s %o', (key, value) => {
    const start = {
      type: 'menu',
      prompts: ['menu'],
      choices: { '1': 'end', '#': 'end', '*': 'end' },
      timeoutMs: 5_000,
      attempts: 3,
      invalidPrompts: [],
      otherwise: 'end',
    }
    expect(fault(flow({ start, end: { type: 'hang-up' } }))).toBeUndefined()
    const path = fault(flow({ start: { ...start, [key]: value }, end: { type: 'hang-up' } }))
    expect(path?.startsWith(`flows.main.steps.start.${key}`)).toBe(true)
  })

  it('are kept by a recording: a second to four hours', () => {
    const record = (durationMsMax: number) =>
      flow({ start: { type: 'record', prompts: [], until: '#', durationMsMax, next: 'end' }, end: { type: 'hang-up' } })
    expect(fault(record(1_000))).toBeUndefined()
    expect(fault(record(4 * 3_600_000))).toBeUndefined()
    expect(fault(record(999))).toBe('flows.main.steps.start.durationMsMax')
    expect(fault(record(4 * 3_600_000 + 1))).toBe('flows.main.steps.start.durationMsMax')
  })

  it('are those of its rings too, with their path', () => {
    expect(fault(flow({ start: { type: 'callback', queue: 'sales', next: 'start' } }))).toBe(
      'flows.main.steps.start.next',
    )
  })
})

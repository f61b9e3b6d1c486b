import { describe, expect, it } from 'vitest'
import { isTandemError } from '#base'
import { decideConfiguration } from './change.ts'
import type { ConfigurationChange } from './configuration.ts'
import { checkShape } from './schema.ts'
import { copyConfiguration, evolveConfiguration, initialConfiguration } from './state.ts'

const FIFTY = { name: 'agent', seats: 50, overuse: 'refuse' } as const

/** Folds one change of the seats onto a state. */
function folded(value: typeof FIFTY | undefined, state = initialConfiguration()) {
  const change = { kind: 'seat', name: 'agent', ...(value && { value }) } as ConfigurationChange
  const basedOn = state.configuration.version
  const [event] = decideConfiguration(state, { by: 'admin', basedOn, changes: [change] }, 1)
  return evolveConfiguration(state, event!, 1)
}

function faultOf(name: string, value: object): string | undefined {
  try {
    checkShape({ kind: 'seat', name, value } as unknown as ConfigurationChange)
  } catch (error) {
    if (isTandemError(error, 'config.invalid')) return String(error.fields['path'])
    throw error
  }
  return undefined
}

describe('seats in the configuration', () => {
  it('are set, and removed', () => {
    const set = folded(FIFTY)
    expect(set.configuration.seats.get('agent')).toEqual(FIFTY)
    const copy = copyConfiguration(set)
    expect(folded(undefined, set).configuration.seats.size).toBe(0)
    expect(copy.configuration.seats.size).toBe(1)
  })

  it.each<[string, object, string | undefined]>([
    ['agent', FIFTY, undefined],
    ['agent', { ...FIFTY, seats: 0 }, undefined],
    ['agent', { ...FIFTY, seats: 100_000 }, undefined],
    ['agent', { ...FIFTY, seats: 100_001 }, 'seats.agent.seats'],
    ['agent', { ...FIFTY, seats: -1 }, 'seats.agent.seats'],
    ['agent', { ...FIFTY, seats: 1.5 }, 'seats.agent.seats'],
    ['agent', { ...FIFTY, seats: '50' }, 'seats.agent.seats'],
    ['agent', { ...FIFTY, overuse: 'perhaps' }, 'seats.agent.overuse'],
    ['agent', { ...FIFTY, until: 1 }, 'seats.agent.until'],
    ['supervisor', FIFTY, 'seats.supervisor.name'],
    ['administrator', { ...FIFTY, name: 'administrator' }, 'seats.administrator.name'],
  ])('of %s that are %j have their fault at %s', (name, value, path) => {
    expect(faultOf(name, value)).toBe(path)
  })
})

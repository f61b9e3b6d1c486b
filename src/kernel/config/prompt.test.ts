import { describe, expect, it } from 'vitest'
import { checkChanges } from './check.ts'
import type { ConfigurationChange } from './configuration.ts'
import { demoCentre } from './demo-centre.ts'
import { type ConfigurationState, evolveConfiguration, initialConfiguration } from './state.ts'
import { usesOf } from './uses.ts'

const SOUND = 'a'.repeat(64)

function stateWith(changes: readonly ConfigurationChange[]): ConfigurationState {
  return evolveConfiguration(initialConfiguration(), { version: 1, by: 'test', changes }, 0)
}

const closed = { kind: 'prompt', name: 'closed', value: { name: 'closed', sound: SOUND, durationMs: 1_000 } } as const
const flow: ConfigurationChange = {
  kind: 'flow',
  name: 'night',
  value: {
    name: 'night',
    start: 'say',
    steps: { say: { type: 'play', prompts: ['greeting', 'closed'], next: 'end' }, end: { type: 'hang-up' } },
  },
}

function faultsOf(state: ConfigurationState, ...changes: ConfigurationChange[]) {
  return checkChanges(state, { basedOn: state.configuration.version, changes }, 0).faults
}

describe('a prompt', () => {
  it('must be there where it is played: given by an administrator, or built in', () => {
    const empty = stateWith([])
    expect(faultsOf(empty, flow)).toEqual([
      { path: 'flows.night.steps.say.prompts.1', problem: 'there is no prompt "closed"' },
    ])
    expect(faultsOf(empty, flow, closed)).toEqual([])
  })

  it('is not removed while something plays it, and it is said what', () => {
    const gone: ConfigurationChange = { kind: 'prompt', name: 'closed' }
    expect(faultsOf(stateWith([closed, flow]), gone)).toEqual([
      { path: 'flows.night.steps.say.prompts.1', problem: 'there is no prompt "closed"' },
    ])
    expect(faultsOf(stateWith([closed]), gone)).toEqual([])
    // What replaced a built-in one goes freely: the built-in one is there again.
    const greeting: ConfigurationChange = {
      kind: 'prompt',
      name: 'greeting',
      value: { ...closed.value, name: 'greeting' },
    }
    const state = stateWith([closed, flow, greeting])
    expect(faultsOf(state, { kind: 'prompt', name: 'greeting' })).toEqual([])
  })

  it.each([
    ['a name with capitals', { name: 'Closed' }],
    ['something that is no sound', { sound: 'closed.wav' }],
    ['no length', { durationMs: 0 }],
    ['more than an hour', { durationMs: 3_600_001 }],
    ['endless words', { says: 'x'.repeat(2_001) }],
  ])('is refused with %s', (_, wrong) => {
    const value = { ...closed.value, ...wrong }
    expect(faultsOf(stateWith([]), { kind: 'prompt', name: value.name, value })).toHaveLength(1)
  })
})

describe('where something is used', () => {
  it('is told place by place, for what was asked for alone', () => {
    const uses = usesOf(stateWith([...demoCentre(), closed, flow]).configuration, ['prompt'])
    expect(uses.get('prompt:closed')).toEqual(['flows.night.steps.say.prompts.1'])
    expect(uses.get('prompt:music')).toContain('queues.support.musicPrompt')
    expect(uses.get('prompt:goodbye')!.length).toBeGreaterThan(1)
    expect([...uses.keys()].every((key) => key.startsWith('prompt:'))).toBe(true)
  })
})

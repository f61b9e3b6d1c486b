import { describe, expect, it } from 'vitest'
import type { Configuration, ConfigurationChange, Queue, User } from './configuration.ts'
import { demoCentre } from './demo-centre.ts'
import { OBJECTS_MAX, wholeFaults } from './faults.ts'
import { shapeFaults } from './schema.ts'
import { type ConfigurationState, copyConfiguration, evolveConfiguration, initialConfiguration } from './state.ts'

const demo = evolveConfiguration(initialConfiguration(), { version: 1, by: 'admin', changes: demoCentre() }, 1_000)
const agent = demo.configuration.users.get('agent1') as User
const support = demo.configuration.queues.get('support') as Queue

function after(state: ConfigurationState, changes: readonly ConfigurationChange[]): Configuration {
  return evolveConfiguration(copyConfiguration(state), { version: 2, by: 'admin', changes }, 2_000).configuration
}

function faults(...changes: readonly ConfigurationChange[]): readonly string[] {
  const found = [...wholeFaults(demo.configuration, after(demo, changes), changes)]
  return found.map(({ path, problem }) => `${path}: ${problem}`)
}

const user = (more: Partial<User>): ConfigurationChange => {
  const value = { ...agent, ...more }
  return { kind: 'user', name: value.name, value }
}
const queue = (more: Partial<Queue>): ConfigurationChange => ({
  kind: 'queue',
  name: 'support',
  value: { ...support, ...more },
})

describe('all faults of a set of changes', () => {
  it('are none of the demo itself, and none of a harmless change', () => {
    const changes = demoCentre()
    expect([...wholeFaults(initialConfiguration().configuration, demo.configuration, changes)]).toEqual([])
    expect(faults(user({ displayName: 'Ada' }))).toEqual([])
  })

  it('are all told, not the first alone', () => {
    expect(
      faults(
        queue({ users: ['agent1', 'nobody'], keys: { '1': { flow: 'nowhere' } } }),
        { kind: 'number', name: '7000', value: { type: 'queue', queue: 'gone' } },
        { kind: 'parameter', name: 'Switchover Max TS Failures', value: { value: '0' } },
      ),
    ).toEqual([
      'parameters.Switchover Max TS Failures: is "0"; it takes whole numbers from 1 to 1000',
      'numbers.7000.queue: there is no queue "gone"',
      'queues.support.users.1: there is no user "nobody"',
      'queues.support.keys.1.flow: there is no flow "nowhere"',
    ])
  })

  it('tell every place that refers to what is taken away', () => {
    expect(faults({ kind: 'queue', name: 'sales' })).toEqual([
      'numbers.1002.queue: there is no queue "sales"',
      'flows.main.steps.sales.queue: there is no queue "sales"',
    ])
  })

  it('tell whoever dials an extension that is another one now', () => {
    expect(faults(user({ name: 'attendant', extension: '3999' }))).toEqual(
      expect.arrayContaining([expect.stringMatching(/^flows\.main\.steps\.\w+\.to: there is no number "3002"$/)]),
    )
  })

  it('tell numbers that would lead to two', () => {
    expect(faults(user({ extension: '2002' }))).toEqual(['users.agent1.extension: 2002 is the extension of agent2'])
    expect(faults(user({ extension: '1000' }))).toEqual(['users.agent1.extension: 1000 is a listed number'])
    expect(faults({ kind: 'number', name: '2001', value: { type: 'queue', queue: 'sales' } })).toEqual([
      'numbers.2001: is the extension of agent1',
    ])
  })

  it('let two people change their extensions with each other', () => {
    expect(faults(user({ extension: '2002' }), user({ name: 'agent2', extension: agent.extension }))).toEqual([])
  })

  it('hold the number of objects', () => {
    const many = Array.from(
      { length: OBJECTS_MAX },
      (_, n): ConfigurationChange => ({ kind: 'number', name: `9${n}`, value: { type: 'queue', queue: 'sales' } }),
    )
    expect(faults(...many)).toContain(`changes: would make more than ${OBJECTS_MAX} objects`)
  })
})

describe('all faults of one object', () => {
  const told = (change: ConfigurationChange) => shapeFaults(change).map(({ path }) => path)

  it('are told together, each with its place', () => {
    expect(told(queue({ priority: 101, wrapUpMs: -1, musicPrompt: 'no prompt!' }))).toEqual([
      'queues.support.priority',
      'queues.support.wrapUpMs',
      'queues.support.musicPrompt',
    ])
  })

  it('begin with its kind and its name', () => {
    expect(told({ kind: 'colour', name: 'red' } as never)).toEqual(['colours.red'])
    expect(told({ kind: 'user', name: 'no name' })).toEqual(['users.no name'])
    expect(told({ ...user({}), name: 'agent2' } as ConfigurationChange)).toEqual(['users.agent2.name'])
  })

  it('tell a queue that leads to itself', () => {
    const itself = { when: { type: 'nobody' }, to: { type: 'queue', queue: 'support' } } as const
    expect(told(queue({ overflow: [itself], rings: [{ afterMs: 5_000, queues: ['sales', 'support'] }] }))).toEqual([
      'queues.support.rings.0.queues.1',
      'queues.support.overflow.0.to.queue',
    ])
  })

  it('tell a flow’s dangling step', () => {
    const flow = {
      name: 'odd',
      start: 'one',
      steps: { one: { type: 'play', prompts: ['ring'], next: 'two' } },
    } as const
    expect(told({ kind: 'flow', name: 'odd', value: flow })).toEqual(['flows.odd.steps.one.next'])
  })
})

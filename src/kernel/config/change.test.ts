import assert from 'node:assert/strict'
import { describe, expect, it } from 'vitest'
import { isTandemError, type TandemError } from '#base'
import { CHANGES_MAX, decideConfiguration } from './change.ts'
import type { ConfigurationChange, Queue, User } from './configuration.ts'
import { demoCentre } from './demo-centre.ts'
import { resolveNumber } from './number.ts'
import {
  type ConfigurationState,
  copyConfiguration,
  dumpConfiguration,
  endSessions,
  evolveConfiguration,
  initialConfiguration,
  restoreConfiguration,
} from './state.ts'

const NOW = 1_000

/** A configuration that follows the machine: decided, folded, and never touched while deciding. */
class Author {
  state: ConfigurationState = initialConfiguration()

  change(changes: readonly ConfigurationChange[], basedOn = this.state.configuration.version, by = 'admin'): void {
    const before = copyConfiguration(this.state)
    const events = decideConfiguration(this.state, { by, basedOn, changes }, NOW)
    expect(this.state).toEqual(before)
    for (const event of events) this.state = evolveConfiguration(this.state, event, NOW)
  }

  refusal(changes: readonly ConfigurationChange[], basedOn?: number, by?: string): TandemError {
    const before = copyConfiguration(this.state)
    try {
      this.change(changes, basedOn, by)
    } catch (error) {
      expect(this.state).toEqual(before)
      if (isTandemError(error)) return error
      throw error
    }
    return assert.fail('was not refused')
  }

  /** The path of what is wrong. */
  fault(changes: readonly ConfigurationChange[]): unknown {
    const error = this.refusal(changes)
    expect([error.code, error.status]).toEqual(['config.invalid', 422])
    return error.fields['path']
  }
}

function demo(): Author {
  const author = new Author()
  author.change(demoCentre())
  return author
}

const USER: User = {
  name: 'ada',
  displayName: 'Ada',
  extension: '4001',
  role: 'agent',
  skills: { support: 80 },
  initialStatus: 'ready',
}
const user = (more: object = {}): ConfigurationChange => ({ kind: 'user', name: 'ada', value: { ...USER, ...more } })

function queue(more: object = {}): ConfigurationChange {
  const value = { ...demo().state.configuration.queues.get('support')!, ...more } as Queue
  return { kind: 'queue', name: 'support', value }
}

function flow(steps: object): ConfigurationChange {
  return { kind: 'flow', name: 'main', value: { name: 'main', start: 'start', steps: steps as never } }
}

describe('a change of the configuration', () => {
  it('makes the next version of the whole', () => {
    const author = demo()
    expect(author.state.configuration.version).toBe(1)
    author.change([user()])
    expect(author.state.configuration.version).toBe(2)
    expect(author.state.configuration.users.get('ada')).toEqual(USER)
  })

  it('of nothing decides nothing', () => {
    const author = demo()
    author.change([])
    expect(author.state.configuration.version).toBe(1)
  })

  it('removes what has no value', () => {
    const author = demo()
    author.change([{ kind: 'user', name: 'agent7' }])
    expect(author.state.configuration.users.has('agent7')).toBe(false)
    expect(resolveNumber(author.state.configuration, '2007')).toBeUndefined()
  })

  it('is all or nothing', () => {
    const author = demo()
    author.refusal([user(), queue({ priority: 101 })])
    expect(author.state.configuration.users.has('ada')).toBe(false)
  })
})

describe('two authors', () => {
  it('CFG-05 of the same object: the second is told who changed it, when and in which version', () => {
    const author = demo()
    author.change([user()], 1, 'first')
    const error = author.refusal([user({ displayName: 'Ada L.' })], 1, 'second')
    expect([error.code, error.status]).toEqual(['config.collision', 409])
    expect(error.fields).toEqual({ kind: 'user', name: 'ada', basedOn: 1, by: 'first', at: NOW, version: 2 })
  })

  it('of different objects do not disturb each other', () => {
    const author = demo()
    author.change([user()], 1, 'first')
    author.change([queue({ wrapUpMs: 5_000 })], 1, 'second')
    expect(author.state.configuration.version).toBe(3)
  })

  it('collide also over an object that is gone', () => {
    const author = demo()
    author.change([{ kind: 'user', name: 'agent7' }], 1, 'first')
    const error = author.refusal([{ kind: 'user', name: 'agent7' }], 1, 'second')
    expect(error.code).toBe('config.collision')
  })

  it('may go on after looking again', () => {
    const author = demo()
    author.change([user()], 1, 'first')
    author.change([user({ displayName: 'Ada L.' })], 2, 'second')
    expect(author.state.configuration.users.get('ada')?.displayName).toBe('Ada L.')
  })
})

describe('what a change is refused for, with its path', () => {
  it.each<[string, ConfigurationChange]>([
    ['users.ada.skills.support', user({ skills: { support: 101 } })],
    ['users.ada.skills.support', user({ skills: { support: 1.5 } })],
    ['users.ada.extension', user({ extension: '4x' })],
    ['users.ada.role', user({ role: 'king' })],
    ['users.ada.nickname', user({ nickname: 'A' })],
    ['users.ada.displayName', user({ displayName: '' })],
    ['users.ada.name', user({ name: 'eve' })],
    ['queues.support.priority', queue({ priority: 101 })],
    ['queues.support.ringTimeoutMs', queue({ ringTimeoutMs: 4_999 })],
    ['queues.support.ringTimeoutMs', queue({ ringTimeoutMs: 120_001 })],
    ['queues.support.ronaMs', queue({ ronaMs: -1 })],
    ['queues.support.positionEveryMs', queue({ positionEveryMs: 500 })],
    ['queues.support.musicPrompt', queue({ musicPrompt: '../../etc/passwd' })],
    ['queues.support.serviceLevel.percent', queue({ serviceLevel: { percent: 101, withinMs: 20_000 } })],
    [
      'queues.support.serviceLevel.definition',
      queue({ serviceLevel: { percent: 80, withinMs: 20_000, definition: 'best' } }),
    ],
    [
      'queues.support.serviceLevel.shortAbandonMs',
      queue({ serviceLevel: { percent: 80, withinMs: 20_000, shortAbandonMs: -1 } }),
    ],
    ['queues.support.colour', queue({ colour: 'red' })],
    ['flows.main.steps.start.type', flow({ start: { type: 'dance' } })],
    ['flows.main.steps.start.next', flow({ start: { type: 'play', prompts: ['x'] } })],
    ['flows.main.steps.start.volume', flow({ start: { type: 'echo', volume: 11 } })],
    ['numbers.12 34', { kind: 'number', name: '12 34', value: { type: 'user', user: 'agent1' } }],
    [
      'numbers.1234.colour',
      { kind: 'number', name: '1234', value: { type: 'user', user: 'agent1', colour: 'red' } as never },
    ],
  ])('%s', (path, change) => {
    expect(demo().fault([change])).toBe(path)
  })

  it('a menu choice that leads nowhere, by its step and digit (IVR-01)', () => {
    const menu = {
      type: 'menu',
      prompts: ['menu'],
      choices: { '3': 'nowhere' },
      timeoutMs: 5_000,
      attempts: 1,
      invalidPrompts: [],
      otherwise: 'menu',
    }
    const change: ConfigurationChange = {
      kind: 'flow',
      name: 'main',
      value: { name: 'main', start: 'menu', steps: { menu: menu as never } },
    }
    expect(demo().fault([change])).toBe('flows.main.steps.menu.choices.3')
  })

  it.each<[string, object]>([
    ['flows.main.steps.start.queue', { type: 'queue', queue: 'nobody' }],
    ['flows.main.steps.start.to', { type: 'transfer', to: '9999', ringTimeoutMs: 5_000, otherwise: 'start' }],
    [
      'flows.main.steps.start.mailbox',
      { type: 'record', prompts: [], until: '#', durationMsMax: 1_000, mailbox: 'nobody', next: 'start' },
    ],
  ])('%s that names nothing', (path, start) => {
    const steps = path.endsWith('to') ? { start, end: { type: 'hang-up' } } : { start }
    const sound = path.endsWith('to') ? { ...steps, start: { ...start, otherwise: 'end' } } : steps
    expect(demo().fault([flow(sound)])).toBe(path)
  })

  it('a number that leads to nothing', () => {
    const to = (value: object): ConfigurationChange => ({ kind: 'number', name: '1234', value: value as never })
    expect(demo().fault([to({ type: 'user', user: 'nobody' })])).toBe('numbers.1234.user')
    expect(demo().fault([to({ type: 'queue', queue: 'nobody' })])).toBe('numbers.1234.queue')
    expect(demo().fault([to({ type: 'flow', flow: 'nobody' })])).toBe('numbers.1234.flow')
  })

  it('what is removed while others refer to it', () => {
    expect(demo().fault([{ kind: 'queue', name: 'sales' }])).toBe('numbers.1002.queue')
    expect(demo().fault([{ kind: 'flow', name: 'echo' }])).toBe('numbers.1009.flow')
    expect(demo().fault([{ kind: 'user', name: 'attendant' }])).toBe('flows.main.steps.attendant.to')
  })

  it('an object of no known kind, and one that is changed twice at once', () => {
    expect(demo().fault([{ kind: 'planet', name: 'x' } as never])).toBe('planets.x')
    expect(demo().fault([user(), user()])).toBe('users.ada')
  })

  it('a version that never was', () => {
    const author = demo()
    for (const basedOn of [2, -1, 0.5]) expect(author.refusal([user()], basedOn).fields['path']).toBe('basedOn')
  })

  it('more at once than one event should carry', () => {
    const many = Array.from({ length: CHANGES_MAX + 1 }, () => user())
    expect(demo().fault(many)).toBe('changes')
  })
})

describe('numbers and extensions', () => {
  it('lead nowhere for a user who is disabled, and back when enabled, through a dump too', () => {
    const author = demo()
    const leads = () => resolveNumber(author.state.configuration, '4001')
    author.change([user({ extension: '4001' })])
    expect(leads()).toEqual({ type: 'user', user: 'ada' })
    author.change([user({ extension: '4001', disabled: true })])
    expect(leads()).toBeUndefined()
    const restored = restoreConfiguration(JSON.parse(JSON.stringify(dumpConfiguration(author.state))))
    expect(resolveNumber(restored.configuration, '4001')).toBeUndefined()
    author.change([user({ extension: '4001' })])
    expect(leads()).toEqual({ type: 'user', user: 'ada' })
  })

  it('never lead to two', () => {
    expect(demo().fault([user({ extension: '2001' })])).toBe('users.ada.extension')
    expect(demo().fault([user({ extension: '1000' })])).toBe('users.ada.extension')
    const number: ConfigurationChange = { kind: 'number', name: '2001', value: { type: 'queue', queue: 'sales' } }
    expect(demo().fault([number])).toBe('numbers.2001')
  })

  it('of two new users are not the same either, in any order', () => {
    const twin: ConfigurationChange = { kind: 'user', name: 'eve', value: { ...USER, name: 'eve' } }
    expect(demo().fault([user(), twin])).toBe('users.ada.extension')
    expect(demo().fault([twin, user()])).toBe('users.eve.extension')
  })

  it('may be swapped between two users at once', () => {
    const author = demo()
    const { users } = author.state.configuration
    const [one, two] = [users.get('agent1')!, users.get('agent2')!]
    author.change([
      { kind: 'user', name: 'agent1', value: { ...one, extension: two.extension } },
      { kind: 'user', name: 'agent2', value: { ...two, extension: one.extension } },
    ])
    expect(resolveNumber(author.state.configuration, '2001')).toEqual({ type: 'user', user: 'agent2' })
    expect(resolveNumber(author.state.configuration, '2002')).toEqual({ type: 'user', user: 'agent1' })
  })

  it('are free again when their user has another or is gone', () => {
    const author = demo()
    author.change([{ kind: 'user', name: 'agent1' }, user({ extension: '2001' })])
    expect(resolveNumber(author.state.configuration, '2001')).toEqual({ type: 'user', user: 'ada' })
    author.change([user({ extension: '4001' })])
    expect(resolveNumber(author.state.configuration, '2001')).toBeUndefined()
  })
})

describe('log-ins that are over (SEC-05)', () => {
  const sinceOf = (state: ConfigurationState) => [...state.sessionsSince]

  it('are those of a user who was disabled or removed, also when the account is there again', () => {
    const author = demo()
    author.change([user()])
    author.change([user({ skills: { support: 10 } })])
    expect(sinceOf(author.state)).toEqual([])
    author.change([user({ disabled: true })])
    author.change([user()])
    expect(sinceOf(author.state)).toEqual([['ada', NOW]])
    author.change([{ kind: 'user', name: 'agent1' }])
    expect(sinceOf(author.state)).toEqual([
      ['ada', NOW],
      ['agent1', NOW],
    ])
  })

  it('are told by a dump and by a copy, and forgotten when none of before can last', () => {
    const { state } = demo()
    endSessions(state, 'ada', 1_000)
    endSessions(state, 'agent1', 2_000)
    const restored = restoreConfiguration(JSON.parse(JSON.stringify(dumpConfiguration(state))))
    expect(sinceOf(restored)).toEqual(sinceOf(state))
    const copy = copyConfiguration(state)
    endSessions(state, 'ada', 3_000)
    expect([sinceOf(copy)[0], sinceOf(state).at(-1)]).toEqual([
      ['ada', 1_000],
      ['ada', 3_000],
    ])
    endSessions(state, 'bob', 2_000 + 24 * 3_600_000)
    expect(sinceOf(state).map(([name]) => name)).toEqual(['ada', 'bob'])
    const { sessionsSince: _, ...older } = dumpConfiguration(state)
    expect(sinceOf(restoreConfiguration(older))).toEqual([])
  })
})

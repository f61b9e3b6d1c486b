import { describe, expect, it } from 'vitest'
import { isTandemError } from '#base'
import { decideConfiguration } from './change.ts'
import type { ConfigurationChange, Queue, User } from './configuration.ts'
import { demoCentre } from './demo-centre.ts'
import { initialConfiguration } from './state.ts'

const DEMO = demoCentre()

function demoQueue(more: object): ConfigurationChange {
  const support = DEMO.find((change) => change.kind === 'queue' && change.name === 'support')!
  return { kind: 'queue', name: 'support', value: { ...(support.value as Queue), ...more } }
}

function demoUser(more: object): ConfigurationChange {
  const agent = DEMO.find((change) => change.name === 'agent1')!
  return { kind: 'user', name: 'agent1', value: { ...(agent.value as User), ...more } }
}

/** The path at which the demo with this instead of its own is refused; undefined when it is taken. */
function fault(change: ConfigurationChange): string | undefined {
  const rest = DEMO.filter((one) => one.kind !== change.kind || one.name !== change.name)
  try {
    decideConfiguration(initialConfiguration(), { by: 'x', basedOn: 0, changes: [...rest, change] }, 0)
  } catch (error) {
    if (isTandemError(error, 'config.invalid')) return String(error.fields['path'])
    throw error
  }
  return undefined
}

describe('what routing reads of a queue', () => {
  it.each<object>([
    {},
    { strategy: 'weighted', weights: { skill: 1, wish: 0, idle: 0.5, load: 1_000 } },
    { preferred: { german: 50 }, groups: ['first'], users: ['agent1'] },
    {
      rings: [
        { afterMs: 1_000, skills: {} },
        { afterMs: 2_000, queues: ['sales'], groups: ['second'] },
      ],
    },
    { priorityStepMs: 86_400_000, behindStepMs: 60_000, ringAtOnce: 20 },
    { afterRona: 'logged-off', wrapUpMaxMs: 3_600_000, lastAgent: { withinMs: 1_000, waitMs: 1_000 } },
  ])('takes %j', (more) => {
    expect(fault(demoQueue(more))).toBeUndefined()
  })

  it.each<[object, string]>([
    [{ strategy: 'fastest' }, 'queues.support.strategy'],
    [{ weights: { skill: 1, wish: 0, idle: 1 } }, 'queues.support.weights.load'],
    [{ weights: { skill: 1_001, wish: 0, idle: 1, load: 1 } }, 'queues.support.weights.skill'],
    [{ preferred: { german: 101 } }, 'queues.support.preferred.german'],
    [{ groups: [] }, 'queues.support.groups'],
    [{ users: ['nobody'] }, 'queues.support.users.0'],
    [{ rings: [{ afterMs: 999 }] }, 'queues.support.rings.0.afterMs'],
    [{ rings: [{ afterMs: 5_000 }, { afterMs: 5_000 }] }, 'queues.support.rings'],
    [{ rings: [{ afterMs: 5_000, queues: ['nowhere'] }] }, 'queues.support.rings.0.queues.0'],
    [{ rings: [{ afterMs: 5_000, queues: ['support'] }] }, 'queues.support.rings.0.queues.0'],
    [{ rings: Array.from({ length: 11 }, (_, n) => ({ afterMs: 1_000 * (n + 1) })) }, 'queues.support.rings'],
    [{ priorityStepMs: 86_400_001 }, 'queues.support.priorityStepMs'],
    [{ behindStepMs: 60_001 }, 'queues.support.behindStepMs'],
    [{ ringAtOnce: 0 }, 'queues.support.ringAtOnce'],
    [{ ringAtOnce: 21 }, 'queues.support.ringAtOnce'],
    [{ afterRona: 'fired' }, 'queues.support.afterRona'],
    [{ wrapUpMaxMs: 3_600_001 }, 'queues.support.wrapUpMaxMs'],
    [{ lastAgent: { withinMs: 1_000 } }, 'queues.support.lastAgent.waitMs'],
    [{ ringsAtOnce: 2 }, 'queues.support.ringsAtOnce'],
  ])('refuses %j at %s', (more, path) => {
    expect(fault(demoQueue(more))).toBe(path)
  })
})

describe('what routing reads of a user', () => {
  it('takes groups, wishes, mixes and what may be put aside', () => {
    const mixes = [{ voice: 1, email: 2 }, { chat: 20 }]
    expect(fault(demoUser({ groups: ['a'], wishes: { support: 0 }, mixes, interruptible: ['email'] }))).toBeUndefined()
  })

  it.each<[object, string]>([
    [{ groups: [''] }, 'users.agent1.groups.0'],
    [{ wishes: { support: 101 } }, 'users.agent1.wishes.support'],
    [{ mixes: [] }, 'users.agent1.mixes'],
    [{ mixes: [{ chat: 21 }] }, 'users.agent1.mixes.0.chat'],
    [{ mixes: [{ telex: 1 }] }, 'users.agent1.mixes.0.telex'],
    [{ interruptible: ['telex'] }, 'users.agent1.interruptible.0'],
  ])('refuses %j at %s', (more, path) => {
    expect(fault(demoUser(more))).toBe(path)
  })
})

describe('where a queue overflows to', () => {
  it.each<[object, string]>([
    [{ when: { type: 'waited', afterMs: 999 }, to: { type: 'queue', queue: 'sales' } }, 'when.afterMs'],
    [{ when: { type: 'size', waiting: -1 }, to: { type: 'queue', queue: 'sales' } }, 'when.waiting'],
    [{ when: { type: 'often' }, to: { type: 'queue', queue: 'sales' } }, 'when.type'],
    [{ when: { type: 'nobody' }, to: { type: 'mars' } }, 'to.type'],
    [{ when: { type: 'nobody' }, to: { type: 'number', number: 'x' } }, 'to.number'],
    [{ when: { type: 'nobody' } }, 'to'],
  ])('refuses %j at %s', (rule, path) => {
    expect(fault(demoQueue({ overflow: [rule] }))).toBe(`queues.support.overflow.0.${path}`)
  })

  it.each<object>([
    { type: 'queue', queue: 'sales' },
    { type: 'flow', flow: 'main' },
    { type: 'number', number: '2001' },
    { type: 'voicemail', mailbox: 'agent1' },
  ])('takes %j', (to) => {
    expect(fault(demoQueue({ overflow: [{ when: { type: 'nobody' }, to }] }))).toBeUndefined()
  })
})

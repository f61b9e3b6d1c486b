import { describe, expect, it } from 'vitest'
import { checkChanges } from './check.ts'
import type { ConfigurationChange, Queue } from './configuration.ts'
import { demoCentre } from './demo-centre.ts'
import { type RenamedTarget, renameChanges } from './rename.ts'
import { copyConfiguration, evolveConfiguration, initialConfiguration } from './state.ts'
import { usesOf } from './uses.ts'

const demo = evolveConfiguration(initialConfiguration(), { version: 1, by: 'test', changes: demoCentre() }, 0)
const support = demo.configuration.queues.get('support')!
const more: readonly ConfigurationChange[] = [
  {
    ...{ kind: 'queue', name: 'support' },
    value: {
      ...support,
      ...{ groups: ['inside'], wrapUpCodes: ['Sold', 'Not sold'], welcomePrompts: ['closed'] },
      rings: [{ afterMs: 10_000, skills: { support: 10 }, groups: ['inside', 'outside'] }],
      overflow: [{ when: { type: 'closed', schedule: 'office' }, to: { type: 'voicemail', mailbox: 'support' } }],
    } satisfies Queue,
  },
  { kind: 'role', name: 'trainer', value: { name: 'trainer', rights: ['coach'] } },
  { kind: 'prompt', name: 'closed', value: { name: 'closed', sound: 'a'.repeat(64), durationMs: 1_000 } },
  { kind: 'schedule', name: 'office', value: { name: 'office', timeZone: 'UTC', weekly: [] } },
  {
    ...{ kind: 'user', name: 'agent1' },
    value: { ...demo.configuration.users.get('agent1')!, role: 'trainer', groups: ['inside'] },
  },
]
const state = evolveConfiguration(copyConfiguration(demo), { version: 2, by: 'test', changes: more }, 0)

function renamed(target: RenamedTarget, from: string, to: string) {
  const changes = renameChanges(state.configuration, { target, from, to })
  expect(checkChanges(state, { basedOn: 2, changes }, 0).faults).toEqual([])
  return evolveConfiguration(copyConfiguration(state), { version: 3, by: 'test', changes }, 0).configuration
}

describe('another name', () => {
  it.each<[RenamedTarget, string, string]>([
    ['skill', 'support', 'help'],
    ['group', 'inside', 'house'],
    ['wrap-up-code', 'Sold', 'A contract'],
    ['role', 'trainer', 'coach'],
    ['prompt', 'closed', 'team/closed'],
    ['schedule', 'office', 'opening-hours'],
  ])('of a %s is its name wherever it was named, and nothing else is another', (target, from, to) => {
    const places = (configuration: typeof state.configuration, name: string) =>
      // A skill is a key: its place has its name.
      usesOf(configuration, [target])
        .get(`${target}:${name}`)
        ?.map((place) => (place.endsWith(`.${name}`) ? place.slice(0, -name.length) : place))
    const before = places(state.configuration, from)
    const after = renamed(target, from, to)
    expect(before!.length).toBeGreaterThan(0)
    expect(places(after, to)?.sort()).toEqual(before!.sort())
    expect(places(after, from)).toBeUndefined()
    const back = JSON.stringify(renameChanges(after, { target, from: to, to: from }).length)
    expect(back).toBe(JSON.stringify(renameChanges(state.configuration, { target, from, to }).length))
  })

  it('leaves a queue of the same name alone', () => {
    const after = renamed('skill', 'support', 'help')
    expect(after.queues.has('support')).toBe(true)
    expect(after.queues.get('support')).toMatchObject({ skills: { help: support.skills['support'] } })
    expect(after.numbers.get('1001')).toEqual(state.configuration.numbers.get('1001'))
  })

  it('takes the object along', () => {
    const after = renamed('role', 'trainer', 'coach')
    expect(after.roles.get('coach')).toEqual({ name: 'coach', rights: ['coach'] })
    expect(after.roles.has('trainer')).toBe(false)
    expect(after.users.get('agent1')?.role).toBe('coach')
  })

  it('is refused where it is taken, and for what is built in', () => {
    const rename = (target: RenamedTarget, from: string, to: string) => () =>
      renameChanges(state.configuration, { target, from, to })
    expect(rename('skill', 'support', 'sales')).toThrow('there is a skill "sales" already')
    expect(rename('wrap-up-code', 'Sold', 'Not sold')).toThrow('already')
    expect(rename('prompt', 'greeting', 'hello')).toThrow('built in')
  })

  it('is nothing to do where nothing has the name, or the name is the same', () => {
    expect(renameChanges(state.configuration, { target: 'skill', from: 'swahili', to: 'suaheli' })).toEqual([])
    expect(renameChanges(state.configuration, { target: 'skill', from: 'support', to: 'support' })).toEqual([])
  })
})

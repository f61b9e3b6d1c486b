import { describe, expect, it } from 'vitest'
import { checkChanges } from './check.ts'
import type { ConfigurationChange, User } from './configuration.ts'
import { demoCentre } from './demo-centre.ts'
import { BUILT_IN_ROLES, type Role, roleOf } from './role.ts'
import { evolveConfiguration, initialConfiguration } from './state.ts'
import { usesOf } from './uses.ts'

function stateWith(...changes: readonly ConfigurationChange[]) {
  return evolveConfiguration(initialConfiguration(), { version: 1, by: 'test', changes }, 0)
}

const demo = () => stateWith(...demoCentre())
const { users } = demo().configuration
const role = (value: Role): ConfigurationChange => ({ kind: 'role', name: value.name, value })
const user = (name: string, change: Partial<User>): ConfigurationChange => ({
  kind: 'user',
  name,
  value: { ...users.get(name)!, ...change },
})
const trainer = role({ name: 'trainer', rights: ['view-live', 'coach'], seat: 'supervisor' })
const NOBODY = 'would leave nobody who may change the configuration'

function faultsOf(state: ReturnType<typeof stateWith>, ...changes: ConfigurationChange[]) {
  return checkChanges(state, { basedOn: 1, changes }, 0).faults
}

describe('a role', () => {
  it('is given to users, must be there where it is given, and is not removed while somebody has it', () => {
    expect(faultsOf(demo(), user('agent1', { role: 'trainer' }))).toEqual([
      { path: 'users.agent1.role', problem: 'there is no role "trainer"' },
    ])
    expect(faultsOf(demo(), trainer, user('agent1', { role: 'trainer' }))).toEqual([])
    const state = stateWith(...demoCentre(), trainer, user('agent1', { role: 'trainer' }))
    expect(faultsOf(state, { kind: 'role', name: 'trainer' })).toEqual([
      { path: 'users.agent1.role', problem: 'there is no role "trainer"' },
    ])
    expect(usesOf(state.configuration, ['role']).get('role:trainer')).toEqual(['users.agent1.role'])
  })

  it('of a built-in name holds in its place, and is removed freely', () => {
    const bare = role({ name: 'agent', rights: [] })
    expect(faultsOf(demo(), bare)).toEqual([])
    const state = stateWith(...demoCentre(), bare)
    expect(roleOf(state.configuration.roles, 'agent')?.rights).toEqual([])
    expect(faultsOf(state, { kind: 'role', name: 'agent' })).toEqual([])
    expect(roleOf(new Map(), 'agent')).toBe(BUILT_IN_ROLES.get('agent'))
  })

  it.each([
    ['a right that there is not', { rights: ['fly'] }],
    ['a right twice', { rights: ['coach', 'coach'] }],
    ['a seat that there is not', { rights: [], seat: 'sofa' }],
  ])('is refused with %s', (_, value) => {
    expect(faultsOf(demo(), role({ name: 'odd', ...value } as Role))).toHaveLength(1)
  })
})

describe('the last who may change the configuration', () => {
  const without = BUILT_IN_ROLES.get('administrator')!.rights.filter((right) => right !== 'change-configuration')

  it.each<[string, ConfigurationChange]>([
    ['loses the right by the role', role({ name: 'administrator', rights: without })],
    ['takes another role', user('admin', { role: 'agent' })],
    ['is disabled', user('admin', { disabled: true })],
    ['is removed', { kind: 'user', name: 'admin' }],
  ])('is kept when it %s', (_, change) => {
    const kept = faultsOf(demo(), change)
    expect(kept).toContainEqual({ path: `${change.kind}s.${change.name}`, problem: NOBODY })
  })

  it('may go once somebody else has the right, in the same change too', () => {
    const gone: ConfigurationChange = user('admin', { role: 'agent' })
    expect(faultsOf(demo(), gone, user('supervisor', { role: 'administrator' }))).toEqual([])
    const chief = role({ name: 'chief', rights: ['change-configuration'] })
    expect(faultsOf(demo(), chief, gone, user('supervisor', { role: 'chief' }))).toEqual([])
  })

  it('may not hand over to somebody who is disabled', () => {
    const other = user('supervisor', { role: 'administrator', disabled: true })
    expect(faultsOf(demo(), user('admin', { role: 'agent' }), other).map(({ problem }) => problem)).toContain(NOBODY)
  })

  it('need not be there where nobody ever was', () => {
    expect(faultsOf({ ...stateWith(trainer) }, role({ name: 'trainer', rights: [] }))).toEqual([])
  })
})

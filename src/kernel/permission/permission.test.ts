import { describe, expect, it } from 'vitest'
import {
  BUILT_IN_ROLES,
  type Configuration,
  initialConfiguration,
  RIGHT_NAMES,
  type Right,
  type Role,
} from '#kernel/config'
import { mayDo, rightsOf } from './permission.ts'

const ROLES = ['agent', 'attendant', 'supervisor', 'administrator']

function withRoles(...roles: Role[]): Configuration {
  return { ...initialConfiguration().configuration, roles: new Map(roles.map((role) => [role.name, role])) }
}

describe('what a built-in role may do', () => {
  it.each<[Right, readonly string[]]>([
    ['view-own', ROLES],
    ['set-own-status', ROLES],
    ['create-interaction', ROLES],
    ['call-outside', ROLES],
    ['write-outside', ROLES],
    ['view-live', ['attendant', 'supervisor', 'administrator']],
    ['view-history', ['supervisor', 'administrator']],
    ['listen-recordings', ['supervisor', 'administrator']],
    ['set-any-status', ['supervisor', 'administrator']],
    ['end-interaction', ['supervisor', 'administrator']],
    ['pick-up', ['attendant', 'supervisor', 'administrator']],
    ['monitor', ['supervisor', 'administrator']],
    ['coach', ['supervisor', 'administrator']],
    ['barge', ['supervisor', 'administrator']],
    ['take-over', ['supervisor', 'administrator']],
    ['acknowledge-alert', ['supervisor', 'administrator']],
    ['view-cluster', ['supervisor', 'administrator']],
    ['try-configuration', ['supervisor', 'administrator']],
    ['change-configuration', ['administrator']],
    ['switchover', ['administrator']],
    ['drill', ['administrator']],
  ])('%s belongs to %s', (right, roles) => {
    expect(ROLES.filter((role) => mayDo(withRoles(), role, right))).toEqual(roles)
  })

  it('names no right twice, and an administrator has all', () => {
    for (const { rights } of BUILT_IN_ROLES.values()) expect(new Set(rights).size).toBe(rights.length)
    expect([...rightsOf(withRoles(), 'administrator')].sort()).toEqual([...RIGHT_NAMES].sort())
  })
})

describe('a configured role', () => {
  it('has the rights that it was given, and no other', () => {
    const configuration = withRoles({ name: 'trainer', rights: ['view-live', 'coach'] })
    expect(RIGHT_NAMES.filter((right) => mayDo(configuration, 'trainer', right))).toEqual(['view-live', 'coach'])
  })

  it('holds in place of a built-in one of its name', () => {
    const configuration = withRoles({ name: 'agent', rights: [] })
    expect(mayDo(configuration, 'agent', 'view-own')).toBe(false)
    expect(mayDo(configuration, 'attendant', 'view-own')).toBe(true)
  })

  it('is nothing when nobody knows it, whatever an object inherits', () => {
    expect(mayDo(withRoles(), 'constructor', 'view-own')).toBe(false)
    expect(mayDo(withRoles(), 'agent', 'length' as Right)).toBe(false)
  })
})

import { describe, expect, it } from 'vitest'
import type { Role } from '#kernel/config'
import { mayDo, RIGHTS, type Right } from './permission.ts'

const ROLES: readonly Role[] = ['agent', 'attendant', 'supervisor', 'administrator']

describe('what a role may do', () => {
  it.each<[Right, readonly Role[]]>([
    ['view-own', ROLES],
    ['set-own-status', ROLES],
    ['create-interaction', ROLES],
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
    ['change-configuration', ['administrator']],
    ['switchover', ['administrator']],
    ['drill', ['administrator']],
  ])('%s belongs to %s', (right, roles) => {
    expect(ROLES.filter((role) => mayDo(role, right))).toEqual(roles)
  })

  it('is nothing for a role that nobody knows, whatever an object inherits', () => {
    expect(mayDo('constructor' as Role, 'view-own')).toBe(false)
    expect(mayDo('agent', 'length' as Right)).toBe(false)
  })

  it('names no right twice', () => {
    for (const role of ROLES) expect(new Set(RIGHTS[role]).size).toBe(RIGHTS[role].length)
  })
})

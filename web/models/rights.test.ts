import { describe, expect, it } from 'vitest'
import { appsOf, homeOf } from './apps.ts'
import { hasRight, type Rightful } from './rights.ts'

const trainer: Rightful = { role: 'trainer', rights: ['view-live', 'coach'] }

describe('what a session may do', () => {
  it('is what the server said, whatever the role is called', () => {
    expect(hasRight(trainer, 'coach')).toBe(true)
    expect(hasRight(trainer, 'barge')).toBe(false)
    expect(hasRight({ role: 'administrator', rights: [] }, 'drill')).toBe(false)
  })

  it('is the built-in role’s for a session that an older release began', () => {
    expect(hasRight({ role: 'supervisor' }, 'monitor')).toBe(true)
    expect(hasRight({ role: 'unknown' }, 'view-own')).toBe(false)
  })
})

describe('the pages of a person', () => {
  it('are those that the rights open, and the day begins on one of them (DSK-02, UCC-02)', () => {
    expect(appsOf(trainer)).toEqual(['supervisor', 'wall'])
    expect(homeOf(trainer)).toBe('/supervisor')
    expect(homeOf({ role: 'agent' })).toBe('/desk')
    expect(homeOf({ role: 'attendant' })).toBe('/desk')
    expect(homeOf({ role: 'supervisor' })).toBe('/supervisor')
    expect(homeOf({ role: 'administrator' })).toBe('/supervisor')
    expect(homeOf({ role: 'setup', rights: ['change-configuration'] })).toBe('/admin')
    expect(homeOf({ role: 'nothing', rights: [] })).toBe('/desk')
  })
})

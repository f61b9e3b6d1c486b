import { describe, expect, it } from 'vitest'
import { BUILT_IN_ROLES, type SeatPool } from '#kernel/config'
import { decideSeat, seatOf, seatUse } from './seat.ts'

const pool = (overuse: SeatPool['overuse'], seats = 2): SeatPool => ({ name: 'agent', seats, overuse })

describe('a seat', () => {
  it('is granted to everybody where nobody counts', () => {
    expect(decideSeat(undefined, 10_000)).toBe('granted')
  })

  it.each<[SeatPool['overuse'], number, string]>([
    ['allow', 1, 'granted'],
    ['allow', 2, 'over'],
    ['refuse', 1, 'granted'],
    ['refuse', 2, 'refused'],
    ['refuse', 3, 'refused'],
  ])('of a pool that says %s when %i of 2 are taken is %s (LIC-03)', (overuse, used, expected) => {
    expect(decideSeat(pool(overuse), used)).toBe(expected)
  })

  it('is granted while the seats cannot be counted, also where over-use is refused (LIC-05, FS-24, LIC-14)', () => {
    expect(decideSeat(pool('refuse', 0), undefined)).toBe('granted')
  })

  it('is needed by all but those who may change the configuration', () => {
    const roles = ['agent', 'attendant', 'supervisor']
    expect(roles.map((role) => seatOf(BUILT_IN_ROLES.get(role)))).toEqual(roles)
    expect(seatOf(BUILT_IN_ROLES.get('administrator'))).toBeUndefined()
    expect(seatOf({ rights: ['change-configuration'], seat: 'agent' })).toBeUndefined()
  })

  it('is an agent’s for a configured role that names none, and nobody’s for a role that is not there', () => {
    expect(seatOf({ rights: ['coach'] })).toBe('agent')
    expect(seatOf({ rights: ['coach'], seat: 'supervisor' })).toBe('supervisor')
    expect(seatOf(undefined)).toBeUndefined()
  })
})

describe('the use of seats', () => {
  it('shows over-use', () => {
    expect(seatUse('agent', pool('allow'), 5)).toEqual({
      feature: 'agent',
      used: 5,
      seats: 2,
      overuse: 'allow',
      over: 3,
    })
    expect(seatUse('agent', pool('allow'), 1).over).toBe(0)
  })

  it('is no over-use without a number of seats', () => {
    expect(seatUse('agent', undefined, 5)).toEqual({ feature: 'agent', used: 5, over: 0 })
  })
})

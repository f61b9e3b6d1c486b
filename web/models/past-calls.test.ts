import { describe, expect, it } from 'vitest'
import { ANY_CALL, pathOfSearch, searchFault } from './past-calls.ts'

function asked(search: Partial<typeof ANY_CALL>, after: string | null = null): URLSearchParams {
  return new URLSearchParams(pathOfSearch({ ...ANY_CALL, ...search }, after).split('?')[1])
}

import { isPastCallsSearch } from './past-calls.ts'

describe('a saved search', () => {
  it('is known from what another release kept', () => {
    expect(isPastCallsSearch(ANY_CALL)).toBe(true)
    for (const other of [null, 'text', {}, { ...ANY_CALL, number: 5 }]) expect(isPastCallsSearch(other)).toBe(false)
  })
})

describe('looking for calls of the past', () => {
  it('asks for nothing that was not said', () => {
    expect([...asked({}).keys()]).toEqual(['state', 'limit'])
  })

  it('takes a number as people write it', () => {
    expect(asked({ number: ' +49 (0)30 / 123-45 ' }).get('number')).toBe('+4903012345')
    expect(asked({ number: '12+34' }).get('number')).toBe('1234')
  })

  it('covers whole days of the reader, the last one included', () => {
    const query = asked({ fromDay: '2026-11-26', toDay: '2026-11-27' })
    expect(query.get('from')).toBe(new Date(2026, 10, 26).toISOString())
    expect(query.get('to')).toBe(new Date(2026, 10, 28).toISOString())
  })

  it('goes on after the page before', () => {
    expect(asked({ queue: 'sales', agent: 'agent1' }, 'abc').toString()).toContain('queue=sales&agent=agent1&after=abc')
  })

  it('says what cannot be asked', () => {
    expect(searchFault({ ...ANY_CALL, number: '12' })).toBe('number')
    expect(searchFault({ ...ANY_CALL, number: 'abc' })).toBe('number')
    expect(searchFault({ ...ANY_CALL, fromDay: '2026-11-27', toDay: '2026-11-26' })).toBe('days')
    expect(searchFault({ ...ANY_CALL, number: '123' })).toBeUndefined()
  })
})

import { describe, expect, it } from 'vitest'
import { customerOf } from './customer.ts'

const of = (from: string, customer?: string) =>
  customerOf({ from, direction: 'inbound', ...(customer === undefined ? {} : { customer }) })

describe('the customer of a contact (promise 8)', () => {
  it.each(['+49 30 1234-5', '+49(30)12345', '0049301234.5', '+4930/12345'])(
    'is one number however it is written: %s',
    (from) => {
      expect(of(from)).toBe('+493012345')
    },
  )

  it('is an address in any case', () => {
    expect(of(' Ann@Example.org ')).toBe('ann@example.org')
  })

  it('is who it is known to be rather than where it comes from', () => {
    expect(of('chat-7', '+49 30 12345')).toBe('+493012345')
    expect(of('+493012345', 'C-1001')).toBe('c-1001')
  })

  it.each(['', '  ', 'anonymous', 'Anonymous', 'unknown'])('is nobody where it is %j', (from) => {
    expect(of(from)).toBeUndefined()
  })

  it('is nobody in a call between colleagues', () => {
    expect(customerOf({ from: '2001', direction: 'internal' })).toBeUndefined()
  })
})

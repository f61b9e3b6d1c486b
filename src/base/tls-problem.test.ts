import { expect, it } from 'vitest'
import { tlsProblem } from './tls-problem.ts'

it('tells what is wrong with a certificate, wherever in the error it says so, and nothing of other troubles', () => {
  const expired = Object.assign(new RangeError('x'), { code: 'CERT_HAS_EXPIRED' })
  expect(tlsProblem(expired)).toMatch(/expired; renew it/)
  expect(tlsProblem(new RangeError('y', { cause: expired }))).toMatch(/expired/)
  expect(tlsProblem(new AggregateError([expired]))).toMatch(/expired/)
  expect(tlsProblem(Object.assign(new RangeError('x'), { code: 'ECONNREFUSED' }))).toBeUndefined()
  expect(tlsProblem(undefined)).toBeUndefined()
})

import { describe, expect, it } from 'vitest'
import { faxAddress, faxSender, isFromGateway } from './fax.ts'

const plain = { domain: 'fax.example' }

describe('a fax gateway', () => {
  it('is written to as it writes numbers', () => {
    expect(faxAddress(plain, '+4930123456')).toBe('4930123456@fax.example')
    expect(faxAddress({ ...plain, plus: '00' }, '+4930123456')).toBe('004930123456@fax.example')
    expect(faxAddress({ ...plain, plus: '+' }, '+4930123456')).toBe('+4930123456@fax.example')
    expect(faxAddress({ ...plain, plus: '00' }, '030123456')).toBe('030123456@fax.example')
  })

  it.each([
    [plain, '4930123456@fax.example', '', '+4930123456'],
    [plain, '004930123456@fax.example', '', '+4930123456'],
    [plain, '030123456@fax.example', '', '030123456'],
    [plain, 'fax+4930123456@fax.example', '', '+4930123456'],
    [plain, 'FAX=4930123456@fax.example', '', '+4930123456'],
    [{ ...plain, plus: '00' }, '004930123456@fax.example', '', '+4930123456'],
    [{ ...plain, plus: '00' }, '030123456@fax.example', '', '030123456'],
    [plain, 'noreply@fax.example', 'Fax from +49 (30) 123-456, 3 pages', '+4930123456'],
    [plain, 'noreply@fax.example', 'Fax 2026 from 0049 30 123456', '+4930123456'],
    [plain, 'noreply@fax.example', 'Fax of 3 pages', ''],
    [plain, 'noreply@fax.example', '9'.repeat(400), ''],
    [plain, '', '', ''],
  ])('%j says of %s with the subject "%s" that it comes from "%s"', (gateway, from, subject, number) => {
    expect(faxSender(gateway, { from, subject })).toBe(number)
  })

  it('is its domain, and nothing that only looks like it', () => {
    expect(isFromGateway(plain, '4930@fax.example')).toBe(true)
    expect(isFromGateway(plain, '4930@FAX.example')).toBe(true)
    for (const from of ['a@fax.example.evil', 'a@myfax.example', 'fax.example@evil', 'a@x.fax.example', '']) {
      expect(isFromGateway(plain, from), from).toBe(false)
    }
  })
})

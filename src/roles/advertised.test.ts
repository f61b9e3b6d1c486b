import type { NetworkInterfaceInfo } from 'node:os'
import { describe, expect, it } from 'vitest'
import { advertisedAddress, sipAddress } from './advertised.ts'

const entry = (address: string, family: 'IPv4' | 'IPv6', internal: boolean) =>
  ({ address, family, internal }) as unknown as NetworkInterfaceInfo
const interfaces = {
  lo: [entry('127.0.0.1', 'IPv4', true), entry('::1', 'IPv6', true)],
  eth0: [entry('fe80::1', 'IPv6', false), entry('192.0.2.5', 'IPv4', false), entry('2001:db8::5', 'IPv6', false)],
}

describe('the address that phones are told', () => {
  it('is the one that is set, else the one that is listened on', () => {
    expect(advertisedAddress({ listen: '0.0.0.0', advertise: '203.0.113.9' }, interfaces)).toBe('203.0.113.9')
    expect(advertisedAddress({ listen: '192.0.2.5' }, interfaces)).toBe('192.0.2.5')
  })

  it('is never a wildcard: the first outer address of its family, loopback where there is none', () => {
    expect(advertisedAddress({ listen: '0.0.0.0' }, interfaces)).toBe('192.0.2.5')
    expect(advertisedAddress({ listen: '::' }, interfaces)).toBe('2001:db8::5')
    expect(advertisedAddress({ listen: '0.0.0.0' }, { lo: interfaces.lo })).toBe('127.0.0.1')
  })
})

describe('what stands in SIP', () => {
  it.each([
    [{ listen: '192.0.2.1' }, '192.0.2.1'],
    [{ listen: '192.0.2.1', advertise: '198.51.100.1' }, '198.51.100.1'],
    [{ listen: '192.0.2.1', advertise: '198.51.100.1', sipListen: '192.0.2.100' }, '192.0.2.100'],
    [{ listen: '192.0.2.1', sipListen: '192.0.2.100', sipAdvertise: 'sip.example.com' }, 'sip.example.com'],
  ])('for %o is %s', (settings, address) => {
    expect(sipAddress(settings)).toBe(address)
  })
})

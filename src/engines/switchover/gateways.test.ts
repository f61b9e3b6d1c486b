import { describe, expect, it } from 'vitest'
import { systemEcho } from './echo.ts'
import { gatewaysIn, gatewaysIn6, listGateways } from './gateways.ts'

const HEAD = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT'

describe('the gateways of all adapters (SW-67)', () => {
  it.each([
    ['one', ['eth0\t00000000\t0100000A\t0003\t0\t0\t0\t00000000'], ['10.0.0.1']],
    [
      'of two adapters',
      ['eth0\t00000000\t0100000A\t0003', 'eth1\t0000A8C0\tFE01A8C0\t0003'],
      ['10.0.0.1', '192.168.1.254'],
    ],
    ['each once', ['eth0\t00000000\t0100000A\t0003', 'eth0\t0000000B\t0100000A\t0003'], ['10.0.0.1']],
    ['none on a net without one', ['eth0\t0000000A\t00000000\t0001'], []],
    ['no local-host address', ['lo\t00000000\t0100007F\t0003'], []],
    ['none in lines that are none', ['', 'x', 'eth0\t00000000\tZZZZZZZZ\t0003'], []],
  ])('%s', (_, rows, gateways) => {
    expect(gatewaysIn([HEAD, ...rows, ''].join('\n'))).toEqual(gateways)
  })
})

/** A line of /proc/net/ipv6_route. */
function route6(gateway: string, flags = '00450003', adapter = 'eth0'): string {
  const any = `${'0'.repeat(32)} 00`
  return `${any} ${any} ${gateway} 00000400 00000001 00000000 ${flags} ${adapter.padStart(8)}`
}

const ROUTER = 'fe800000000000000000000000000001'
const GLOBAL = '20010db8000000000000000000000001'

describe('the gateways of IPv6 (SW-67)', () => {
  it.each([
    ['a router by its link-local address, with its adapter', [route6(ROUTER)], ['fe80::1%eth0']],
    [
      'of two adapters',
      [route6(ROUTER), route6(ROUTER, '00450003', 'eth1'), route6(GLOBAL, '00000003', 'eth1')],
      ['fe80::1%eth0', 'fe80::1%eth1', '2001:db8::1'],
    ],
    ['each once', [route6(GLOBAL), route6(GLOBAL)], ['2001:db8::1']],
    ['none on a net without one', [route6('0'.repeat(32), '00000001')], []],
    [
      'no empty and no local-host address',
      [route6('0'.repeat(32)), route6(`${'0'.repeat(31)}1`, '00000003', 'lo')],
      [],
    ],
    ['none in lines that are none', ['', 'x', route6('ZZ')], []],
  ])('%s', (_, rows, gateways) => {
    expect(gatewaysIn6([...rows, ''].join('\n'))).toEqual(gateways)
  })

  it('are asked by the system’s own echo; what this machine lists is read as it is', async () => {
    expect(Array.isArray(listGateways())).toBe(true)
    // An address that nobody has on an adapter that is not there: no answer, and no failure.
    expect(await systemEcho('fe80::1%none9')).toBe(false)
  })
})

import { describe, expect, it } from 'vitest'
import { gatewaysIn } from './gateways.ts'

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

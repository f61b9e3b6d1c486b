import { describe, expect, it } from 'vitest'
import type { MediaSpec } from '#protocols/control'
import { overLoopback } from './own-machine.ts'

const spec = (address: string): MediaSpec => ({
  remote: { address, port: 4000 },
  sends: true,
  receives: true,
  hears: { type: 'echo' },
})
const own = () => ['127.0.0.1', '192.0.2.2']

describe('media that is bound to loopback', () => {
  it('reaches a phone of this machine that names its outer address', () => {
    expect(overLoopback('127.0.0.1', spec('192.0.2.2'), own)).toEqual(spec('127.0.0.1'))
  })

  it('leaves strangers, loopback and open machines as they are', () => {
    for (const [listen, address] of [
      ['127.0.0.1', '198.51.100.7'],
      ['127.0.0.1', '127.0.0.2'],
      ['192.0.2.2', '192.0.2.2'],
      ['0.0.0.0', '192.0.2.2'],
    ] as const) {
      expect(overLoopback(listen, spec(address), own)).toEqual(spec(address))
    }
    const { remote: _, ...silent } = spec('192.0.2.2')
    expect(overLoopback('127.0.0.1', silent, own)).toEqual(silent)
  })
})

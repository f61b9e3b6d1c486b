import { describe, expect, it } from 'vitest'
import { silentLogger } from '#base'
import type { ChannelClientOptions } from '#protocols/control'
import { createRequest, type SipRequest } from '#protocols/sip'
import { newCounters, type VoiceContext } from './context.ts'
import { EdgePool } from './edge-pool.ts'

/** A pool of two edges that answer as they are told, and what each was given. */
function twoEdges() {
  const given: Record<string, string[]> = { east: [], west: [] }
  const up = new Map([
    ['east', true],
    ['west', true],
  ])
  const names = ['east', 'west']
  const connect = (options: ChannelClientOptions) => {
    const name = names.shift()!
    options.connected?.({ name, sip: { host: `${name}.example`, port: 5060 } }, undefined as never)
    return {
      get connected() {
        return up.get(name)!
      },
      notify: (notice: { type: string; message?: string }) => {
        if (up.get(name) && notice.type === 'sip') given[name]?.push(notice.message!.split(' ')[0]!)
        return up.get(name)!
      },
      close: () => Promise.resolve(),
    } as never
  }
  const context = { logger: silentLogger, counters: newCounters() } as unknown as VoiceContext
  const handlers = { connected: () => {}, isDraining: () => false } as never
  const pool = new EdgePool(context, { secret: 's', core: 'c', term: 1, connect }, handlers)
  pool.setAddresses([
    { host: '192.0.2.1', port: 1 },
    { host: '192.0.2.2', port: 2 },
  ])
  pool.start()
  return { pool, given, up, context }
}

function request(method: string, tag?: string): SipRequest {
  return createRequest({
    method,
    uri: 'sip:2005@east.example',
    from: '<sip:7@east.example>;tag=a',
    to: `<sip:2005@east.example>${tag === undefined ? '' : `;tag=${tag}`}`,
    callId: 'c',
  })
}

describe('messages by two edges', () => {
  it('of a dialog go by the other edge while their own is away', () => {
    const { pool, given, up } = twoEdges()
    expect(pool.send('east', request('BYE', 'b'))).toBe(true)
    up.set('east', false)
    expect(pool.send('east', request('BYE', 'b'))).toBe(true)
    expect(given).toEqual({ east: ['BYE'], west: ['BYE'] })
  })

  it('that begin a dialog wait for their own edge: the other would send them to it as a call from outside', () => {
    const { pool, given, up, context } = twoEdges()
    up.set('east', false)
    expect(pool.send('east', request('INVITE'))).toBe(false)
    expect(context.counters.unsent).toBe(1)
    up.set('east', true)
    expect(pool.send('east', request('INVITE'))).toBe(true)
    expect(given).toEqual({ east: ['INVITE'], west: [] })
  })
})

import { describe, expect, it } from 'vitest'
import { type Millis, type Timer, VirtualClock } from '#base'
import { createRequest, responseTo } from '../message/build.ts'
import type { AnySipMessage } from '../message/message.ts'
import type { ServerTransaction } from './server-transaction.ts'
import { DEFAULT_TIMERS, durationOf, isRepeating, type TimerName, type TimerValues } from './timers.ts'
import { TransactionLayer } from './transaction-layer.ts'

type Peer = 'udp' | 'tcp'

const BRANCH = 'SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKpeer'

/** A clock that notes for how long each timer was set. */
class NotingClock extends VirtualClock {
  readonly delays: Millis[] = []

  override after(delayMs: Millis, call: () => void): Timer {
    this.delays.push(delayMs)
    return super.after(delayMs, call)
  }
}

function request(method: string, via?: string) {
  return createRequest({
    method,
    uri: 'sip:b@example.com',
    from: '<sip:a@example.com>;tag=a',
    to: '<sip:b@example.com>',
    callId: 'c1',
    ...(via ? { via: [via] } : {}),
  })
}

function bench(timers: TimerValues = DEFAULT_TIMERS) {
  const clock = new NotingClock(0)
  const sent: { at: Millis; name: string }[] = []
  const told: string[] = []
  const servers: ServerTransaction<Peer>[] = []
  const layer = new TransactionLayer<Peer>(
    {
      reliable: (target) => target === 'tcp',
      send: (message: AnySipMessage) =>
        sent.push({ at: clock.now(), name: message.kind === 'request' ? message.method : String(message.status) }),
    },
    {
      onRequest: (_, transaction) => servers.push(transaction),
      onAck: () => told.push('ACK'),
      onServerFailure: (failure) => told.push(`${failure} at ${clock.now()}`),
    },
    { clock, timers, tryingAfterMs: null, sentBy: () => ({ transport: 'UDP', host: 'h' }) },
  )
  const call = (method: string, target: Peer = 'udp') =>
    layer.request(request(method), target, {
      onResponse: (response) => told.push(String(response.status)),
      onFailure: (failure) => told.push(`${failure} at ${clock.now()}`),
    })
  const take = (method: string, source: Peer = 'udp') => {
    layer.receive(request(method, BRANCH), source)
    return servers.at(-1)!
  }
  const times = (name: string) => sent.filter((one) => one.name === name).map((one) => one.at)
  /** The moment at which the layer has forgotten all of its transactions. */
  const emptyAt = (limitMs = 200_000): Millis => {
    while (layer.counts.client + layer.counts.server > 0 && clock.now() < limitMs) clock.advance(1)
    return clock.now()
  }
  return { clock, layer, told, call, take, times, emptyAt }
}

describe('the duration of each timer (RFC 3261 table 4, RFC 6026 8.4 and 8.5)', () => {
  const table: [TimerName, number, number][] = [
    ['A', 500, 500],
    ['B', 32_000, 32_000],
    ['D', 32_000, 0],
    ['E', 500, 500],
    ['F', 32_000, 32_000],
    ['G', 500, 500],
    ['H', 32_000, 32_000],
    ['I', 5_000, 0],
    ['J', 32_000, 0],
    ['K', 5_000, 0],
    ['L', 32_000, 32_000],
    ['M', 32_000, 32_000],
  ]
  it.each(table)('%s: %i ms over UDP, %i ms over TCP', (name, unreliable, reliable) => {
    expect([durationOf(name, DEFAULT_TIMERS, false), durationOf(name, DEFAULT_TIMERS, true)]).toEqual([
      unreliable,
      reliable,
    ])
  })

  it('follows T1 and T4, but D is never under 32 s over UDP', () => {
    const quick = { t1Ms: 10, t2Ms: 80, t4Ms: 100 }
    const slow = { t1Ms: 1_000, t2Ms: 8_000, t4Ms: 10_000 }
    const of = (values: TimerValues) =>
      (['B', 'D', 'I', 'J', 'K', 'M'] as const).map((n) => durationOf(n, values, false))
    expect(of(quick)).toEqual([640, 32_000, 100, 640, 100, 640])
    expect(of(slow)).toEqual([64_000, 64_000, 10_000, 64_000, 10_000, 64_000])
  })

  it('repeats with A, E and G only', () => {
    expect(table.map(([name]) => name).filter(isRepeating)).toEqual(['A', 'E', 'G'])
  })
})

describe('the timers of a client', () => {
  it.each(['INVITE', 'OPTIONS'])('%s over TCP sets one timer, the one that gives up', (method) => {
    const { clock, call } = bench()
    call(method, 'tcp')
    expect([clock.delays, clock.pending]).toEqual([[32_000], 1])
  })

  it('A doubles without a cap: 500 ms times each power of two', () => {
    const { clock, call } = bench()
    call('INVITE')
    clock.advance(31_999)
    expect(clock.delays).toEqual([500, 32_000, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000])
  })

  it('E doubles up to T2 and stays there', () => {
    const { clock, call } = bench()
    call('OPTIONS')
    clock.advance(16_000)
    expect(clock.delays).toEqual([500, 32_000, 1_000, 2_000, 4_000, 4_000, 4_000, 4_000])
  })

  it('E keeps the pause that runs when a provisional response comes, and takes T2 from then on', () => {
    const { clock, layer, call, times, told } = bench()
    const transaction = call('OPTIONS')
    clock.advance(600)
    layer.receive(responseTo(transaction.request, 100), 'udp')
    clock.advance(31_400)
    expect(times('OPTIONS')).toEqual([0, 500, 1_500, 5_500, 9_500, 13_500, 17_500, 21_500, 25_500, 29_500])
    expect(told).toEqual(['100', 'timeout at 32000'])
  })

  it('F runs from the request on, whatever provisional responses come', () => {
    const { clock, layer, call, told } = bench()
    const transaction = call('OPTIONS', 'tcp')
    clock.advance(31_000)
    layer.receive(responseTo(transaction.request, 100), 'tcp')
    clock.advance(1_000)
    expect([told, clock.pending]).toEqual([['100', 'timeout at 32000'], 0])
  })

  it('E of a T1 above T2 never waits longer than T2 after its first pause', () => {
    const { clock, call, times } = bench({ t1Ms: 600, t2Ms: 400, t4Ms: 500 })
    call('OPTIONS')
    clock.advance(2_000)
    expect(times('OPTIONS')).toEqual([0, 600, 1_000, 1_400, 1_800])
  })

  it.each([
    ['INVITE', 'udp', 486, 32_000],
    ['INVITE', 'tcp', 486, 0],
    ['INVITE', 'udp', 200, 32_000],
    ['INVITE', 'tcp', 200, 32_000],
    ['BYE', 'udp', 200, 5_000],
    ['BYE', 'tcp', 200, 0],
    ['BYE', 'udp', 481, 5_000],
  ] as const)('%s over %s lingers after %i for %i ms (timers D, M and K)', (method, peer, status, lingerMs) => {
    const { clock, layer, call, emptyAt } = bench()
    const transaction = call(method, peer)
    clock.advance(100)
    layer.receive(responseTo(transaction.request, status), peer)
    clock.advance(0)
    expect(emptyAt()).toBe(100 + lingerMs)
    expect(clock.pending).toBe(0)
  })

  it('M is not set anew by a repeated 2xx', () => {
    const { clock, layer, call, emptyAt } = bench()
    const transaction = call('INVITE')
    layer.receive(responseTo(transaction.request, 200), 'udp')
    clock.advance(30_000)
    layer.receive(responseTo(transaction.request, 200), 'udp')
    expect(emptyAt()).toBe(32_000)
  })

  it('D is not set anew by a repeated refusal', () => {
    const { clock, layer, call, emptyAt, times } = bench()
    const transaction = call('INVITE')
    const busy = responseTo(transaction.request, 486)
    for (let n = 0; n < 4; n++) {
      layer.receive(busy, 'udp')
      clock.advance(8_000 - 1)
    }
    expect(times('ACK').length).toBe(4)
    expect(emptyAt()).toBe(32_000)
  })

  it('times are those of the moment it was sent, not of the layer', () => {
    const { clock, call, times } = bench()
    clock.advance(12_345)
    call('INVITE')
    clock.advance(4_000)
    expect(times('INVITE')).toEqual([12_345, 12_845, 13_845, 15_845])
  })
})

describe('the timers of a server', () => {
  it('G doubles up to T2, and H ends it', () => {
    const { clock, take, times, told } = bench()
    const transaction = take('INVITE')
    transaction.respond(responseTo(transaction.request, 486))
    clock.advance(40_000)
    expect(times('486')).toEqual([0, 500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500])
    expect([told, clock.pending]).toEqual([['timeout at 32000'], 0])
  })

  it('G does not exist over TCP, H does', () => {
    const { clock, take, times, told } = bench()
    const transaction = take('INVITE', 'tcp')
    transaction.respond(responseTo(transaction.request, 486))
    expect(clock.delays).toEqual([32_000])
    clock.advance(32_000)
    expect([times('486'), told]).toEqual([[0], ['timeout at 32000']])
  })

  it('a repeated INVITE is answered beside G and does not move it', () => {
    const { clock, layer, take, times } = bench()
    const transaction = take('INVITE')
    transaction.respond(responseTo(transaction.request, 486))
    clock.advance(700)
    layer.receive(request('INVITE', BRANCH), 'udp')
    clock.advance(1_000)
    expect(times('486')).toEqual([0, 500, 700, 1_500])
  })

  it.each([
    ['udp', 5_000],
    ['tcp', 0],
  ] as const)('I swallows ACKs over %s for %i ms', (peer, lingerMs) => {
    const { clock, layer, take, emptyAt, times, told } = bench()
    const transaction = take('INVITE', peer)
    transaction.respond(responseTo(transaction.request, 486))
    clock.advance(200)
    layer.receive(request('ACK', BRANCH), peer)
    clock.advance(0)
    expect(emptyAt()).toBe(200 + lingerMs)
    expect([times('486'), told, clock.pending]).toEqual([[0], [], 0])
  })

  it.each([
    ['BYE', 'udp', 200, 32_000],
    ['BYE', 'tcp', 200, 0],
    ['OPTIONS', 'udp', 404, 32_000],
    ['INVITE', 'udp', 200, 32_000],
    ['INVITE', 'tcp', 200, 32_000],
  ] as const)('%s over %s lingers after our %i for %i ms (timers J and L)', (method, peer, status, lingerMs) => {
    const { clock, take, emptyAt } = bench()
    const transaction = take(method, peer)
    clock.advance(50)
    transaction.respond(responseTo(transaction.request, status))
    clock.advance(0)
    expect(emptyAt()).toBe(50 + lingerMs)
    expect(clock.pending).toBe(0)
  })

  it('L is not set anew when the user repeats his 2xx', () => {
    const { clock, take, emptyAt } = bench()
    const transaction = take('INVITE')
    const ok = responseTo(transaction.request, 200)
    transaction.respond(ok)
    clock.advance(20_000)
    transaction.respond(ok)
    expect(emptyAt()).toBe(32_000)
  })

  it('none runs while nothing final was said, so that a phone may ring for as long as it likes', () => {
    const { clock, layer, take } = bench()
    take('INVITE').respond(responseTo(request('INVITE', BRANCH), 180))
    clock.advance(3_600_000)
    expect([clock.pending, layer.counts.server]).toEqual([0, 1])
  })
})

import { describe, expect, it } from 'vitest'
import { VirtualClock } from '#base'
import { createRequest, responseTo } from '../message/build.ts'
import type { AnySipMessage, SipRequest, SipResponse } from '../message/message.ts'
import type { ClientTransaction } from './client-transaction.ts'
import { createCancel } from './requests.ts'
import type { ServerTransaction } from './server-transaction.ts'
import { TransactionLayer, type TransactionOptions } from './transaction-layer.ts'

type Peer = 'udp' | 'tcp'

/** A layer whose sends are noted with their time, and whose user notes what it is told. */
function setUp(options: Partial<TransactionOptions<Peer>> = {}) {
  const clock = new VirtualClock(0)
  const sent: { at: number; message: AnySipMessage }[] = []
  const told: string[] = []
  const servers: ServerTransaction<Peer>[] = []
  let fail: ((error: unknown) => void) | undefined
  const state = { broken: false }
  const layer = new TransactionLayer<Peer>(
    {
      reliable: (target) => target === 'tcp',
      send(message, _target, failed) {
        sent.push({ at: clock.now(), message })
        fail = failed
        if (state.broken) failed(new Error('unreachable'))
      },
    },
    {
      onRequest(request, transaction) {
        told.push(request.method)
        servers.push(transaction)
      },
      onAck: () => told.push('ACK'),
      onStrayResponse: (response) => told.push(`stray ${response.status}`),
      onServerFailure: (failure) => told.push(`server ${failure}`),
    },
    { clock, sentBy: (target) => ({ transport: target.toUpperCase(), host: '127.0.0.1', port: 5070 }), ...options },
  )
  const handlers = {
    onResponse: (response: SipResponse) => told.push(String(response.status)),
    onFailure: (failure: string) => told.push(failure),
  }
  const call = (method: string, target: Peer = 'udp'): ClientTransaction<Peer> =>
    layer.request(request(method), target, handlers)
  const times = (kind: string) =>
    sent
      .filter(({ message }) => (message.kind === 'request' ? message.method : String(message.status)) === kind)
      .map((s) => s.at)
  return { clock, sent, told, servers, layer, call, times, state, failLast: () => fail?.(new Error('late')) }
}

function request(method: string, via?: string): SipRequest {
  return createRequest({
    method,
    uri: 'sip:b@example.com',
    from: '<sip:a@example.com>;tag=a',
    to: '<sip:b@example.com>',
    callId: 'c1',
    ...(via ? { via: [via] } : {}),
  })
}

const BRANCH = 'SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKpeer'

describe('INVITE client transaction (RFC 3261 17.1.1)', () => {
  it('repeats at T1, 2*T1, … on UDP and gives up after 64*T1', () => {
    const { clock, call, times, told, layer } = setUp()
    call('INVITE')
    clock.advance(40_000)
    expect(times('INVITE')).toEqual([0, 500, 1500, 3500, 7500, 15500, 31500])
    expect(told).toEqual(['timeout'])
    expect([layer.counts.client, clock.pending]).toEqual([0, 0])
  })

  it('does not repeat on TCP, but gives up as well', () => {
    const { clock, call, times, told } = setUp()
    call('INVITE', 'tcp')
    clock.advance(32_000)
    expect([times('INVITE'), told]).toEqual([[0], ['timeout']])
  })

  it('waits for ever after a provisional response', () => {
    const { clock, call, times, told, layer } = setUp()
    const { request: invite } = call('INVITE')
    layer.receive(responseTo(invite, 180), 'udp')
    clock.advance(300_000)
    layer.receive(responseTo(invite, 183), 'udp')
    expect([times('INVITE'), told, layer.counts.client]).toEqual([[0], ['180', '183'], 1])
  })

  it('acknowledges each repetition of a refusal and stays for timer D', () => {
    const { clock, call, times, told, layer, sent } = setUp()
    const { request: invite } = call('INVITE')
    const busy = responseTo(invite, 486, { toTag: 'bt' })
    layer.receive(busy, 'udp')
    clock.advance(1_000)
    layer.receive(busy, 'udp')
    expect([times('ACK'), told]).toEqual([[0, 1_000], ['486']])
    const ack = sent.at(-1)!.message as SipRequest
    expect([ack.via.branch, ack.to.tag, ack.cseq, ack.vias.length]).toEqual([
      invite.via.branch,
      'bt',
      { number: 1, method: 'ACK' },
      1,
    ])
    clock.advance(30_999)
    expect(layer.counts.client).toBe(1)
    clock.advance(1)
    expect([layer.counts.client, clock.pending]).toEqual([0, 0])
  })

  it('passes every 2xx up until timer M (RFC 6026 8.4), forked ones too', () => {
    const { clock, call, told, layer } = setUp()
    const { request: invite } = call('INVITE')
    layer.receive(responseTo(invite, 200, { toTag: 'one' }), 'udp')
    layer.receive(responseTo(invite, 200, { toTag: 'two' }), 'udp')
    layer.receive(responseTo(invite, 486), 'udp')
    clock.advance(31_999)
    layer.receive(responseTo(invite, 200, { toTag: 'one' }), 'udp')
    clock.advance(1)
    layer.receive(responseTo(invite, 200, { toTag: 'one' }), 'udp')
    expect(told).toEqual(['200', '200', '200', 'stray 200'])
    expect(layer.counts).toMatchObject({ client: 0, dropped: 1 })
  })

  it('reports a transport error at once and a lost ACK not at all', () => {
    const one = setUp()
    one.state.broken = true
    one.call('INVITE')
    expect([one.told, one.layer.counts.client, one.clock.pending]).toEqual([['transport'], 0, 0])
    const two = setUp()
    const { request: invite } = two.call('INVITE')
    two.layer.receive(responseTo(invite, 404), 'udp')
    two.failLast()
    expect([two.told, two.layer.counts.client]).toEqual([['404'], 0])
  })
})

describe('non-INVITE client transaction (RFC 3261 17.1.2)', () => {
  it('repeats up to every T2 and gives up after 64*T1', () => {
    const { clock, call, times, told } = setUp()
    call('OPTIONS')
    clock.advance(40_000)
    expect(times('OPTIONS')).toEqual([0, 500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500])
    expect(told).toEqual(['timeout'])
  })

  it('repeats every T2 after a provisional response', () => {
    const { clock, call, times, layer } = setUp()
    const { request: options } = call('OPTIONS')
    clock.advance(100)
    layer.receive(responseTo(options, 100), 'udp')
    clock.advance(8_500)
    expect(times('OPTIONS')).toEqual([0, 500, 4500, 8500])
  })

  it('swallows repeated answers until timer K', () => {
    const { clock, call, told, layer } = setUp()
    const { request: bye } = call('BYE')
    layer.receive(responseTo(bye, 200), 'udp')
    layer.receive(responseTo(bye, 200), 'udp')
    expect([told, layer.counts.client]).toEqual([['200'], 1])
    clock.advance(5_000)
    expect([layer.counts.client, clock.pending]).toEqual([0, 0])
  })
})

describe('INVITE server transaction (RFC 3261 17.2.1)', () => {
  it('says 100 after 200 ms when its user says nothing, and never after he did', () => {
    const { clock, layer, times, servers } = setUp()
    layer.receive(request('INVITE', BRANCH), 'udp')
    clock.advance(199)
    expect(times('100')).toEqual([])
    clock.advance(1)
    expect(times('100')).toEqual([200])
    layer.receive(request('INVITE', `${BRANCH}2`), 'udp')
    servers[1]!.respond(responseTo(servers[1]!.request, 180))
    clock.advance(1_000)
    expect(times('100')).toEqual([200])
  })

  it('answers a repetition with the last provisional response', () => {
    const { layer, times, servers, told } = setUp({ tryingAfterMs: null })
    const invite = request('INVITE', BRANCH)
    layer.receive(invite, 'udp')
    layer.receive(invite, 'udp')
    servers[0]!.respond(responseTo(invite, 180))
    layer.receive(invite, 'udp')
    expect([told, times('180').length]).toEqual([['INVITE'], 2])
  })

  it('repeats a refusal by timer G until the ACK, then ends with timer I', () => {
    const { clock, layer, times, servers, told, sent } = setUp()
    const invite = request('INVITE', BRANCH)
    layer.receive(invite, 'udp')
    servers[0]!.respond(responseTo(invite, 486))
    clock.advance(8_000)
    expect(times('486')).toEqual([0, 500, 1500, 3500, 7500])
    const busy = sent.at(-1)!.message
    const ack = createCancel(invite)
    const real = request('ACK', BRANCH).set('To', busy.get('to')!)
    expect(ack.via.branch).toBe(real.via.branch)
    layer.receive(real, 'udp')
    layer.receive(real, 'udp')
    expect(servers[0]!.state).toBe('confirmed')
    clock.advance(5_000)
    expect([layer.counts.server, told, clock.pending]).toEqual([0, ['INVITE'], 0])
  })

  it('reports a refusal that nobody acknowledges (timer H)', () => {
    const { clock, layer, servers, told } = setUp()
    const invite = request('INVITE', BRANCH)
    layer.receive(invite, 'tcp')
    servers[0]!.respond(responseTo(invite, 486))
    clock.advance(32_000)
    expect([told, layer.counts.server, clock.pending]).toEqual([['INVITE', 'server timeout'], 0, 0])
  })

  it('swallows repeated INVITEs after a 2xx, passes the ACK up, and lets its user repeat the 2xx (RFC 6026 8.5)', () => {
    const { clock, layer, servers, told, times } = setUp()
    const invite = request('INVITE', BRANCH)
    layer.receive(invite, 'udp')
    const ok = responseTo(invite, 200)
    servers[0]!.respond(ok)
    layer.receive(invite, 'udp')
    servers[0]!.respond(ok)
    servers[0]!.respond(responseTo(invite, 486))
    layer.receive(request('ACK', 'SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKother'), 'udp')
    layer.receive(request('ACK', BRANCH), 'udp')
    expect([times('200').length, times('486').length, told]).toEqual([2, 0, ['INVITE', 'ACK', 'ACK']])
    clock.advance(32_000)
    expect([layer.counts.server, clock.pending]).toEqual([0, 0])
  })

  it('stays where it is when the response cannot be sent (RFC 6026 8.7)', () => {
    const { layer, servers, told, state } = setUp()
    layer.receive(request('INVITE', BRANCH), 'udp')
    state.broken = true
    servers[0]!.respond(responseTo(servers[0]!.request, 486))
    expect([told, servers[0]!.state]).toEqual([['INVITE', 'server transport'], 'completed'])
  })
})

describe('non-INVITE server transaction (RFC 3261 17.2.2)', () => {
  it('answers repetitions until timer J, on TCP not at all', () => {
    const { clock, layer, servers, times, told } = setUp()
    const bye = request('BYE', BRANCH)
    layer.receive(bye, 'udp')
    layer.receive(bye, 'udp')
    servers[0]!.respond(responseTo(bye, 200))
    layer.receive(bye, 'udp')
    clock.advance(31_999)
    layer.receive(bye, 'udp')
    expect([times('200').length, told]).toEqual([3, ['BYE']])
    clock.advance(1)
    expect(layer.counts.server).toBe(0)
    layer.receive(bye, 'tcp')
    servers[1]!.respond(responseTo(bye, 200))
    clock.advance(0)
    expect([layer.counts.server, clock.pending]).toEqual([0, 0])
  })
})

describe('matching (RFC 3261 17.1.3, 17.2.3)', () => {
  it('finds the INVITE that a CANCEL means, and keeps the two apart', () => {
    const { layer, servers, told, call } = setUp()
    layer.receive(request('INVITE', BRANCH), 'udp')
    const cancel = request('CANCEL', BRANCH)
    layer.receive(cancel, 'udp')
    expect(told).toEqual(['INVITE', 'CANCEL'])
    expect(layer.findInvite(cancel)).toBe(servers[0])
    expect(layer.findInvite(request('CANCEL', `${BRANCH}x`))).toBeUndefined()
    const own = call('INVITE')
    expect(createCancel(own.request).cseq).toEqual({ number: 1, method: 'CANCEL' })
  })

  it('takes the same branch from another sender for another transaction', () => {
    const { layer, told } = setUp()
    layer.receive(request('OPTIONS', BRANCH), 'udp')
    layer.receive(request('OPTIONS', BRANCH.replace('192.0.2.1', '192.0.2.2')), 'udp')
    expect(told).toEqual(['OPTIONS', 'OPTIONS'])
  })

  it('knows repetitions of an RFC 2543 element, which has no cookie', () => {
    const { layer, told, servers } = setUp()
    const old = request('INVITE', 'SIP/2.0/UDP old.example')
    layer.receive(old, 'udp')
    layer.receive(old, 'udp')
    servers[0]!.respond(responseTo(old, 486, { toTag: 'x' }))
    layer.receive(request('ACK', 'SIP/2.0/UDP old.example').set('To', '<sip:b@example.com>;tag=x'), 'udp')
    expect([told, servers[0]!.state]).toEqual([['INVITE'], 'confirmed'])
    layer.receive(old.clone().set('CSeq', '2 INVITE'), 'udp')
    expect(told).toEqual(['INVITE', 'INVITE'])
  })
})

describe('the layer', () => {
  it('repeats what has no answer at once when it is told so', () => {
    const { clock, layer, call, times } = setUp()
    const ringing = call('INVITE')
    layer.receive(responseTo(ringing.request, 180), 'udp')
    call('OPTIONS', 'tcp')
    clock.advance(100)
    expect(layer.retransmitNow()).toBe(1)
    expect([times('OPTIONS'), times('INVITE')]).toEqual([[0, 100], [0]])
    expect(layer.retransmitNow((transaction) => transaction.isInvite)).toBe(1)
    expect(times('INVITE')).toEqual([0, 100])
  })

  it('refuses more than its limit with 503 and says so to its own user', async () => {
    const { layer, told, times, call } = setUp({ transactionsMax: 1 })
    layer.receive(request('OPTIONS', BRANCH), 'udp')
    layer.receive(request('OPTIONS', `${BRANCH}2`), 'udp')
    call('OPTIONS')
    await Promise.resolve()
    expect([times('503'), told, layer.counts.refused]).toEqual([[0], ['OPTIONS', 'overload'], 2])
  })

  it('leaves no timer behind when it is closed', () => {
    const { layer, clock, call } = setUp()
    call('INVITE')
    layer.receive(request('INVITE', BRANCH), 'udp')
    layer.close()
    layer.close()
    expect([clock.pending, layer.counts.client, layer.counts.server]).toEqual([0, 0, 0])
  })
})

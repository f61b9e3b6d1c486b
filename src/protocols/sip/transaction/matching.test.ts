import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { VirtualClock } from '#base'
import { createRequest, responseTo } from '../message/build.ts'
import type { AnySipMessage, SipRequest, SipResponse } from '../message/message.ts'
import { clientKey, serverKey } from './keys.ts'
import { createCancel, createNon2xxAck } from './requests.ts'
import type { ServerTransaction } from './server-transaction.ts'
import { TransactionLayer, type TransactionOptions } from './transaction-layer.ts'

const VIA = 'SIP/2.0/UDP 192.0.2.1:5070;branch=z9hG4bKone'

interface Parts {
  method?: string
  via?: string
  uri?: string
  fromTag?: string
  toTag?: string
  callId?: string
  cseq?: number
}

function request(parts: Parts = {}): SipRequest {
  const { method = 'INVITE', via = VIA, uri = 'sip:b@example.com', fromTag = 'a', callId = 'c1', cseq = 1 } = parts
  const to = `<sip:b@example.com>${parts.toTag ? `;tag=${parts.toTag}` : ''}`
  return createRequest({ method, uri, from: `<sip:a@example.com>;tag=${fromTag}`, to, callId, cseq, via: [via] })
}

function bench(options: Partial<TransactionOptions<string>> = {}, seen: (message: AnySipMessage) => void = () => {}) {
  const told: string[] = []
  const sent: { name: string; target: string }[] = []
  const servers: ServerTransaction<string>[] = []
  const layer = new TransactionLayer<string>(
    {
      reliable: () => false,
      send: (message: AnySipMessage, target) => {
        seen(message)
        sent.push({ name: message.kind === 'request' ? message.method : String(message.status), target })
      },
    },
    {
      onRequest: (message, transaction, source) => {
        told.push(`${message.method} of ${source}`)
        servers.push(transaction)
      },
      onAck: (_, source) => told.push(`ACK of ${source}`),
      onStrayResponse: (response, source) => told.push(`stray ${response.status} of ${source}`),
    },
    { clock: new VirtualClock(0), tryingAfterMs: null, ...options },
  )
  const call = (message: SipRequest) =>
    layer.request(message, 'there', {
      onResponse: (response) => told.push(`${message.method} ${message.via.branch}: ${response.status}`),
      onFailure: (failure) => told.push(failure),
    })
  return { layer, told, sent, servers, call }
}

describe('which client transaction a response belongs to (RFC 3261 17.1.3)', () => {
  it('is said by the branch of its top Via and the method of its CSeq, and by nothing else', () => {
    const { layer, told, call } = bench()
    const one = call(request({ via: VIA })).request
    call(request({ via: VIA.replace('one', 'two') }))
    const other = responseTo(one, 180, { toTag: 't' }).set('From', '<sip:x@y>;tag=z').set('Call-ID', 'another')
    layer.receive(other, 'a')
    expect(told).toEqual(['INVITE z9hG4bKone: 180'])
  })

  it('keeps a CANCEL and its INVITE apart, which have one branch', () => {
    const { layer, told, call } = bench()
    const invite = call(request()).request
    const cancel = call(createCancel(invite)).request
    layer.receive(responseTo(cancel, 200), 'a')
    layer.receive(responseTo(invite, 487), 'a')
    expect(told).toEqual(['CANCEL z9hG4bKone: 200', 'INVITE z9hG4bKone: 487'])
  })

  it('is none when only a lower Via has the branch: the answer of a loop is not ours', () => {
    const { layer, told, call } = bench()
    const { request: invite } = call(request())
    const foreign = responseTo(invite, 200).prepend('Via', 'SIP/2.0/UDP p.example;branch=z9hG4bKforeign')
    layer.receive(foreign, 'p')
    expect(told).toEqual(['stray 200 of p'])
  })

  it('reads the branch from a Via line that holds several', () => {
    const two = request({ via: `${VIA}, SIP/2.0/TCP 192.0.2.9;branch=z9hG4bKtwo` })
    expect(clientKey(two)).toBe(clientKey(request()))
  })
})

describe('which server transaction a request belongs to (RFC 3261 17.2.3)', () => {
  it('is said by branch, sent-by and method: all else may differ', () => {
    const { layer, told } = bench()
    layer.receive(request(), 'a')
    layer.receive(request({ uri: 'sip:other@example.com', fromTag: 'b', callId: 'c2', cseq: 9 }), 'b')
    expect(told).toEqual(['INVITE of a'])
  })

  it.each([
    ['another branch', { via: VIA.replace('one', 'two') }],
    ['another host', { via: VIA.replace('192.0.2.1', '192.0.2.2') }],
    ['another port', { via: VIA.replace('5070', '5071') }],
    ['no port where there was one', { via: VIA.replace(':5070', '') }],
    ['another method', { method: 'OPTIONS' }],
  ] as const)('is another one with %s', (_, parts) => {
    const { layer, servers } = bench()
    layer.receive(request(), 'a')
    layer.receive(request(parts), 'a')
    expect(servers.length).toBe(2)
  })

  it('does not mind the case of the host, nor received and rport, which we stamp ourselves', () => {
    const named = (host: string, more = '') => serverKey(request({ via: `SIP/2.0/UDP ${host};branch=z9hG4bKx${more}` }))
    expect(named('PHONE.Example')).toBe(named('phone.example'))
    expect(named('phone.example', ';rport=9;received=192.0.2.7')).toBe(named('phone.example', ';rport'))
  })

  it('takes an ACK to the INVITE only: a stray one is for the user', () => {
    const { layer, told, servers } = bench()
    layer.receive(request({ method: 'OPTIONS' }), 'a')
    layer.receive(request({ method: 'ACK' }), 'a')
    expect([told, servers[0]!.state]).toEqual([['OPTIONS of a', 'ACK of a'], 'trying'])
  })

  it('keeps two requests of one call apart that came over two ways: merging is seen by the user (8.2.2.2)', () => {
    const { layer, servers } = bench()
    layer.receive(request({ via: 'SIP/2.0/UDP p1.example;branch=z9hG4bKleft' }), 'p1')
    layer.receive(request({ via: 'SIP/2.0/UDP p2.example;branch=z9hG4bKright' }), 'p2')
    expect(servers.map((server) => [server.source, server.request.callId])).toEqual([
      ['p1', 'c1'],
      ['p2', 'c1'],
    ])
  })

  it('finds the INVITE of a CANCEL by its branch, answered or not, until it is forgotten', () => {
    const { layer, servers } = bench()
    const cancel = request({ method: 'CANCEL' })
    expect(layer.findInvite(cancel)).toBeUndefined()
    layer.receive(request(), 'a')
    layer.receive(cancel, 'a')
    expect(layer.findInvite(cancel)).toBe(servers[0])
    servers[0]!.respond(responseTo(servers[0]!.request, 486))
    expect(layer.findInvite(cancel)).toBe(servers[0])
    servers[0]!.close()
    expect(layer.findInvite(cancel)).toBeUndefined()
    expect(layer.findInvite(request({ method: 'CANCEL', via: VIA.replace('5070', '5071') }))).toBeUndefined()
  })

  it('finds no INVITE for the CANCEL of something else', () => {
    const { layer } = bench()
    layer.receive(request({ method: 'OPTIONS' }), 'a')
    expect(layer.findInvite(request({ method: 'CANCEL' }))).toBeUndefined()
  })

  it('has as many keys as there are different triples', () => {
    const parts = fc.record({
      branch: fc.constantFrom('z9hG4bKa', 'z9hG4bKb', 'z9hG4bKab'),
      host: fc.constantFrom('h', 'h1', 'bh'),
      port: fc.constantFrom('', ':1', ':11'),
      method: fc.constantFrom('INVITE', 'BYE', 'CANCEL'),
    })
    const keyOf = ({ branch, host, port, method }: { branch: string; host: string; port: string; method: string }) =>
      serverKey(request({ method, via: `SIP/2.0/UDP ${host}${port};branch=${branch}` }))
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        expect(keyOf(a) === keyOf(b)).toBe(JSON.stringify(a) === JSON.stringify(b))
      }),
    )
  })
})

describe('a request of an RFC 2543 element, whose branch has no cookie (RFC 3261 17.2.3)', () => {
  const OLD = 'SIP/2.0/UDP old.example;branch=1'

  it.each([
    ['another Request-URI', { uri: 'sip:other@example.com' }],
    ['another From tag', { fromTag: 'b' }],
    ['another Call-ID', { callId: 'c2' }],
    ['another CSeq', { cseq: 2 }],
    ['another Via', { via: 'SIP/2.0/UDP old.example;branch=2' }],
    ['another transport in the Via', { via: 'SIP/2.0/TCP old.example;branch=1' }],
    ['another method', { method: 'BYE' }],
  ] as const)('is a new one with %s', (_, parts) => {
    const { layer, servers } = bench()
    layer.receive(request({ via: OLD }), 'a')
    layer.receive(request({ via: OLD }), 'a')
    expect(servers.length).toBe(1)
    layer.receive(request({ via: OLD, ...parts }), 'a')
    expect(servers.length).toBe(2)
  })

  it('is never taken for one of an element that has the cookie', () => {
    expect(serverKey(request({ via: OLD }))).not.toBe(serverKey(request({ via: OLD.replace('=1', '=z9hG4bK1') })))
    expect(serverKey(request({ via: 'SIP/2.0/UDP old.example' }))).toMatch(/^2543\|/)
  })

  it('is acknowledged and cancelled by the same fields', () => {
    const { layer, servers } = bench()
    layer.receive(request({ via: OLD }), 'a')
    expect(layer.findInvite(request({ method: 'CANCEL', via: OLD }))).toBe(servers[0])
    servers[0]!.respond(responseTo(servers[0]!.request, 404, { toTag: 'x' }))
    layer.receive(request({ method: 'ACK', via: OLD, toTag: 'x', cseq: 2 }), 'a')
    expect(servers[0]!.state).toBe('completed')
    layer.receive(request({ method: 'ACK', via: OLD, toTag: 'x' }), 'a')
    expect(servers[0]!.state).toBe('confirmed')
  })
})

describe('the requests that go the way of an INVITE', () => {
  const invite = request({ cseq: 77 })
    .append('Route', '<sip:p1.example;lr>')
    .append('Route', '<sip:p2.example;lr>')
    .append('Contact', '<sip:a@192.0.2.1>')
    .append('Require', 'privacy')
    .append('Proxy-Authorization', 'Digest x=1')
    .append('Via', 'SIP/2.0/UDP upstream.example;branch=z9hG4bKup')
    .setBody('v=0', 'application/sdp')
  invite.uri = 'sip:b@192.0.2.2;transport=udp'

  it('CANCEL: one Via, the same routes, tags and number, no body and no Require (RFC 3261 9.1)', () => {
    const cancel = createCancel(invite)
    expect([cancel.method, cancel.uri, cancel.cseq]).toEqual(['CANCEL', invite.uri, { number: 77, method: 'CANCEL' }])
    expect(cancel.getAll('via')).toEqual([VIA])
    expect(cancel.getAll('route')).toEqual(['<sip:p1.example;lr>', '<sip:p2.example;lr>'])
    expect([cancel.get('from'), cancel.get('to'), cancel.callId]).toEqual([invite.get('from'), invite.get('to'), 'c1'])
    expect(['require', 'contact', 'proxy-authorization', 'content-type'].filter((name) => cancel.has(name))).toEqual([])
    expect([cancel.body, cancel.maxForwards]).toEqual(['', 70])
  })

  it('ACK of a refusal: the To of the response, all else of the INVITE (RFC 3261 17.1.1.3)', () => {
    const refusal = responseTo(invite, 486, { toTag: 'bt' })
    const ack = createNon2xxAck(invite, refusal)
    expect([ack.method, ack.uri, ack.cseq, ack.to.tag]).toEqual([
      'ACK',
      invite.uri,
      { number: 77, method: 'ACK' },
      'bt',
    ])
    expect([ack.getAll('via'), ack.getAll('route').length, ack.body]).toEqual([[VIA], 2, ''])
    expect(serverKey(ack)).toBe(serverKey(invite))
  })

  it('leave the INVITE as it was', () => {
    const before = invite.toString()
    createCancel(invite).set('To', '<sip:changed@x>')
    createNon2xxAck(invite, responseTo(invite, 486))
    expect(invite.toString()).toBe(before)
  })

  it('take the top value of a Via line that holds several', () => {
    expect(createCancel(request({ via: `${VIA}, SIP/2.0/UDP u.example;branch=z9hG4bKu` })).getAll('via')).toEqual([VIA])
  })
})

describe('the layer between its users', () => {
  it('sends answers where replyTo says, and tells the source as it was', () => {
    const { layer, sent, servers, told } = bench({ replyTo: (_, source) => `reply to ${source}` })
    layer.receive(request(), 'a')
    servers[0]!.respond(responseTo(servers[0]!.request, 486))
    expect([sent, servers[0]!.source, told]).toEqual([[{ name: '486', target: 'reply to a' }], 'a', ['INVITE of a']])
  })

  it('refuses what is over its limit there too, and takes requests again when there is room', () => {
    const { layer, sent, servers } = bench({ transactionsMax: 1, replyTo: (_, source) => `reply to ${source}` })
    layer.receive(request(), 'a')
    layer.receive(request({ via: VIA.replace('one', 'two') }), 'b')
    expect(sent).toEqual([{ name: '503', target: 'reply to b' }])
    layer.receive(request(), 'a')
    layer.receive(request({ method: 'ACK', via: VIA.replace('one', 'two') }), 'b')
    expect(layer.counts).toMatchObject({ server: 1, refused: 1 })
    servers[0]!.close()
    layer.receive(request({ via: VIA.replace('one', 'two') }), 'b')
    expect(servers.length).toBe(2)
  })

  it('refuses what its user does not admit without a transaction: the same answer each time, and the ACK ends there', () => {
    const refused: SipResponse[] = []
    const { layer, told } = bench({ admits: ({ callId }) => callId !== 'too much' }, (message) => {
      if (message.kind === 'response') refused.push(message)
    })
    const invite = request({ callId: 'too much' })
    layer.receive(invite, 'a')
    layer.receive(invite, 'a')
    expect(refused.map(({ status, to, callId }) => [status, to.tag, callId])).toEqual([
      [503, refused[0]?.to.tag, 'too much'],
      [503, refused[0]?.to.tag, 'too much'],
    ])
    layer.receive(createNon2xxAck(invite, refused[0]!), 'a')
    expect([told, layer.counts.server, layer.counts.refused]).toEqual([[], 0, 2])
    layer.receive(request(), 'a')
    layer.receive(request({ method: 'ACK', toTag: 'another', via: VIA.replace('one', 'two') }), 'a')
    expect(told).toEqual(['INVITE of a', 'ACK of a'])
  })

  it('counts its own requests and those of others against one limit', async () => {
    const { layer, told, call } = bench({ transactionsMax: 2 })
    call(request({ via: VIA }))
    layer.receive(request({ via: VIA.replace('one', 'two') }), 'a')
    const third = call(request({ via: VIA.replace('one', 'three') }))
    await Promise.resolve()
    expect([told, layer.counts.refused, third.state]).toEqual([['INVITE of a', 'overload'], 1, 'calling'])
  })

  it('repeats at once only what is open and what the filter names', () => {
    const { layer, sent, call } = bench()
    const calls = ['one', 'two', 'three', 'four'].map((name) => call(request({ via: VIA.replace('one', name) })))
    layer.receive(responseTo(calls[0]!.request, 180), 'x')
    layer.receive(responseTo(calls[1]!.request, 200, { toTag: 't' }), 'x')
    layer.receive(responseTo(calls[2]!.request, 486, { toTag: 't' }), 'x')
    sent.length = 0
    expect([layer.retransmitNow(), sent.length]).toEqual([1, 1])
    expect([layer.retransmitNow(() => true), sent.length]).toEqual([2, 3])
    expect(layer.retransmitNow((transaction) => transaction.target === 'elsewhere')).toBe(0)
    expect(sent.every(({ name, target }) => name === 'INVITE' && target === 'there')).toBe(true)
  })

  it('takes and sends nothing more after its end', async () => {
    const { layer, told, sent, call } = bench()
    layer.close()
    layer.receive(request(), 'a')
    layer.receive(responseTo(request(), 200), 'a')
    call(request())
    await Promise.resolve()
    expect([told, sent]).toEqual([['overload'], []])
  })

  it('writes a Via with a new branch and rport into what has none, and leaves one that is there', () => {
    const { layer, call } = bench({ sentBy: () => ({ transport: 'TCP', host: '2001:db8::1', port: 5060 }) })
    const bare = () => request().remove('Via')
    const [one, two] = [call(bare()).request, call(bare()).request]
    expect(one.get('via')).toMatch(/^SIP\/2\.0\/TCP \[2001:db8::1\]:5060;branch=z9hG4bK[0-9a-f]{24};rport$/)
    expect(one.via.branch).not.toBe(two.via.branch)
    expect(call(request()).request.getAll('via')).toEqual([VIA])
    const ack = request({ method: 'ACK' }).remove('Via')
    layer.send(ack, 'there')
    expect(ack.via.branch).toMatch(/^z9hG4bK/)
    expect(() => call(request({ method: 'ACK' }))).toThrow('transaction of its own')
  })
})

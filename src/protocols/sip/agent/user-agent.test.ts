import { afterEach, describe, expect, it } from 'vitest'
import { systemClock } from '#base'
import { digestHa1 } from '../auth/digest.ts'
import { checkDigest, digestChallenge, digestClaim } from '../auth/digest-server.ts'
import { NonceCounter } from '../auth/nonce.ts'
import { createRequest, responseTo } from '../message/build.ts'
import type { SipRequest, SipResponse } from '../message/message.ts'
import { TransactionLayer } from '../transaction/transaction-layer.ts'
import type { Target } from '../transport/transport.ts'
import { TransportLayer } from '../transport/transport-layer.ts'
import { openUdp } from '../transport/transport-udp.ts'
import type { CallEnd } from './agent-context.ts'
import type { IncomingCall } from './incoming-call.ts'
import { openUserAgent, type UserAgent, type UserAgentOptions } from './user-agent.ts'

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
})

async function agent(user: string, options: Partial<UserAgentOptions> = {}): Promise<UserAgent> {
  const opened = await openUserAgent({ user, ...options })
  open.push(opened)
  return opened
}

/** A promise and the function that keeps it. */
function promised<T>() {
  let keep: (value: T) => void = () => {}
  const promise = new Promise<T>((resolve) => {
    keep = resolve
  })
  return { promise, keep }
}

const uriOf = (callee: UserAgent) => callee.contact.slice(1, -1)

/** A callee whose calls can be awaited, and whose offers are answered with `answer`. */
async function callee(transport: 'udp' | 'tcp') {
  const called = promised<IncomingCall>()
  const ended = promised<CallEnd>()
  const acknowledged = promised<SipRequest>()
  const requested = promised<SipRequest>()
  const ua = await agent('bob', {
    transport,
    onCall: called.keep,
    callHandlers: {
      onOffer: (_, offer) => `answer to ${offer}`,
      onAcknowledged: (_, ack) => acknowledged.keep(ack),
      onRequest: (_, request) => requested.keep(request),
      onEnded: (_, end) => ended.keep(end),
    },
  })
  return {
    ua,
    called: called.promise,
    ended: ended.promise,
    acknowledged: acknowledged.promise,
    requested: requested.promise,
  }
}

describe.each(['udp', 'tcp'] as const)('a call between two user agents over %s', (transport) => {
  it('rings, is answered, held, transferred and ended', async () => {
    const bob = await callee(transport)
    const alice = await agent('alice', { transport, displayName: 'Alice' })
    const ringing = promised<number>()
    const answered = promised<SipResponse>()
    const call = alice.call(
      { to: uriOf(bob.ua), sdp: 'offer', headers: { 'X-Test': 'yes' } },
      {
        onProgress: (_, response) => ringing.keep(response.status),
        onAnswered: (_, response) => answered.keep(response),
      },
    )
    const incoming = await bob.called
    expect([incoming.invite.body, incoming.invite.get('x-test'), incoming.invite.from.display]).toEqual([
      'offer',
      'yes',
      'Alice',
    ])
    incoming.ring()
    expect(await ringing.promise).toBe(180)
    incoming.answer('answer')
    expect((await answered.promise).body).toBe('answer')
    await bob.acknowledged
    const held = await call.reinvite('hold')
    expect([held.status, held.body, call.state]).toEqual([200, 'answer to hold', 'answered'])
    expect((await call.refer('<sip:carol@example.com>')).status).toBe(202)
    expect((await bob.requested).get('refer-to')).toBe('<sip:carol@example.com>')
    call.hangUp()
    expect(await bob.ended).toEqual({ by: 'peer', status: 200 })
    expect([alice.calls.length, bob.ua.calls.length]).toEqual([0, 0])
  })

  it('is ended by the callee, and knows nothing of it afterwards', async () => {
    const bob = await callee(transport)
    const alice = await agent('alice', { transport })
    const ended = promised<CallEnd>()
    const call = alice.call({ to: uriOf(bob.ua), sdp: 'offer' }, { onEnded: (_, end) => ended.keep(end) })
    const incoming = await bob.called
    incoming.answer('answer')
    await bob.acknowledged
    incoming.hangUp()
    expect(await ended.promise).toEqual({ by: 'peer', status: 200 })
    expect((await call.request('INFO')).status).toBe(481)
  })

  it.each([
    ['rejected', (call: IncomingCall) => call.reject(603), { by: 'peer', status: 603 }],
    ['cancelled', undefined, { by: 'us', status: 487 }],
  ])('is %s', async (_, act, expected) => {
    const bob = await callee(transport)
    const alice = await agent('alice', { transport })
    const ended = promised<CallEnd>()
    const ringing = promised<void>()
    const call = alice.call(
      { to: uriOf(bob.ua), sdp: 'offer' },
      { onEnded: (__, end) => ended.keep(end), onProgress: () => ringing.keep() },
    )
    const incoming = await bob.called
    incoming.ring()
    await ringing.promise
    if (act) act(incoming)
    else call.hangUp()
    expect(await ended.promise).toEqual(expected)
    expect((await bob.ended).status).toBe(expected.status)
  })
})

describe('a user agent', () => {
  it('answers OPTIONS, refuses what it does not serve and calls when nobody takes them', async () => {
    const bob = await agent('bob')
    const alice = await agent('alice')
    const response = await alice.options(uriOf(bob))
    expect([response.status, response.hasToken('allow', 'INVITE')]).toEqual([200, true])
    const ended = promised<CallEnd>()
    alice.call({ to: uriOf(bob), sdp: '' }, { onEnded: (_, end) => ended.keep(end) })
    expect((await ended.promise).status).toBe(480)
  })

  it('hears of a peer that does not answer', async () => {
    const alice = await agent('alice', { timers: { t1Ms: 1, t2Ms: 4, t4Ms: 5 } })
    expect((await alice.options('sip:x@127.0.0.1:9')).status).toBe(408)
    expect((await alice.options('sip:x@127.0.0.1;transport=sctp')).status).toBe(503)
  })

  it('says BYE when its 200 is never acknowledged (RFC 3261 13.3.1.4)', async () => {
    const got = promised<SipRequest>()
    let accepted = 0
    const transports = new TransportLayer((message) => {
      if (message.kind === 'request') got.keep(message)
      else if (message.status === 200) accepted++
    })
    open.push(transports)
    const udp = await openUdp({ address: '127.0.0.1', port: 0 }, transports.receive)
    transports.add(udp)
    const ended = promised<CallEnd>()
    const bob = await agent('bob', {
      timers: { t1Ms: 1, t2Ms: 4, t4Ms: 5 },
      onCall: (call) => call.answer('answer'),
      callHandlers: { onEnded: (_, end) => ended.keep(end) },
    })
    const invite = createRequest({
      method: 'INVITE',
      uri: uriOf(bob),
      from: '<sip:a@127.0.0.1>',
      to: `<${uriOf(bob)}>`,
      callId: 'silent',
      via: [`SIP/2.0/UDP 127.0.0.1:${udp.local.port};branch=z9hG4bKx`],
      contact: `<sip:a@127.0.0.1:${udp.local.port}>`,
      body: 'offer',
    })
    transports.send(invite, { transport: 'udp', ...bob.local }, () => {})
    expect(await ended.promise).toEqual({ by: 'us', status: 200 })
    expect((await got.promise).method).toBe('BYE')
    expect(accepted).toBeGreaterThan(2)
  })

  it('refuses an offer while its own is under way, and ends a second fork (RFC 3261 14.2, 13.2.2.4)', async () => {
    const seen: SipRequest[] = []
    const wakers: (() => void)[] = []
    const answers: SipResponse[] = []
    const transports = new TransportLayer((message) => {
      if (message.kind === 'request') seen.push(message)
      else answers.push(message)
      wakers.shift()?.()
    })
    open.push(transports)
    const udp = await openUdp({ address: '127.0.0.1', port: 0 }, transports.receive)
    transports.add(udp)
    const until = async (found: () => unknown) => {
      while (!found()) await new Promise<void>((resolve) => wakers.push(resolve))
    }
    const alice = await agent('alice', { proxy: udp.local })
    const place = { transport: 'udp', ...alice.local } as const
    const answered = promised<void>()
    const call = alice.call({ to: 'sip:bob@127.0.0.1', sdp: 'offer' }, { onAnswered: () => answered.keep() })
    await until(() => seen.length > 0)
    const invite = seen[0]!
    const accept = (toTag: string) =>
      transports.send(
        responseTo(invite, 200, { toTag, headers: { Contact: '<sip:bob@127.0.0.1:9>' } }),
        place,
        () => {},
      )
    accept('one')
    await answered.promise
    accept('two')
    await until(() => seen.some(({ method, to }) => method === 'BYE' && to.tag === 'two'))
    expect([call.state, call.dialog?.remoteTag]).toEqual(['answered', 'one'])
    void call.reinvite('mine')
    await until(() => seen.some(({ method, body }) => method === 'INVITE' && body === 'mine'))
    const theirs = createRequest({
      method: 'INVITE',
      uri: uriOf(alice),
      from: '<sip:bob@127.0.0.1>;tag=one',
      to: `${invite.get('from')}`,
      callId: invite.callId,
      via: [`SIP/2.0/UDP 127.0.0.1:${udp.local.port};branch=z9hG4bKglare`],
      body: 'theirs',
    })
    transports.send(theirs, place, () => {})
    await until(() => answers.some(({ status }) => status === 491))
  })

  it('registers with digest, and is told when the password is wrong', async () => {
    const key = 'k'
    const counter = new NonceCounter()
    const ha1 = digestHa1('SHA-256', { user: 'bob', realm: 'tandem', password: 'right' })
    const registrar: TransactionLayer<Target> = new TransactionLayer<Target>(
      { send: (message, target, failed) => transports.send(message, target, failed), reliable: () => false },
      {
        onAck: () => {},
        onRequest(request, transaction) {
          const now = systemClock.now()
          const claim = digestClaim(request, 'tandem')
          const ok = claim && checkDigest(request, claim, { 'SHA-256': ha1 }, { key, now, counter }) === 'ok'
          const challenge = digestChallenge({ realm: 'tandem', key, now })
          transaction.respond(
            ok
              ? responseTo(request, 200, { headers: { Contact: request.get('contact'), Expires: 60 } })
              : responseTo(request, challenge.status, { headers: challenge.headers }),
          )
        },
      },
      { clock: systemClock },
    )
    const transports = new TransportLayer((message, source) => registrar.receive(message, source))
    const udp = await openUdp({ address: '127.0.0.1', port: 0 }, transports.receive)
    transports.add(udp)
    open.push(registrar, transports)
    const bob = await agent('bob', {
      proxy: udp.local,
      domain: 'tandem',
      credentials: { user: 'bob', password: 'right' },
    })
    const response = await bob.register()
    expect([response.status, response.get('contact'), response.expires]).toEqual([200, bob.contact, 60])
    expect((await bob.register(0)).status).toBe(200)
    const eve = await agent('bob', {
      proxy: udp.local,
      domain: 'tandem',
      credentials: { user: 'bob', password: 'guess' },
    })
    expect((await eve.register()).status).toBe(401)
    expect((await (await agent('bob', { proxy: udp.local })).register()).status).toBe(401)
  })

  it('closes twice', async () => {
    const alice = await agent('alice')
    await alice.close()
    await alice.close()
    expect(() => alice.call({ to: 'sip:x@y', sdp: '' })).toThrow('closed')
  })
})

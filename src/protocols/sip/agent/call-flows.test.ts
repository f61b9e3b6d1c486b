import { afterEach, describe, expect, it } from 'vitest'
import { VirtualClock } from '#base'
import { createUacDialog, createUasDialog, type Dialog } from '../dialog/dialog.ts'
import { createAck, createDialogRequest, type DialogRequestInput } from '../dialog/dialog-request.ts'
import { createRequest, newBranch, responseTo } from '../message/build.ts'
import type { SipRequest, SipResponse } from '../message/message.ts'
import { createCancel } from '../transaction/requests.ts'
import type { Target } from '../transport/transport.ts'
import { TransportLayer } from '../transport/transport-layer.ts'
import { openUdp } from '../transport/transport-udp.ts'
import type { CallEnd, CallHandlers } from './agent-context.ts'
import type { IncomingCall } from './incoming-call.ts'
import { openUserAgent, type UserAgentOptions } from './user-agent.ts'

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
})

/** A peer that says what it is told to say and nothing by itself, so that it can be rude. */
async function wire(options: Partial<UserAgentOptions> = {}) {
  const requests: SipRequest[] = []
  const responses: SipResponse[] = []
  const wakers = new Set<() => void>()
  const transports = new TransportLayer((message) => {
    if (message.kind === 'request') requests.push(message)
    else responses.push(message)
    for (const wake of wakers) wake()
  })
  open.push(transports)
  const udp = await openUdp({ address: '127.0.0.1', port: 0 }, transports.receive)
  transports.add(udp)
  const ua = await openUserAgent({ user: 'alice', proxy: udp.local, ...options })
  open.push(ua)
  const place: Target = { transport: 'udp', ...ua.local }
  const until = async <T>(find: () => T | undefined): Promise<T> => {
    for (;;) {
      const found = find()
      if (found !== undefined) return found
      await new Promise<void>((resolve) => {
        const wake = () => {
          wakers.delete(wake)
          resolve()
        }
        wakers.add(wake)
      })
    }
  }
  const via = () => `SIP/2.0/UDP 127.0.0.1:${udp.local.port};branch=${newBranch()}`
  const send = (message: SipRequest | SipResponse) => transports.send(message, place, () => {})
  const contact = `<sip:bob@127.0.0.1:${udp.local.port}>`
  return {
    ua,
    requests,
    responses,
    send,
    contact,
    until,
    request: (method: string, nth = 0) => until(() => requests.filter((one) => one.method === method)[nth]),
    response: (to: SipRequest, status: number) =>
      until(() => responses.find((one) => one.status === status && one.via.branch === to.via.branch)),
    answer: (to: SipRequest, status: number, toTag = 'bt', headers: Record<string, string> = {}) =>
      send(responseTo(to, status, { toTag, headers: { Contact: contact, ...headers } })),
    invite(body = 'offer') {
      const invite = createRequest({
        method: 'INVITE',
        uri: ua.contact.slice(1, -1),
        from: '<sip:bob@127.0.0.1>;tag=bt',
        to: '<sip:alice@127.0.0.1>',
        callId: 'of-bob',
        via: [via()],
        contact,
        body,
      })
      send(invite)
      return invite
    },
    inDialog(dialog: Dialog, method: string, input: DialogRequestInput = {}) {
      const built = createDialogRequest(dialog, method, { contact, ...input })
      built.request.prepend('Via', via())
      send(built.request)
      return built
    },
    ack: (dialog: Dialog, cseq: number) => send(createAck(dialog, cseq).prepend('Via', via())),
  }
}

function ends(handlers: CallHandlers = {}) {
  const ended = Promise.withResolvers<CallEnd>()
  return { handlers: { ...handlers, onEnded: (_: unknown, end: CallEnd) => ended.resolve(end) }, ended: ended.promise }
}

describe('a call that we place', () => {
  it('is cancelled only after a provisional response (RFC 3261 9.1), with the branch of its INVITE', async () => {
    const peer = await wire()
    const { handlers, ended } = ends()
    const call = peer.ua.call({ to: 'sip:bob@127.0.0.1', sdp: 'offer' }, handlers)
    const invite = await peer.request('INVITE')
    call.hangUp()
    call.hangUp()
    peer.answer(invite, 180)
    const cancel = await peer.request('CANCEL')
    expect([cancel.via.branch, cancel.cseq.number, cancel.to.tag]).toEqual([invite.via.branch, 1, undefined])
    peer.send(responseTo(cancel, 200))
    peer.answer(invite, 487)
    expect(await ended).toEqual({ by: 'us', status: 487 })
    expect((await peer.request('ACK')).via.branch).toBe(invite.via.branch)
    expect(peer.requests.findIndex(({ method }) => method === 'CANCEL')).toBeGreaterThan(0)
  })

  it('that is answered while our CANCEL is under way is acknowledged and ended with BYE', async () => {
    const peer = await wire()
    const { handlers, ended } = ends()
    const call = peer.ua.call({ to: 'sip:bob@127.0.0.1', sdp: 'offer' }, handlers)
    const invite = await peer.request('INVITE')
    peer.answer(invite, 100)
    call.hangUp()
    peer.answer(invite, 200)
    expect(await ended).toEqual({ by: 'us', status: 200 })
    const [ack, bye] = [await peer.request('ACK'), await peer.request('BYE')]
    expect([ack.cseq.number, ack.via.branch === invite.via.branch, bye.cseq.number, bye.to.tag]).toEqual([
      1,
      false,
      2,
      'bt',
    ])
  })

  it('acknowledges each repetition of the 2xx, and goes by the Contact and routes of the last', async () => {
    const peer = await wire()
    const answered = Promise.withResolvers<void>()
    let times = 0
    const onAnswered = () => {
      times++
      answered.resolve()
    }
    peer.ua.call({ to: 'sip:bob@127.0.0.1', sdp: 'offer' }, { onAnswered })
    const invite = await peer.request('INVITE')
    peer.answer(invite, 180, 'bt', { Contact: '<sip:early@127.0.0.1>' })
    peer.answer(invite, 200, 'bt', { 'Record-Route': '<sip:p.example;lr>' })
    await answered.promise
    peer.answer(invite, 200, 'bt', { 'Record-Route': '<sip:p.example;lr>' })
    const acks = [await peer.request('ACK', 0), await peer.request('ACK', 1)]
    for (const ack of acks)
      expect([ack.uri, ack.getAll('route')]).toEqual([peer.contact.slice(1, -1), ['<sip:p.example;lr>']])
    expect(times).toBe(1)
  })

  it.each([404, 486, 503, 603])('that is refused with %i is over, and acknowledged', async (status) => {
    const peer = await wire()
    const { handlers, ended } = ends()
    const call = peer.ua.call({ to: 'sip:bob@127.0.0.1', sdp: 'offer' }, handlers)
    peer.answer(await peer.request('INVITE'), status)
    expect(await ended).toEqual({ by: 'peer', status })
    await peer.request('ACK')
    expect([call.state, peer.ua.calls.length]).toEqual(['ended', 0])
  })

  it('takes the refusal of a re-INVITE as an answer, and a 481 as the end', async () => {
    const peer = await wire()
    const answered = Promise.withResolvers<void>()
    const { handlers, ended } = ends({ onAnswered: () => answered.resolve() })
    const call = peer.ua.call({ to: 'sip:bob@127.0.0.1', sdp: 'offer' }, handlers)
    peer.answer(await peer.request('INVITE'), 200)
    await answered.promise
    const held = call.reinvite('hold')
    peer.answer(await peer.request('INVITE', 1), 488)
    expect([(await held).status, call.state]).toEqual([488, 'answered'])
    const retrieved = call.reinvite('retrieve')
    const second = await peer.request('INVITE', 2)
    expect([second.body, second.cseq.number, second.to.tag]).toEqual(['retrieve', 3, 'bt'])
    peer.answer(second, 200)
    expect([(await retrieved).status, (await peer.request('ACK', 2)).cseq.number]).toEqual([200, 3])
    const lost = call.request('INFO')
    peer.answer(await peer.request('INFO'), 481)
    expect([(await lost).status, await ended]).toEqual([481, { by: 'peer', status: 481 }])
  })
})

describe('a call that comes to us', () => {
  const incoming = async (callHandlers: CallHandlers = {}) => {
    const called = Promise.withResolvers<IncomingCall>()
    const { handlers, ended } = ends(callHandlers)
    const clock = new VirtualClock()
    const peer = await wire({ onCall: called.resolve, callHandlers: handlers, clock })
    const invite = peer.invite()
    const call = await called.promise
    const dialog = (response: SipResponse) => createUacDialog(invite, response)!
    return { peer, invite, call, ended, dialog, clock }
  }

  it('is cancelled: 200 to the CANCEL, 487 to the INVITE, both with our tag', async () => {
    const { peer, invite, call, ended } = await incoming()
    const cancel = createCancel(invite)
    call.ring()
    peer.send(cancel)
    const refused = await peer.response(invite, 487)
    expect(await ended).toEqual({ by: 'peer', status: 487 })
    expect([refused.to.tag, call.state]).toEqual([call.localTag, 'ended'])
    expect(await peer.until(() => peer.responses.find(({ cseq }) => cseq.method === 'CANCEL'))).toMatchObject({
      status: 200,
    })
  })

  it('goes on when its CANCEL comes after our answer', async () => {
    const { peer, invite, call, dialog } = await incoming()
    call.answer('answer')
    const accepted = await peer.response(invite, 200)
    peer.send(createCancel(invite))
    await peer.until(() => peer.responses.find(({ cseq }) => cseq.method === 'CANCEL'))
    expect(call.state).toBe('answered')
    peer.ack(dialog(accepted), 1)
    const { request } = peer.inDialog(dialog(accepted), 'BYE')
    await peer.response(request, 200)
    expect(peer.responses.some(({ status }) => status === 487)).toBe(false)
  })

  it('refuses a CANCEL of nothing with 481', async () => {
    const { peer, invite } = await incoming()
    const cancel = createCancel(invite)
    cancel.setFirst('Via', `${invite.get('via')}x`)
    peer.send(cancel)
    await peer.response(cancel, 481)
  })

  it('that is ended by BYE while it rings has its INVITE answered too, with 487 (RFC 3261 15.1.2)', async () => {
    const { peer, invite, call, ended, dialog } = await incoming()
    call.ring()
    const ringing = await peer.response(invite, 180)
    const { request } = peer.inDialog(dialog(ringing), 'BYE')
    await peer.response(request, 200)
    expect((await peer.response(invite, 487)).to.tag).toBe(call.localTag)
    expect((await ended).by).toBe('peer')
  })

  it('refuses a second INVITE before the first is answered with 500 and a Retry-After (RFC 3261 14.2)', async () => {
    const { peer, invite, call, dialog } = await incoming()
    call.ring()
    const ringing = await peer.response(invite, 180)
    const { request } = peer.inDialog(dialog(ringing), 'INVITE', { body: 'second' })
    const refused = await peer.response(request, 500)
    expect(Number(refused.get('retry-after'))).toBeLessThanOrEqual(10)
    expect(call.state).toBe('ringing')
  })

  it('refuses an offer that nobody answers with 488, one of a lower CSeq with 500, and stays up', async () => {
    const { peer, invite, call, dialog } = await incoming({ onOffer: (_, offer) => (offer === 'bad' ? 606 : 488) })
    call.answer('answer')
    const made = dialog(await peer.response(invite, 200))
    peer.ack(made, 1)
    const first = peer.inDialog(made, 'INVITE', { body: 'bad' })
    await peer.response(first.request, 606)
    const second = peer.inDialog(first.dialog, 'UPDATE', { body: 'worse' })
    await peer.response(second.request, 488)
    const late = peer.inDialog(made, 'INFO')
    await peer.response(late.request, 500)
    expect(call.state).toBe('answered')
  })

  it('stays up when a re-INVITE overtakes the ACK of the first 2xx, and only its own ACK is still awaited', async () => {
    const acknowledged = Promise.withResolvers<number>()
    const { peer, invite, call, dialog, clock } = await incoming({
      onOffer: () => 'again',
      onAcknowledged: (_, ack) => acknowledged.resolve(ack.cseq.number),
    })
    call.answer('answer')
    const made = dialog(await peer.response(invite, 200))
    const again = peer.inDialog(made, 'INVITE', { body: 'second' })
    await peer.response(again.request, 200)
    peer.ack(made, 1)
    peer.ack(again.dialog, again.request.cseq.number)
    expect(await acknowledged.promise).toBe(2)
    clock.advance(64_000)
    expect([call.state, peer.responses.filter(({ body }) => body === 'again').length]).toEqual(['answered', 1])
  })

  it('answers what belongs to no call with 481', async () => {
    const { peer, invite, call } = await incoming()
    const stray = createUasDialog(invite, 'nobody')
    const other = { ...stray, localTag: 'bt', remoteTag: 'x', local: stray.remote, remote: `${stray.local}` }
    const { request } = peer.inDialog({ ...other, remoteTarget: peer.ua.contact.slice(1, -1) }, 'BYE')
    await peer.response(request, 481)
    expect(call.state).toBe('calling')
  })
})

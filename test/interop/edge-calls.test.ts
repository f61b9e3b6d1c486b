import { describe, expect, it } from 'vitest'
import { VirtualClock } from '#base'
import type { EdgeEngine } from '#engines/edge'
import { kept } from '../kit/kept.ts'
import {
  answer,
  type FakeCore,
  header,
  headers,
  RawPhone,
  register,
  request,
  startCore,
  startEdge,
  until,
  viaOf,
  viaOfCore,
} from './edge-kit.ts'

async function edgeAndCore(users: Record<string, string> = {}): Promise<{
  edge: EdgeEngine & { sipPort: number }
  core: FakeCore
}> {
  const edge = kept(await startEdge())
  const core = kept(await startCore(edge, { users }))
  return { edge, core }
}

const CONTACT_OF_CORE = (port: number): string => `Contact: <sip:tandem@127.0.0.1:${port}>`

describe('a call from a phone', () => {
  it('goes to the core and back, with every hop in its place', async () => {
    const { edge, core } = await edgeAndCore()
    const phone = kept(await RawPhone.udp(edge.sipPort))
    const uri = `sip:1009@127.0.0.1:${edge.sipPort}`
    phone.send(
      request({ method: 'INVITE', uri, via: viaOf(phone), more: ['X-Own: kept', 'P-Asserted-Identity: <sip:boss@x>'] }),
    )
    const invite = await core.take('INVITE')
    expect(invite.source).toEqual({ transport: 'udp', address: '127.0.0.1', port: phone.port })
    expect(invite.user).toBeUndefined()
    expect(headers(invite.message, 'Via')).toHaveLength(2)
    expect(header(invite.message, 'Max-Forwards')).toBe('69')
    expect(header(invite.message, 'X-Own')).toBe('kept')
    expect(header(invite.message, 'P-Asserted-Identity')).toBeUndefined()
    expect(header(invite.message, 'Record-Route')).toMatch(new RegExp(`^<sip:[\\w-]+@127.0.0.1:${edge.sipPort};lr>$`))
    core.send(answer(invite.message, '100 Trying'))
    await phone.take('SIP/2.0 100')
    core.send(answer(invite.message, '180 Ringing'))
    await phone.take('SIP/2.0 180')
    core.send(answer(invite.message, '200 OK', CONTACT_OF_CORE(edge.sipPort)))
    const ok = await phone.take('SIP/2.0 200')
    expect(headers(ok, 'Via')).toHaveLength(1)
    const route = `Route: ${header(ok, 'Record-Route')}`
    const dialog = { to: header(ok, 'To') ?? '', more: [route] }
    phone.send(request({ method: 'ACK', uri: `sip:tandem@127.0.0.1:${edge.sipPort}`, via: viaOf(phone), ...dialog }))
    const ack = await core.take('ACK')
    expect(header(ack.message, 'Route')).toBeUndefined()
    phone.send(
      request({ method: 'BYE', uri: `sip:tandem@127.0.0.1:${edge.sipPort}`, via: viaOf(phone), cseq: 2, ...dialog }),
    )
    core.send(answer((await core.take('BYE')).message, '200 OK'))
    await phone.take('SIP/2.0 200', (message) => header(message, 'CSeq') === '2 BYE')
  })

  it('hears 100 only after the core has said it', async () => {
    const { edge, core } = await edgeAndCore()
    const phone = kept(await RawPhone.udp(edge.sipPort))
    phone.send(request({ method: 'INVITE', uri: `sip:1009@127.0.0.1:${edge.sipPort}`, via: viaOf(phone) }))
    const first = await core.take('INVITE')
    await core.take('INVITE') // The edge repeats it, so its own timer has passed, and the 200 ms of RFC 3261 17.2.1 too.
    expect(phone.inbox.all).toEqual([])
    core.send(answer(first.message, '100 Trying'))
    await phone.take('SIP/2.0 100')
  })

  it('is given to the next core when the first one dies before it has said 100; the caller sees one call', async () => {
    const { edge, core } = await edgeAndCore()
    const phone = kept(await RawPhone.udp(edge.sipPort))
    phone.send(request({ method: 'INVITE', uri: `sip:1009@127.0.0.1:${edge.sipPort}`, via: viaOf(phone) }))
    const before = await core.take('INVITE')
    await core.close()
    await until(() => edge.status().core === undefined)
    const next = kept(await startCore(edge, { term: 2 }))
    const after = await next.take('INVITE')
    expect(header(after.message, 'Via')).toBe(header(before.message, 'Via'))
    next.send(answer(after.message, '100 Trying'))
    await phone.take('SIP/2.0 100')
    next.send(answer(after.message, '486 Busy Here'))
    const busy = await phone.take('SIP/2.0 486')
    phone.send(
      request({
        method: 'ACK',
        uri: `sip:1009@127.0.0.1:${edge.sipPort}`,
        via: header(before.message, 'Via') ?? '',
        to: header(busy, 'To') ?? '',
      }),
    )
    await next.take('ACK')
    expect(phone.count('SIP/2.0 486')).toBe(1)
  })

  it('waits for a core when none is there yet', async () => {
    const edge = kept(await startEdge())
    const phone = kept(await RawPhone.udp(edge.sipPort))
    phone.send(request({ method: 'INVITE', uri: `sip:1009@127.0.0.1:${edge.sipPort}`, via: viaOf(phone) }))
    await until(() => edge.status().counters.undelivered > 0)
    const core = kept(await startCore(edge))
    await core.take('INVITE')
    expect(edge.status().counters.retransmitted).toBe(1)
  })

  it('is told 503 when no core comes for 32 s; a BYE is told nothing, so that no dialog ends by our word', async () => {
    const clock = new VirtualClock()
    const edge = kept(await startEdge({ clock }))
    const phone = kept(await RawPhone.udp(edge.sipPort))
    const uri = `sip:1009@127.0.0.1:${edge.sipPort}`
    phone.send(request({ method: 'INVITE', uri, via: viaOf(phone) }))
    phone.send(request({ method: 'BYE', uri, via: viaOf(phone), cseq: 2, to: '<sip:a@b>;tag=dialog' }))
    await until(() => edge.status().transactions.open === 2)
    clock.advance(31_999)
    expect(phone.inbox.all).toEqual([])
    clock.advance(1)
    const busy = await phone.take('SIP/2.0 503')
    expect([header(busy, 'CSeq'), header(busy, 'Retry-After')]).toEqual(['1 INVITE', '2'])
    expect(edge.status().transactions.open).toBe(0)
    expect(phone.inbox.all.filter((message) => header(message, 'CSeq') === '2 BYE')).toEqual([])
  })

  it('that is new is told 503 at once by an edge that has had no core for 10 s, and tries another; a dialog waits', async () => {
    const clock = new VirtualClock()
    const edge = kept(await startEdge({ clock }))
    const phone = kept(await RawPhone.udp(edge.sipPort))
    const uri = `sip:1009@127.0.0.1:${edge.sipPort}`
    clock.advance(10_001)
    phone.send(request({ method: 'INVITE', uri, via: viaOf(phone), cseq: 2, to: '<sip:a@b>;tag=dialog' }))
    phone.send(request({ method: 'INVITE', uri, via: viaOf(phone), callId: 'new' }))
    expect(header(await phone.take('SIP/2.0 503'), 'Call-ID')).toBe('new')
    expect(edge.status().transactions.open).toBe(1)
  })

  it('goes on with the next core after 180', async () => {
    const { edge, core } = await edgeAndCore()
    const phone = kept(await RawPhone.udp(edge.sipPort))
    phone.send(request({ method: 'INVITE', uri: `sip:1009@127.0.0.1:${edge.sipPort}`, via: viaOf(phone) }))
    const invite = await core.take('INVITE')
    core.send(answer(invite.message, '180 Ringing'))
    await phone.take('SIP/2.0 180')
    await core.close()
    const next = kept(await startCore(edge, { term: 2 }))
    next.send(answer(invite.message, '200 OK', CONTACT_OF_CORE(edge.sipPort)))
    await phone.take('SIP/2.0 200')
    expect(next.sip.all.filter(({ message }) => message.startsWith('INVITE'))).toEqual([])
  })

  it('is cancelled: at once when the core has answered, else when it does', async () => {
    const { edge, core } = await edgeAndCore()
    const phone = kept(await RawPhone.udp(edge.sipPort))
    const invite = { uri: `sip:1009@127.0.0.1:${edge.sipPort}`, via: viaOf(phone) }
    phone.send(request({ method: 'INVITE', ...invite }))
    const taken = await core.take('INVITE')
    phone.send(request({ method: 'CANCEL', ...invite }))
    await phone.take('SIP/2.0 200', (message) => header(message, 'CSeq') === '1 CANCEL')
    expect(core.sip.all.some(({ message }) => message.startsWith('CANCEL'))).toBe(false)
    core.send(answer(taken.message, '100 Trying'))
    const cancel = await core.take('CANCEL')
    expect(header(cancel.message, 'Via')).toBe(header(taken.message, 'Via'))
    core.send(answer(cancel.message, '200 OK'))
    core.send(answer(taken.message, '487 Request Terminated'))
    await phone.take('SIP/2.0 487')
    await core.take('ACK')
  })

  it('keeps the answer that crossed its CANCEL', async () => {
    const { edge, core } = await edgeAndCore()
    const phone = kept(await RawPhone.udp(edge.sipPort))
    const invite = { uri: `sip:1009@127.0.0.1:${edge.sipPort}`, via: viaOf(phone) }
    phone.send(request({ method: 'INVITE', ...invite }))
    const taken = await core.take('INVITE')
    core.send(answer(taken.message, '180 Ringing'))
    await phone.take('SIP/2.0 180')
    phone.send(request({ method: 'CANCEL', ...invite }))
    await core.take('CANCEL')
    core.send(answer(taken.message, '200 OK', CONTACT_OF_CORE(edge.sipPort)))
    await phone.take('SIP/2.0 200', (message) => header(message, 'CSeq') === '1 INVITE')
  })

  it('has each repeated 2xx of the core sent on', async () => {
    const { edge, core } = await edgeAndCore()
    const phone = kept(await RawPhone.udp(edge.sipPort))
    phone.send(request({ method: 'INVITE', uri: `sip:1009@127.0.0.1:${edge.sipPort}`, via: viaOf(phone) }))
    const invite = await core.take('INVITE')
    for (let count = 0; count < 3; count++) core.send(answer(invite.message, '200 OK', CONTACT_OF_CORE(edge.sipPort)))
    await until(() => phone.count('SIP/2.0 200') === 3)
  })
})

describe('a call from the core', () => {
  it('finds the registered phone, over UDP and over the connection of a TCP phone', async () => {
    const { edge, core } = await edgeAndCore({ 2001: 'a', 2002: 'b' })
    for (const transport of ['udp', 'tcp'] as const) {
      const user = transport === 'udp' ? '2001' : '2002'
      const phone = kept(await RawPhone[transport](edge.sipPort))
      const contact = transport === 'udp' ? `sip:${user}@${phone.place}` : `sip:${user}@192.0.2.7:5060;transport=tcp`
      const more = [`Contact: <${contact}>`]
      expect(await register(phone, edge.sipPort, { user, password: core.users.get(user) ?? '', more })).toMatch(
        /^SIP\/2.0 200/,
      )
      const uri = `sip:${user}@127.0.0.1:${edge.sipPort}`
      core.send(
        request({ method: 'INVITE', uri, via: viaOfCore(), callId: user, more: [CONTACT_OF_CORE(edge.sipPort)] }),
      )
      const invite = await phone.take(`INVITE ${contact} SIP/2.0`)
      expect(headers(invite, 'Via')).toHaveLength(2)
      phone.send(answer(invite, '180 Ringing'))
      const ringing = await core.take('SIP/2.0 180')
      expect(ringing).toMatchObject({ user, source: { transport, port: phone.port } })
      expect(headers(ringing.message, 'Via')).toHaveLength(1)
      phone.send(answer(invite, '200 OK', `Contact: <${contact}>`))
      const ok = await core.take('SIP/2.0 200')
      const route = `Route: ${header(ok.message, 'Record-Route')}`
      const dialog = { uri: contact, callId: user, to: header(ok.message, 'To') ?? '', more: [route] }
      core.send(request({ method: 'ACK', via: viaOfCore(), ...dialog }))
      await phone.take(`ACK ${contact} SIP/2.0`)
      core.send(request({ method: 'BYE', via: viaOfCore(), cseq: 2, ...dialog }))
      const bye = await phone.take(`BYE ${contact} SIP/2.0`)
      expect(header(bye, 'Route')).toBeUndefined()
      phone.send(answer(bye, '200 OK'))
      await core.take('SIP/2.0 200')
    }
  })

  it('is answered 480 at once when nobody has registered', async () => {
    const { edge, core } = await edgeAndCore()
    core.send(request({ method: 'INVITE', uri: `sip:2001@127.0.0.1:${edge.sipPort}`, via: viaOfCore() }))
    await core.take('SIP/2.0 480')
  })

  it('says to the next core, which repeats the INVITE, what the phone has said; the phone rings once', async () => {
    const { edge, core } = await edgeAndCore({ 2001: 'a' })
    const phone = kept(await RawPhone.udp(edge.sipPort))
    await register(phone, edge.sipPort, { user: '2001', password: 'a' })
    const invite = request({ method: 'INVITE', uri: `sip:2001@127.0.0.1:${edge.sipPort}`, via: viaOfCore() })
    core.send(invite)
    const received = await phone.take('INVITE')
    phone.send(answer(received, '180 Ringing'))
    await core.take('SIP/2.0 180')
    await core.close()
    const second = kept(await startCore(edge, { term: 2 }))
    second.send(invite)
    await second.take('SIP/2.0 180')
    await second.close()
    phone.send(answer(received, '200 OK', `Contact: <sip:2001@${phone.place}>`))
    await until(() => edge.status().counters.undelivered > 0)
    const third = kept(await startCore(edge, { term: 3 }))
    await third.take('SIP/2.0 200') // Told at once to a core that comes,
    third.send(invite)
    await third.take('SIP/2.0 200') // and again to one that repeats its INVITE.
    expect(phone.count('INVITE')).toBe(1)
  })

  it('rings all contacts of a user, takes the first that answers and cancels the others', async () => {
    const { edge, core } = await edgeAndCore({ 2001: 'a' })
    const phones = [kept(await RawPhone.udp(edge.sipPort)), kept(await RawPhone.udp(edge.sipPort))] as const
    for (const phone of phones) await register(phone, edge.sipPort, { user: '2001', password: 'a' })
    core.send(request({ method: 'INVITE', uri: `sip:2001@127.0.0.1:${edge.sipPort}`, via: viaOfCore() }))
    const [first, second] = await Promise.all(phones.map((phone) => phone.take('INVITE')))
    phones[1].send(answer(second ?? '', '180 Ringing'))
    phones[0].send(answer(first ?? '', '180 Ringing'))
    await Promise.all([core.take('SIP/2.0 180'), core.take('SIP/2.0 180')])
    phones[0].send(answer(first ?? '', '200 OK'))
    await core.take('SIP/2.0 200')
    const cancel = await phones[1].take('CANCEL')
    phones[1].send(answer(cancel, '200 OK'))
    phones[1].send(answer(second ?? '', '487 Request Terminated'))
    await phones[1].take('ACK')
    expect(core.sip.all.some(({ message }) => message.startsWith('SIP/2.0 487'))).toBe(false)
  })

  it('is cancelled by the core', async () => {
    const { edge, core } = await edgeAndCore({ 2001: 'a' })
    const phone = kept(await RawPhone.udp(edge.sipPort))
    await register(phone, edge.sipPort, { user: '2001', password: 'a' })
    const invite = { uri: `sip:2001@127.0.0.1:${edge.sipPort}`, via: viaOfCore() }
    core.send(request({ method: 'INVITE', ...invite }))
    const received = await phone.take('INVITE')
    phone.send(answer(received, '180 Ringing'))
    await core.take('SIP/2.0 180')
    core.send(request({ method: 'CANCEL', ...invite }))
    await core.take('SIP/2.0 200')
    const cancel = await phone.take('CANCEL')
    expect(header(cancel, 'Via')).toBe(header(received, 'Via'))
    phone.send(answer(cancel, '200 OK'))
    phone.send(answer(received, '487 Request Terminated'))
    await core.take('SIP/2.0 487')
  })
})

describe('an edge that was started anew', () => {
  it('routes BYE both ways over UDP, and answers that were under way', async () => {
    const users = { 2001: 'a' }
    const first = await startEdge()
    const port = first.sipPort
    const core = await startCore(first, { users })
    const phone = kept(await RawPhone.udp(port))
    await register(phone, port, { user: '2001', password: 'a' })
    const told = await core.bindings.take('bindings', ({ bindings }) => bindings.length === 1)
    core.send(request({ method: 'INVITE', uri: `sip:2001@127.0.0.1:${port}`, via: viaOfCore() }))
    const invite = await phone.take('INVITE')
    phone.send(answer(invite, '180 Ringing'))
    await core.take('SIP/2.0 180')
    await core.close()
    await first.close()

    const second = kept(await startEdge({ sipPort: port, instance: 'edge-2' }))
    const next = kept(await startCore(second, { term: 2, users }))
    next.tell('2001', told.bindings)
    await until(() => second.status().bindings === 1)
    phone.send(answer(invite, '200 OK', `Contact: <sip:2001@${phone.place}>`))
    const ok = await next.take('SIP/2.0 200')
    expect(ok.user).toBe('2001')
    const route = header(ok.message, 'Record-Route')
    const to = header(ok.message, 'To') ?? ''
    next.send(
      request({ method: 'ACK', uri: `sip:2001@${phone.place}`, via: viaOfCore(), to, more: [`Route: ${route}`] }),
    )
    await phone.take('ACK')
    next.send(
      request({
        method: 'BYE',
        uri: `sip:2001@${phone.place}`,
        via: viaOfCore(),
        to,
        cseq: 2,
        more: [`Route: ${route}`],
      }),
    )
    phone.send(answer(await phone.take('BYE'), '200 OK'))
    await next.take('SIP/2.0 200')
    phone.send(
      request({
        method: 'BYE',
        uri: `sip:tandem@127.0.0.1:${port}`,
        via: viaOf(phone),
        cseq: 7,
        more: [`Route: ${route}`],
      }),
    )
    const bye = await next.take('BYE')
    expect(bye.user).toBe('2001')
    next.send(answer(bye.message, '200 OK'))
    await phone.take('SIP/2.0 200', (message) => header(message, 'CSeq') === '7 BYE')
  })

  it('gives the core a repeated INVITE as the same transaction, and sends its answer back', async () => {
    const first = await startEdge()
    const port = first.sipPort
    const core = await startCore(first)
    const phone = kept(await RawPhone.udp(port))
    const invite = request({ method: 'INVITE', uri: `sip:1001@127.0.0.1:${port}`, via: viaOf(phone) })
    phone.send(invite)
    const before = await core.take('INVITE')
    await core.close()
    await first.close()
    const second = kept(await startEdge({ sipPort: port, instance: 'edge-2' }))
    const next = kept(await startCore(second, { term: 2 }))
    next.send(answer(before.message, '180 Ringing'))
    await phone.take('SIP/2.0 180')
    phone.send(invite)
    const after = await next.take('INVITE')
    expect(header(after.message, 'Via')).toBe(header(before.message, 'Via'))
  })
})

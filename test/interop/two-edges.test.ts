/** Two edges of one pool: they share the key of tokens and branches, so what one of them leaves behind the other one knows. */
import { describe, expect, it } from 'vitest'
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

interface Side {
  readonly edge: EdgeEngine & { sipPort: number }
  readonly core: FakeCore
}

/** Two edges, each with a connection of the same core, which tells each what the other one says of phones. */
async function twoEdges(users: Record<string, string> = {}): Promise<[Side, Side]> {
  const sides: Side[] = []
  for (const name of ['edge-1', 'edge-2']) {
    const edge = kept(await startEdge({ name, instance: `${name}-test`, wsPort: 0 }))
    sides.push({ edge, core: kept(await startCore(edge, { users })) })
  }
  const [first, second] = sides as [Side, Side]
  first.core.bindings.all.push = told(first, second)
  second.core.bindings.all.push = told(second, first)
  return [first, second]
}

/** Passes on what the one side's edge says of phones, as the voice adapter does. */
function told(from: Side, to: Side): (...notices: unknown[]) => number {
  const { all } = from.core.bindings
  return (...notices) => {
    for (const notice of notices) to.core.client.notify(notice)
    return Array.prototype.push.apply(all, notices)
  }
}

/** A flow of the phone to that edge. */
function flowTo({ edge }: Side, transport: 'tcp' | 'ws'): Promise<RawPhone> {
  return transport === 'tcp' ? RawPhone.tcp(edge.sipPort) : RawPhone.ws(edge.status().sip.wsPort ?? 0)
}

const OUTBOUND = (phone: RawPhone, regId: number): readonly string[] => [
  `Contact: <sip:2001@${phone.place};transport=${phone.transport}>;reg-id=${regId};+sip.instance="<urn:uuid:0001>"`,
  'Supported: path, outbound',
]

describe('two edges, one of which dies', () => {
  it('a request in a dialog of the dead one goes to the core by its token, and the answer back to the phone', async () => {
    const [first, second] = await twoEdges()
    const caller = kept(await RawPhone.udp(first.edge.sipPort))
    const uri = `sip:1009@127.0.0.1:${first.edge.sipPort}`
    caller.send(request({ method: 'INVITE', uri, via: viaOf(caller) }))
    const invite = await first.core.take('INVITE')
    const contact = `Contact: <sip:leg-1@127.0.0.1:${first.edge.sipPort}>`
    first.core.send(answer(invite.message, '200 OK', contact))
    const ok = await caller.take('SIP/2.0 200')
    await first.edge.close()
    const same = kept(await RawPhone.udp(second.edge.sipPort))
    const routes = headers(ok, 'Record-Route').map((value) => `Route: ${value}`)
    const bye = { method: 'BYE', uri: `sip:leg-1@127.0.0.1:${first.edge.sipPort}`, cseq: 2, to: header(ok, 'To') ?? '' }
    same.send(request({ ...bye, via: viaOf(same), more: routes }))
    const taken = await second.core.take('BYE')
    expect(headers(taken.message, 'Route')).toEqual([])
    second.core.send(answer(taken.message, '200 OK'))
    await same.take('SIP/2.0 200')
  })

  it('a stranger with a Route of its own making is not relayed', async () => {
    const [first, second] = await twoEdges()
    const stranger = kept(await RawPhone.udp(second.edge.sipPort))
    const route = `Route: <sip:forged@127.0.0.1:${first.edge.sipPort};lr>`
    stranger.send(
      request({ method: 'BYE', uri: 'sip:somebody@192.0.2.7', via: viaOf(stranger), cseq: 2, more: [route] }),
    )
    await stranger.take('SIP/2.0 403')
  })

  it('an INVITE that the dead one took is answered by the core over the other one', async () => {
    const [first, second] = await twoEdges()
    const caller = kept(await RawPhone.udp(first.edge.sipPort))
    const uri = `sip:1009@127.0.0.1:${first.edge.sipPort}`
    caller.send(request({ method: 'INVITE', uri, via: `${viaOf(caller)};rport` }))
    const invite = await first.core.take('INVITE')
    await first.edge.close()
    second.core.send(answer(invite.message, '200 OK', `Contact: <sip:leg-1@127.0.0.1:${first.edge.sipPort}>`))
    await caller.take('SIP/2.0 200')
  })

  it('a phone on UDP that registered at the dead one rings over the other one, and its answer comes back', async () => {
    const [first, second] = await twoEdges({ '2001': 'secret' })
    const phone = kept(await RawPhone.udp(first.edge.sipPort))
    expect(await register(phone, first.edge.sipPort, { user: '2001', password: 'secret' })).toMatch(/^SIP\/2.0 200/)
    await until(() => second.edge.status().bindings === 1)
    await first.edge.close()
    second.core.send(request({ method: 'INVITE', uri: `sip:2001@127.0.0.1:${second.edge.sipPort}`, via: viaOfCore() }))
    const invite = await phone.take('INVITE')
    const back = kept(await RawPhone.udp(second.edge.sipPort))
    back.send(answer(invite, '180 Ringing'))
    await second.core.take('SIP/2.0 180')
  })

  it('a phone that unregisters at one edge is gone from both, and nobody brings it back', async () => {
    const [first, second] = await twoEdges({ '2001': 'secret' })
    const phone = kept(await RawPhone.udp(first.edge.sipPort))
    await register(phone, first.edge.sipPort, { user: '2001', password: 'secret' })
    await until(() => second.edge.status().bindings === 1)
    const gone = { user: '2001', password: 'secret', cseq: 5, more: ['Contact: *', 'Expires: 0'] }
    expect(await register(phone, first.edge.sipPort, gone)).toMatch(/^SIP\/2.0 200/)
    await until(() => second.edge.status().bindings === 0)
    const said = first.core.bindings.all.length + second.core.bindings.all.length
    second.core.send(request({ method: 'INVITE', uri: `sip:2001@127.0.0.1:${second.edge.sipPort}`, via: viaOfCore() }))
    await second.core.take('SIP/2.0 480')
    expect(first.core.bindings.all.length + second.core.bindings.all.length).toBe(said)
    expect(first.edge.status().bindings).toBe(0)
  })
})

describe.each(['tcp', 'ws'] as const)(
  'a phone with a flow over %s to each edge (RFC 5626, PRX-07, TEL-22)',
  (transport) => {
    it('is one phone: it rings once, over the edge that is asked, and over the other one when the first is dead (AA-03)', async () => {
      const [first, second] = await twoEdges({ '2001': 'secret' })
      const flows = [kept(await flowTo(first, transport)), kept(await flowTo(second, transport))]
      for (const [index, side] of [first, second].entries()) {
        const flow = flows[index]!
        const callId = `flow-${index}`
        const more = OUTBOUND(flow, index + 1)
        const ok = await register(flow, side.edge.sipPort, { user: '2001', password: 'secret', callId, more })
        expect(ok).toMatch(/^SIP\/2.0 200/)
        expect([header(ok, 'Require'), header(ok, 'Flow-Timer')]).toEqual(['outbound', '120'])
      }
      await until(() => [first, second].every(({ edge }) => edge.status().bindings === 2))
      for (const [index, side] of [first, second].entries()) {
        const uri = `sip:2001@127.0.0.1:${side.edge.sipPort}`
        side.core.send(request({ method: 'INVITE', uri, via: viaOfCore(), callId: `ring-${index}` }))
        const invite = await flows[index]!.take('INVITE')
        flows[index]!.send(answer(invite, '486 Busy Here'))
        await side.core.take('SIP/2.0 486')
      }
      expect(flows.map((flow) => flow.count('INVITE'))).toEqual([1, 1])
      await first.edge.close()
      const uri = `sip:2001@127.0.0.1:${second.edge.sipPort}`
      second.core.send(request({ method: 'INVITE', uri, via: viaOfCore(), callId: 'ring-again' }))
      await flows[1]!.take('INVITE', (message) => header(message, 'Call-ID') === 'ring-again')
    })

    it('in a dialog is reached by its other flow, for the token of the dead one names its user', async () => {
      const [first, second] = await twoEdges({ '2001': 'secret' })
      const flows = [kept(await flowTo(first, transport)), kept(await flowTo(second, transport))]
      for (const [index, side] of [first, second].entries()) {
        const more = OUTBOUND(flows[index]!, index + 1)
        await register(flows[index]!, side.edge.sipPort, {
          user: '2001',
          password: 'secret',
          callId: `f-${index}`,
          more,
        })
      }
      await until(() => second.edge.status().bindings === 2)
      const dialled = `sip:2001@127.0.0.1:${first.edge.sipPort}`
      first.core.send(request({ method: 'INVITE', uri: dialled, via: viaOfCore() }))
      const invite = await flows[0]!.take('INVITE')
      flows[0]!.send(answer(invite, '200 OK', `Contact: <sip:2001@${flows[0]!.place};transport=${transport}>`))
      const ok = await first.core.take('SIP/2.0 200')
      await first.edge.close()
      flows[0]!.close()
      const routes = headers(ok.message, 'Record-Route').map((value) => `Route: ${value}`)
      const target = `sip:2001@${flows[0]!.place};transport=${transport}`
      const inDialog = (method: string, cseq: number) =>
        second.core.send(request({ method, uri: target, via: viaOfCore(), cseq, more: routes }))
      inDialog('INVITE', 2)
      flows[1]!.send(answer(await flows[1]!.take('INVITE'), '200 OK', `Contact: <${target}>`))
      await second.core.take('SIP/2.0 200')
      inDialog('ACK', 2)
      expect(header(await flows[1]!.take('ACK'), 'CSeq')).toBe('2 ACK')
      inDialog('BYE', 3)
      const bye = await flows[1]!.take('BYE')
      flows[1]!.send(answer(bye, '200 OK'))
      await second.core.take('SIP/2.0 200')
    })
  },
)

/** Phones in browsers: SIP over WebSocket (RFC 7118) through the edge, as text that a browser sends. */
import { describe, expect, it } from 'vitest'
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

const USERS = { '2001': 'secret' }

async function side(name = 'edge-1') {
  const edge = kept(await startEdge({ name, wsPort: 0, visitorCallsPerMinute: 60 }))
  const core: FakeCore = kept(await startCore(edge, { users: USERS }))
  return { edge, core, wsPort: edge.status().sip.wsPort ?? 0 }
}

const browserContact = (regId: number): readonly string[] => [
  `Contact: <sip:abc@df7jal23ls0d.invalid;transport=ws>;reg-id=${regId};+sip.instance="<urn:uuid:0002>"`,
  'Supported: path, outbound',
]

describe('a browser on a WebSocket', () => {
  it('registers, is called over its connection, and its answer comes back', async () => {
    const { edge, core, wsPort } = await side()
    const browser = kept(await RawPhone.ws(wsPort))
    const options = { user: '2001', password: 'secret', more: browserContact(1) }
    const ok = await register(browser, edge.sipPort, options)
    expect(ok).toMatch(/^SIP\/2.0 200/)
    expect(header(ok, 'Via')).toMatch(/^SIP\/2.0\/WS df7jal23ls0d.invalid;.*received=127.0.0.1/)
    core.send(request({ method: 'INVITE', uri: `sip:2001@127.0.0.1:${edge.sipPort}`, via: viaOfCore() }))
    const invite = await browser.take('INVITE')
    expect(invite).toMatch(/^INVITE sip:abc@df7jal23ls0d.invalid;transport=ws SIP/)
    expect(headers(invite, 'Via')[0]).toMatch(/^SIP\/2.0\/WS /)
    expect(header(invite, 'Record-Route')).toMatch(/;transport=ws;lr>$/)
    browser.send(answer(invite, '200 OK', 'Contact: <sip:abc@df7jal23ls0d.invalid;transport=ws>'))
    expect((await core.take('SIP/2.0 200')).source.transport).toBe('ws')
  })

  it('calls, and a request of the core in the dialog finds it by its token', async () => {
    const { edge, core, wsPort } = await side()
    const browser = kept(await RawPhone.ws(wsPort))
    const uri = `sip:1009@127.0.0.1:${edge.sipPort}`
    const contact = 'Contact: <sip:abc@df7jal23ls0d.invalid;transport=ws>'
    browser.send(request({ method: 'INVITE', uri, via: viaOf(browser), more: [contact] }))
    const invite = await core.take('INVITE')
    core.send(answer(invite.message, '200 OK', `Contact: <sip:leg@127.0.0.1:${edge.sipPort}>`))
    await browser.take('SIP/2.0 200')
    const routes = headers(invite.message, 'Record-Route').map((value) => `Route: ${value}`)
    const bye = { method: 'BYE', uri: 'sip:abc@df7jal23ls0d.invalid;transport=ws', cseq: 7 }
    core.send(request({ ...bye, via: viaOfCore(), more: routes }))
    browser.send(answer(await browser.take('BYE'), '200 OK'))
    await core.take('SIP/2.0 200')
  })

  it('that closed its page is answered for with 480, at once', async () => {
    const { edge, core, wsPort } = await side()
    const browser = await RawPhone.ws(wsPort)
    await register(browser, edge.sipPort, { user: '2001', password: 'secret', more: browserContact(1) })
    browser.close()
    await until(() => edge.status().connections === 0)
    core.send(request({ method: 'INVITE', uri: `sip:2001@127.0.0.1:${edge.sipPort}`, via: viaOfCore() }))
    await core.take('SIP/2.0 480')
  })

  it('has a flow to each of two edges, and is called over the one that is left (RFC 5626, PRX-07)', async () => {
    const [first, second] = [await side('edge-1'), await side('edge-2')]
    const flows = [kept(await RawPhone.ws(first.wsPort)), kept(await RawPhone.ws(second.wsPort))]
    for (const [index, { edge }] of [first, second].entries()) {
      const more = browserContact(index + 1)
      await register(flows[index]!, edge.sipPort, { user: '2001', password: 'secret', callId: `f${index}`, more })
    }
    // What the core does with what an edge says.
    const said = await first.core.bindings.take('the first flow', ({ bindings }) => bindings.length === 1)
    second.core.tell('2001', said.bindings)
    await until(() => second.edge.status().bindings === 2)
    await first.edge.close()
    second.core.send(request({ method: 'INVITE', uri: `sip:2001@127.0.0.1:${second.edge.sipPort}`, via: viaOfCore() }))
    await flows[1]!.take('INVITE')
    expect(flows[0]!.count('INVITE')).toBe(0)
  })
})

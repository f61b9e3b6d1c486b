/** An edge whose machine is being taken out of service: nothing new begins there, and what stands goes on. */
import { expect, it } from 'vitest'
import { kept } from '../kit/kept.ts'
import {
  answer,
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

it('refuses new calls, registrations and checks with 503, hears who leaves, and goes on with what stands', async () => {
  const edge = kept(await startEdge())
  const core = kept(await startCore(edge, { users: { '2001': 'secret' } }))
  const phone = kept(await RawPhone.udp(edge.sipPort))
  const uri = `sip:1009@127.0.0.1:${edge.sipPort}`
  const own = `sip:127.0.0.1:${edge.sipPort}`
  const contact = `Contact: <sip:2001@${phone.place}>`
  expect(await register(phone, edge.sipPort, { user: '2001', password: 'secret' })).toMatch(/^SIP\/2.0 200/)
  phone.send(request({ method: 'INVITE', uri, via: viaOf(phone), more: [contact] }))
  const invite = await core.take('INVITE')
  core.send(answer(invite.message, '200 OK', `Contact: <sip:leg@127.0.0.1:${edge.sipPort}>`))
  const ok = await phone.take('SIP/2.0 200', (text) => /CSeq: 1 INVITE/.test(text))

  core.client.notify({ type: 'drain', on: true })
  await until(() => edge.status().draining)
  const refused = async (method: string, to: string, callId: string) => {
    phone.send(request({ method, uri: to, via: viaOf(phone), callId, more: [contact] }))
    const text = await phone.take('SIP/2.0 503', (one) => header(one, 'Call-ID') === callId)
    expect(header(text, 'Retry-After')).toBeDefined()
  }
  await refused('INVITE', uri, 'call-2')
  await refused('SUBSCRIBE', uri, 'watch-1')
  await refused('OPTIONS', own, 'check-1')
  await refused('REGISTER', own, 'registration-2')

  // The dialog that stands: from the core, and from the phone.
  const routes = headers(invite.message, 'Record-Route').map((value) => `Route: ${value}`)
  core.send(request({ method: 'INFO', uri: `sip:2001@${phone.place}`, via: viaOfCore(), cseq: 7, more: routes }))
  phone.send(answer(await phone.take('INFO'), '200 OK'))
  await core.take('SIP/2.0 200')
  const to = header(ok, 'To') ?? ''
  const byeRoutes = headers(ok, 'Record-Route').map((value) => `Route: ${value}`)
  phone.send(
    request({
      method: 'BYE',
      uri: `sip:leg@127.0.0.1:${edge.sipPort}`,
      via: viaOf(phone),
      to,
      cseq: 2,
      more: byeRoutes,
    }),
  )
  await core.take('BYE')
  // Its phone is called all the same, until it is registered elsewhere.
  core.send(request({ method: 'INVITE', uri: `sip:2001@127.0.0.1:${edge.sipPort}`, via: viaOfCore(), callId: 'in-1' }))
  await phone.take('INVITE')

  core.client.notify({ type: 'drain', on: false })
  await until(() => !edge.status().draining)
  phone.send(request({ method: 'INVITE', uri, via: viaOf(phone), callId: 'call-3', more: [contact] }))
  await core.take('INVITE')
})

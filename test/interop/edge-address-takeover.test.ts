/** Two machines share one address for SIP (docs/operations/edges.md): one dies, the other takes the address, and calls go on. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  answer,
  type FakeCore,
  header,
  headers,
  RawPhone,
  register,
  request,
  startCoreAt,
  viaOf,
  viaOfCore,
} from './edge-kit.ts'
import { EdgeMachines, SIP_PORT, whyNoMachines } from './edge-machines.ts'

const without = whyNoMachines()

describe(`an address that two edges share${without ? ` (${without})` : ''}`, () => {
  let machines: EdgeMachines
  let cores: FakeCore[]
  const phones: RawPhone[] = []

  beforeAll(async () => {
    if (without) return
    machines = await EdgeMachines.open()
    cores = await Promise.all(
      ([1, 2] as const).map((number) => startCoreAt(machines.controlOf(number), { users: { '2001': 'secret' } })),
    )
  })

  afterAll(async () => {
    for (const phone of phones) phone.close()
    for (const core of cores ?? []) await core.close()
    await machines?.close()
  })

  it('moves to the other machine, and a call and a registration go on there (TEL-22, HSB-06)', async ({ skip }) => {
    if (without) skip(without)
    const [first, second] = cores as [FakeCore, FakeCore]
    const at = { host: machines.own, server: machines.shared }
    const caller = await RawPhone.udp(SIP_PORT, 0, at)
    const agent = await RawPhone.udp(SIP_PORT, 0, at)
    phones.push(caller, agent)
    const options = { user: '2001', password: 'secret', host: machines.shared }
    expect(await register(agent, SIP_PORT, options)).toMatch(/^SIP\/2.0 200/)
    const { bindings } = await first.bindings.take('the registration')
    second.tell('2001', bindings)
    const uri = `sip:1009@${machines.shared}`
    caller.send(request({ method: 'INVITE', uri, via: `${viaOf(caller)};rport` }))
    const invite = await first.take('INVITE')
    first.send(answer(invite.message, '200 OK', `Contact: <sip:leg@${machines.shared}:${SIP_PORT}>`))
    const ok = await caller.take('SIP/2.0 200')
    await machines.crash(1)
    await machines.take(2)
    const routes = headers(ok, 'Record-Route').map((value) => `Route: ${value}`)
    const target = `sip:leg@${machines.shared}:${SIP_PORT}`
    const bye = request({
      ...{ method: 'BYE', uri: target, cseq: 2, to: header(ok, 'To') ?? '' },
      ...{ via: `${viaOf(caller)};rport`, more: routes },
    })
    // A phone repeats what is not answered (RFC 3261 17.1.2.2): the network may take a moment to learn the way.
    const repeats = setInterval(() => caller.send(bye), 500)
    caller.send(bye)
    const taken = await second.take('BYE').finally(() => clearInterval(repeats))
    second.send(answer(taken.message, '200 OK'))
    await caller.take('SIP/2.0 200', (message) => header(message, 'CSeq') === '2 BYE')
    second.send(request({ method: 'INVITE', uri: `sip:2001@${machines.shared}`, via: viaOfCore() }))
    agent.send(answer(await agent.take('INVITE'), '180 Ringing'))
    await second.take('SIP/2.0 180')
  })
})

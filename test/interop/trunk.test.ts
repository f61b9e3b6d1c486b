/** SIPp as the gateway of a provider: a whole system calls outside over it, and an agent works at a telephone behind it. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFailed } from 'vitest'
import { hearsMore, talking } from '../e2e/kill-stage.ts'
import { type ApiClient, eventually } from '../kit/api-client.ts'
import { freePort } from '../kit/free-ports.ts'
import { whyWithout } from '../kit/outside.ts'
import { Phone } from '../kit/phone.ts'
import type { PhoneCall } from '../kit/phone-call.ts'
import { type System, startSystem } from '../kit/system.ts'
import { Gateway, type GatewayOptions } from './trunk-gateway.ts'

const without = whyWithout('sipp')

/** Nothing listens there. */
let deadPort = 0
let system: System
let admin: ApiClient
const open: { close(): Promise<unknown> }[] = []

function kept<T extends { close(): Promise<unknown> }>(one: T): T {
  open.push(one)
  return one
}

beforeAll(async () => {
  if (without) return
  system = await startSystem()
  deadPort = await freePort()
  writeFileSync(join(system.data, 'secrets', 'provider'), 'open sesame\n', { mode: 0o600 })
  admin = await system.api('admin')
})

afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
  if (!without) for (const name of ['first', 'second', 'tcp', 'udp']) await setTrunk(name, undefined)
})

afterAll(async () => {
  await system?.stop()
})

async function setTrunk(name: string, value: object | undefined): Promise<void> {
  const path = `/configuration/trunks/${name}`
  const { version } = await admin.get<{ version: number }>('/configuration')
  const response = value
    ? await admin.raw('PUT', path, { ...value, basedOn: version })
    : await admin.raw('DELETE', `${path}?basedOn=${version}`)
  expect(value ? [200] : [200, 404], await response.text()).toContain(response.status)
}

async function gateway(options: GatewayOptions = {}): Promise<Gateway> {
  const made = kept(await Gateway.start(options))
  // The picture of what went over the wire.
  onTestFailed(() => {
    process.stderr.write(`${made.messages}\n`)
  })
  return made
}

/** A phone that takes what rings, and says so. */
async function phone(user: string): Promise<{ readonly phone: Phone; readonly rung: PhoneCall[] }> {
  const made = kept(await Phone.open({ server: system.sip, user, password: `demo-${user.replace('200', 'agent')}` }))
  const rung: PhoneCall[] = []
  made.incoming = (call) => {
    rung.push(call)
    call.ring()
    call.answer()
  }
  return { phone: made, rung }
}

async function registered(user: string, agent: string) {
  const made = await phone(user)
  expect(await made.phone.register()).toBe(200)
  await eventually('the phone is there', async () =>
    (await admin.get<{ reachable: boolean }>(`/agents/${agent}/live`)).reachable ? true : undefined,
  )
  return made
}

/** The gateway sends every packet back: who hears its own has both ways. */
async function hearsItself(call: PhoneCall): Promise<void> {
  await call.until('fifty of its own packets', () => (call.media.heard.get(call.media.stream)?.packets ?? 0) > 50)
}

describe.skipIf(without !== undefined)(`calls to the outside${without ? ` (${without})` : ''}`, () => {
  it('from an agent’s page over a gateway that asks who calls, with sound both ways, ended by the gateway (TEL-01, TEL-05)', async () => {
    const provider = await gateway({ password: 'open sesame', hangsUpAfterMs: 8_000 })
    await setTrunk('first', {
      ...{ host: '127.0.0.1', port: provider.port, numbers: ['0*'], callsMax: 2 },
      ...{ user: 'tandem', secret: 'provider', callerNumber: '+4930999' },
    })
    const { rung } = await registered('2001', 'agent1')
    const agent = await system.api('agent1')
    await agent.post('/interactions', { type: 'call', to: '0301234' })
    const call = await eventually('the own phone rings', () => rung[0])
    await call.connected()
    await hearsItself(call)
    await call.until('the gateway hangs up', () => call.state === 'ended')
    expect(await provider.ended()).toMatch(/INVITE sip:0301234@127\.0\.0\.1/)
    expect(provider.messages).toMatch(/From: <sip:\+4930999@127\.0\.0\.1>/)
    expect(provider.messages).not.toContain('open sesame')
  })

  it.each([
    ['takes no connection', 'tcp'],
    ['says nothing', 'udp'],
  ])(
    'go over the second trunk where the first %s, from an own phone, which hangs up (TEL-06)',
    async (_, transport) => {
      const provider = await gateway()
      await setTrunk(transport, {
        ...{ host: '127.0.0.1', port: deadPort, transport, numbers: ['0*'], callsMax: 2, rank: 1 },
      })
      await setTrunk('second', { host: '127.0.0.1', port: provider.port, numbers: ['0*'], callsMax: 2 })
      const { phone: own } = await registered('2001', 'agent1')
      const call = await own.dial('0301234')
      await call.connected()
      await hearsItself(call)
      expect(await call.hangUp()).toBe(200)
      expect(await provider.ended()).toContain('BYE sip:')
    },
  )

  it('are refused where no trunk carries the number, and where nobody has proved to be a user', async () => {
    const provider = await gateway()
    await setTrunk('first', { host: '127.0.0.1', port: provider.port, numbers: ['0*'], barred: ['0900*'], callsMax: 2 })
    const { phone: stranger } = await phone('2003')
    const refused = await stranger.dial('0301234')
    await refused.until('it is refused', () => refused.state === 'ended')
    const agent = await system.api('agent1')
    for (const to of ['0900123', '+1555']) {
      expect((await agent.raw('POST', '/interactions', { type: 'call', to })).status).toBe(422)
    }
    expect(provider.messages).not.toContain('INVITE')
  })

  it('an agent works at a telephone behind the gateway, through the death of the core, and transfers outside (TEL-18, TEL-21)', async () => {
    const provider = await gateway()
    await setTrunk('first', { host: '127.0.0.1', port: provider.port, numbers: ['0*'], callsMax: 2 })
    const agent = await system.api('agent1')
    expect((await agent.raw('PUT', '/agents/agent1/station', { number: '040 777-7' })).status).toBe(200)
    const { phone: caller } = await phone('5551000')
    const call = await caller.dial('1001')
    await call.connected()
    await hearsItself(call)
    const before = system.kill('core')
    await system.replaced('core', before)
    await hearsItself(call)
    const works = () =>
      agent.get<{ station: string; work: { interaction: string; state: string }[] }>('/agents/agent1/live')
    const work = await eventually('the agent talks', async () => {
      const { station, work } = await works()
      return station === '0407777' && work[0]?.state === 'connected' ? work[0] : undefined
    })
    expect((await agent.raw('POST', `/interactions/${work.interaction}/transfer`, { to: '0301234' })).status).toBe(200)
    await eventually('the second call is there', () => (provider.invites() === 2 ? true : undefined))
    const heard = call.media.heard.get(call.media.stream)?.packets ?? 0
    await call.until(
      'it is heard by the second',
      () => (call.media.heard.get(call.media.stream)?.packets ?? 0) > heard + 50,
    )
    expect(await call.hangUp()).toBe(200)
    await provider.ended(2)
    expect((await agent.raw('PUT', '/agents/agent1/station', { number: null })).status).toBe(200)
    expect((await works()).station).toBeNull()
  })

  // The last one: what went over the gateway is given up only after half a minute, and its agents are rung by nobody until then.
  it('a gateway that is gone takes its own calls alone: talks inside and new ones go on, what went over it ends when somebody hangs up (AA-09, HSB-08)', async () => {
    const provider = await gateway()
    await setTrunk('first', { host: '127.0.0.1', port: provider.port, numbers: ['0*'], callsMax: 5 })
    const { phone: own } = await registered('2001', 'agent1')
    const { rung } = await registered('2003', 'agent3')
    const outside = await own.dial('0301234')
    await outside.connected()
    await hearsItself(outside)
    const { phone: caller } = await phone('5551000')
    const inside = await caller.dial('2003')
    await inside.connected()
    const answering = await eventually('the phone inside rings', () => rung[0])
    await talking(inside, answering)

    // No BYE, no answer any more: a gateway, or the network before it, is simply away.
    await provider.close()
    await talking(inside, answering)
    const music = await caller.dial('1010')
    await music.connected()
    await hearsMore(music)
    const another = await own.dial('0305678')
    await talking(inside, answering)
    expect(another.state).not.toBe('connected')
    // Whoever does not want to wait until it is refused may go at once.
    await another.hangUp()
    expect([inside.state, answering.state, outside.state]).toEqual(['connected', 'connected', 'connected'])

    expect(await outside.hangUp()).toBe(200)
    for (const call of [inside, music]) expect(await call.hangUp()).toBe(200)
  })
})

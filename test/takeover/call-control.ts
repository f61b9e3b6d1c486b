import { expect } from 'vitest'
import type { CentreCommand } from '#kernel/centre'
import { answered, hears, legOf, over } from './scenario.ts'
import type { TestPhone } from './takeover-phone.ts'
import type { TestWorld } from './takeover-world.ts'

type Scenario = (world: TestWorld) => Promise<void>

/** What is asked on a page, as a person would: again, while nothing has come of it. */
async function asks(world: TestWorld, what: string, command: CentreCommand, done: () => boolean): Promise<void> {
  await world.until(what, () => {
    if (done()) return true
    world.core.sequencer.submit([{ machine: 'centre', command }]).catch(() => undefined)
    return false
  })
}

const interactionOf = (world: TestWorld, phone: TestPhone): string => legOf(world, phone)?.interaction ?? ''
const participantOf = (world: TestWorld, phone: TestPhone): string => legOf(world, phone)?.participant ?? ''

/** A caller of the queue support talks to agent1. */
async function talking(world: TestWorld): Promise<{ caller: TestPhone; agent: TestPhone; first: Ends }> {
  const caller = world.phone('5551000')
  const agent = world.phone('2001', true)
  caller.dial('1001')
  await answered(world, agent)
  await world.until('the caller hears the agent', () => hears(world, caller) === 'session')
  return {
    caller,
    agent,
    first: { interaction: interactionOf(world, agent), participant: participantOf(world, agent) },
  }
}

interface Ends {
  readonly interaction: string
  readonly participant: string
}

const CONSULTED = { consulted: 'ix-c', consultedParticipant: 'ix-c.p1' } as const

/** agent1 holds the caller and talks to 2004 by the same phone. */
async function consulting(world: TestWorld): Promise<Awaited<ReturnType<typeof talking>> & { third: TestPhone }> {
  const talk = await talking(world)
  const third = world.phone('2004', true)
  await world.until('2004 can be reached', () => world.states.centre.agents.get('agent4')?.reachable === true)
  const consult = { type: 'Consult', ...talk.first, consultation: 'ix-c', to: '2004' } as const
  await asks(world, '2004 rings', consult, () => third.ringing)
  await world.until('the caller hears music', () => hears(world, talk.caller).includes('music'))
  await world.until('the agent hears it ring', () => hears(world, talk.agent).includes('ring'))
  await answered(world, third)
  await world.until('the agent hears 2004', () => hears(world, talk.agent) === 'session')
  return { ...talk, third }
}

const CHALLENGE = 'Digest realm="gateway", nonce="n1", qop="auth", algorithm=MD5'

/** The gateway asks who calls, and its telephone is answered when it has been told. */
async function admitted(world: TestWorld, gateway: TestPhone): Promise<void> {
  await world.until(`${gateway.extension} is asked for`, () => gateway.ringing)
  expect(gateway.heard('Proxy-Authorization')).toBeUndefined()
  gateway.reject(407, ['Proxy-Authenticate', CHALLENGE])
  await world.until(`${gateway.extension} is asked for again`, () => gateway.ringing)
  expect(gateway.heard('Proxy-Authorization')).toMatch(/username="tandem", realm="gateway", nonce="n1".*nc=00000001/)
  await answered(world, gateway)
}

/** What people do with calls from their pages, each to its end. */
export const CALL_CONTROL: Readonly<Record<string, Scenario>> = {
  'a consultation by the phone of the call, alternated, made a conference, and left by who made it': async (world) => {
    const { caller, agent, third, first } = await consulting(world)
    await asks(world, 'back to the caller', { type: 'Retrieve', ...first }, () => hears(world, caller) === 'session')
    await world.until('2004 hears music', () => hears(world, third).includes('music'))
    const conference = { type: 'Conference', ...first, ...CONSULTED } as const
    await asks(world, 'three hear each other', conference, () =>
      [caller, agent, third].every((phone) => hears(world, phone) === 'mix'),
    )
    agent.hangUp()
    await over(world, agent)
    await world.until('two talk on', () => [caller, third].every((phone) => hears(world, phone) === 'session'))
    third.hangUp()
    await over(world, caller, third)
  },

  'a consultation that becomes an attended transfer': async (world) => {
    const { caller, agent, third, first } = await consulting(world)
    const join = { type: 'Join', ...first, ...CONSULTED } as const
    await asks(world, 'the agent is out of it', join, () => agent.call.state === 'over')
    await world.until('two talk', () => [caller, third].every((phone) => hears(world, phone) === 'session'))
    caller.hangUp()
    await over(world, caller, third)
  },

  'a call that is parked, and taken from another phone by its number': async (world) => {
    const { caller, agent, first } = await talking(world)
    await asks(world, 'the agent is free', { type: 'Park', ...first }, () => agent.call.state === 'over')
    await world.until('the caller hears music', () => hears(world, caller).includes('music'))
    const other = world.phone('2004', true)
    other.dial('7001')
    await world.until('both talk', () => [caller, other].every((phone) => hears(world, phone) === 'session'))
    await world.until('it is answered', () => other.call.state === 'confirmed')
    other.hangUp()
    await over(world, caller, other)
  },

  'a call outside, over the second trunk since the first refuses, which asks who calls (TEL-06)': async (world) => {
    const agent = world.phone('2001', true)
    const refusing = world.phone('90301234', true)
    const gateway = world.phone('0301234', true)
    await world.until('2001 can be reached', () => world.states.centre.agents.get('agent1')?.reachable === true)
    const call = { type: 'PlaceCall', interaction: 'ix-o', user: 'agent1', to: '0301234' } as const
    await asks(world, '2001 rings', call, () => agent.ringing)
    agent.answer()
    await world.until('the first gateway is asked', () => refusing.ringing)
    await world.until('the agent hears it ring', () => hears(world, agent).includes('ring'))
    refusing.reject(503)
    await admitted(world, gateway)
    await world.until('the agent hears the other', () => hears(world, agent) === 'session')
    expect(legOf(world, gateway)?.trunk).toEqual({ name: 'second', tried: ['first'] })
    gateway.hangUp()
    await over(world, agent, gateway)
    expect(world.states.voice.trunks.size).toBe(0)
  },

  'an agent at a telephone number, who transfers the caller outside (TEL-18)': async (world) => {
    const caller = world.phone('5551000')
    const station = world.phone('0407777', true)
    const gateway = world.phone('0405555', true)
    const isThere = (): boolean => world.states.centre.agents.get('agent1')?.reachable === true
    await asks(world, 'there', { type: 'ChooseStation', user: 'agent1', number: '0407777' }, isThere)
    caller.dial('1001')
    await admitted(world, station)
    await world.until('the caller hears the agent', () => hears(world, caller) === 'session')
    const first = { interaction: interactionOf(world, station), participant: participantOf(world, station) }
    await asks(world, 'gone', { type: 'Transfer', ...first, to: '0405555' }, () => station.call.state === 'over')
    await world.until('the caller hears it ring', () => hears(world, caller).includes('ring'))
    await admitted(world, gateway)
    await world.until('two talk', () => [caller, gateway].every((phone) => hears(world, phone) === 'session'))
    caller.hangUp()
    await over(world, caller, gateway)
  },

  'a supervisor who listens, coaches and takes over (DSK-07)': async (world) => {
    const { caller, agent, first } = await talking(world)
    const supervisor = world.phone('3001', true)
    await world.until('3001 can be reached', () => world.states.centre.agents.get('supervisor')?.reachable === true)
    const { interaction } = first
    const supervise = (mode: 'listen' | 'coach' | 'take-over') =>
      ({ type: 'Supervise', interaction, user: 'supervisor', mode, announced: false }) as const
    await asks(world, '3001 rings', supervise('listen'), () => supervisor.ringing)
    supervisor.answer()
    await world.until('it hears both', () => hears(world, supervisor) === 'mix')
    await asks(world, 'the agent hears it as well', supervise('coach'), () => hears(world, agent) === 'mix')
    await world.until('the caller does not', () => hears(world, caller) === 'session')
    await asks(world, 'the agent is out of it', supervise('take-over'), () => agent.call.state === 'over')
    await world.until('two talk', () => [caller, supervisor].every((phone) => hears(world, phone) === 'session'))
    supervisor.hangUp()
    await over(world, caller, supervisor)
  },
}

import { describe, expect, it } from 'vitest'
import type { TestPhone } from './takeover-phone.ts'
import { type Kill, TestWorld } from './takeover-world.ts'

type Scenario = (world: TestWorld) => Promise<void>

/** The session of a phone's newest call, as the media process has it. */
function sessionOf(world: TestWorld, phone: TestPhone) {
  const leg = [...world.states.voice.legs.values()].find((one) => one.dialog.callId === phone.call.callId)
  return leg && world.media.sessions.get(leg.id)
}

function hears(world: TestWorld, phone: TestPhone): string {
  const heard = sessionOf(world, phone)?.spec.hears
  return heard?.type === 'program'
    ? heard.items.map((item) => ('prompt' in item ? item.prompt : item.type)).join(' ')
    : (heard?.type ?? '')
}

async function answered(world: TestWorld, phone: TestPhone): Promise<void> {
  await world.until(`${phone.extension} rings`, () => phone.ringing)
  phone.ring()
  await world.turns()
  phone.answer()
  await world.until(`${phone.extension} hears the other`, () => hears(world, phone) === 'session')
}

async function over(world: TestWorld, ...phones: TestPhone[]): Promise<void> {
  await world.until('all calls over', () => phones.every((phone) => phone.call.state === 'over'))
}

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'echo, ended by the caller': async (world) => {
    const caller = world.phone('5551000')
    caller.dial('1009')
    await world.until('answered', () => caller.call.state === 'confirmed')
    await world.until('echo plays', () => hears(world, caller) === 'echo')
    caller.hangUp()
    await world.until('BYE answered', () => caller.call.statuses.includes('200 BYE'))
  },

  'a menu, a queue with music, an agent, ended by the caller, wrap-up': async (world) => {
    const caller = world.phone('5551000')
    const agent = world.phone('2001')
    caller.dial('1000')
    await world.until('the greeting plays', () => hears(world, caller) === 'greeting')
    const [session = ''] = world.media.sessions.keys()
    world.media.endProgram(session)
    await world.until('the menu plays', () => hears(world, caller).includes('menu'))
    world.media.tell({ type: 'digit', session, digit: '2', durationMs: 100 })
    await world.until('music plays', () => hears(world, caller).includes('music'))
    agent.registered = true
    world.edge.tellBinding(agent)
    await answered(world, agent)
    await world.until('the caller hears the agent', () => hears(world, caller) === 'session')
    await world.until('it is recorded', () => world.media.recordings.size === 1)
    caller.hangUp()
    await over(world, caller, agent)
    await world.until('wrap-up', () => world.states.centre.agents.get('agent1')?.work[0]?.state === 'wrapping-up')
  },

  'hold, music for the caller, retrieve, ended by the agent': async (world) => {
    const caller = world.phone('5551000')
    const agent = world.phone('2001', true)
    caller.dial('1001')
    await answered(world, agent)
    agent.reinvite('sendonly')
    await world.until('music on hold', () => hears(world, caller).includes('music'))
    await world.until('hold answered', () => agent.call.answers.size === 1)
    await world.pass(200)
    agent.reinvite('sendrecv')
    await world.until('both talk again', () => hears(world, caller) === 'session' && agent.call.answers.size === 2)
    agent.hangUp()
    await over(world, caller, agent)
  },

  'transfer by REFER to another queue': async (world) => {
    const caller = world.phone('5551000')
    const agent = world.phone('2001', true)
    const sales = world.phone('2002', true)
    caller.dial('1001')
    await answered(world, agent)
    agent.refer('1002')
    await over(world, agent)
    await world.until('REFER accepted', () => agent.call.statuses.includes('202 REFER'))
    expect(agent.call.requests).toContain('NOTIFY')
    await answered(world, sales)
    await world.until('the caller hears sales', () => hears(world, caller) === 'session')
    sales.hangUp()
    await over(world, caller, sales)
  },

  'an extension that is called off while it rings': async (world) => {
    const caller = world.phone('5551000')
    const agent = world.phone('2001', true)
    caller.dial('2001')
    await world.until('it rings', () => agent.ringing)
    agent.ring()
    await world.until('the caller is told', () => caller.call.statuses.includes('180 INVITE'))
    caller.cancel()
    await over(world, caller, agent)
    expect(caller.call.statuses).toContain('487 INVITE')
  },

  'an agent who is busy, and the next one': async (world) => {
    const caller = world.phone('5551000')
    const first = world.phone('2001', true)
    const second = world.phone('2003', true)
    caller.dial('1001')
    await world.until('one rings', () => first.ringing || second.ringing)
    const [refuses, takes] = first.ringing ? [first, second] : [second, first]
    refuses.reject(486)
    await answered(world, takes)
    caller.hangUp()
    await over(world, caller, takes)
  },
}

/** What must hold when all is over, whatever died on the way. */
async function checkEnd(world: TestWorld): Promise<void> {
  const { states } = world
  await world.until(
    'nothing is left',
    () => world.states.voice.load.size === 0 && world.states.centre.interactions.size === 0,
  )
  await world.until('agents are free', () =>
    [...world.states.centre.agents.values()].every((agent) => agent.work.length === 0),
  )
  await world.until('recordings are sealed', () => world.states.centre.unsealed.size === 0)
  await world.until('no session is left', () => world.media.sessions.size === 0 && world.media.recordings.size === 0)
  await world.pass(40_000)
  expect(states).toBeDefined()
  expect([...world.edge.phones.values()].flatMap((phone) => phone.breaches)).toEqual([])
  expect(world.edge.strays).toEqual([])
  expect(world.media.programs).toEqual([...new Set(world.media.programs)])
}

async function run(scenario: Scenario, kills: readonly Kill[]): Promise<TestWorld> {
  const world = await new TestWorld(kills).open()
  try {
    await scenario(world)
    await checkEnd(world)
  } catch (error) {
    throw new RangeError(`${JSON.stringify(kills)} ${String(error)}\n${world.trail.join('\n')}`, { cause: error })
  }
  return world
}

describe('a call whose core dies at every step', () => {
  for (const [name, scenario] of Object.entries(SCENARIOS)) {
    it(`SW: ${name}`, { timeout: 120_000 }, async () => {
      const calm = await run(scenario, [])
      const steps = calm.steps
      const failures: string[] = []
      for (let step = 0; step < steps; step++) {
        for (const effect of ['lost', 'done'] as const) {
          await run(scenario, [{ step, effect }]).catch((error: unknown) => failures.push(String(error)))
        }
      }
      expect(failures.slice(0, 1).join('\n')).toBe('')
    })
  }
})

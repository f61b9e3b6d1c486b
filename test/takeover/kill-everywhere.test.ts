import { describe, expect, it } from 'vitest'
import { answered, checkEnd, hears, legOf, over } from './scenario.ts'
import { type Kill, TestWorld } from './takeover-world.ts'

type Scenario = (world: TestWorld) => Promise<void>

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

  'an attended transfer: REFER with Replaces': async (world) => {
    const caller = world.phone('5551000')
    const agent = world.phone('2001', true)
    const third = world.phone('2004', true)
    caller.dial('1001')
    await answered(world, agent)
    const first = agent.call
    agent.reinvite('sendonly')
    await world.until('hold answered', () => first.answers.size === 1)
    agent.dial('2004')
    await answered(world, third)
    await world.until('both talk', () => agent.call.state === 'confirmed' && hears(world, agent) === 'session')
    agent.referTo(first, agent.call)
    await world.until('both calls of the agent are over', () => agent.calls.every((call) => call.state === 'over'))
    await world.until(
      'caller and third talk',
      () => hears(world, caller) === 'session' && hears(world, third) === 'session',
    )
    expect(legOf(world, caller)?.progress.state).toBe('confirmed')
    third.hangUp()
    await over(world, caller, third)
  },

  'an agent who does not answer, and one who comes later': async (world) => {
    const caller = world.phone('5551000')
    const absent = world.phone('2001', true)
    caller.dial('1001')
    await world.until('it rings', () => absent.ringing)
    absent.ring()
    await world.until('it is called off', () => absent.call.state === 'over')
    await world.until('music again', () => hears(world, caller).includes('music'))
    const present = world.phone('2003', true)
    await answered(world, present)
    present.hangUp()
    await over(world, caller, present)
  },

  'a message is recorded and played back': async (world) => {
    const caller = world.phone('5551000')
    caller.dial('1011')
    await world.until('the introduction plays', () => hears(world, caller).includes('record-intro'))
    const session = legOf(world, caller)?.id ?? ''
    world.media.endProgram(session)
    await world.until('it records', () => world.media.recordings.size === 1)
    world.media.tell({ type: 'digit', session, digit: '#', durationMs: 100 })
    await world.until('it plays back', () => hears(world, caller).includes('recording'))
    world.media.endProgram(session)
    await over(world, caller)
  },

  'a digit counts once': async (world) => {
    const caller = world.phone('5551000')
    caller.dial('1099')
    await world.until('the first menu plays', () => hears(world, caller) === 'menu')
    const session = legOf(world, caller)?.id ?? ''
    world.media.tell({ type: 'digit', session, digit: '1', durationMs: 100 })
    await world.until('the second menu plays', () => hears(world, caller) === 'greeting')
    await world.pass(1000)
    world.media.tell({ type: 'digit', session, digit: '2', durationMs: 100 })
    await world.until('echo plays', () => hears(world, caller) === 'echo')
    caller.hangUp()
    await world.until('BYE answered', () => caller.call.statuses.includes('200 BYE'))
  },

  'a call placed from the page: first the own phone, then the other': async (world) => {
    const agent = world.phone('2001', true)
    const other = world.phone('2002', true)
    await world.until('both can be reached', () =>
      ['agent1', 'agent2'].every((user) => world.states.centre.agents.get(user)?.reachable),
    )
    const place = () =>
      world.core.sequencer.submit([
        { machine: 'centre', command: { type: 'PlaceCall', interaction: 'ix-placed', user: 'agent1', to: '2002' } },
      ])
    // As a person would: again, when nothing happens.
    await world.until('it rings', () => {
      if (!agent.ringing && world.states.centre.interactions.size === 0) place().catch(() => undefined)
      return agent.ringing
    })
    agent.answer()
    await answered(world, other)
    await world.until('both talk', () => hears(world, agent) === 'session')
    agent.hangUp()
    await over(world, agent, other)
  },

  'a callback: its customer is dialled once, once more after a busy line, and never twice (IR-18)': async (world) => {
    const agent = world.phone('2001', true)
    const customer = world.phone('2002', true)
    await asksForCallback(world, '2002')
    await world.until('the agent rings', () => agent.ringing)
    agent.answer()
    await world.until('the customer rings', () => customer.ringing)
    customer.reject(486)
    await world.until('it is noted', () => attempts(world).join() === 'busy')
    await over(world, agent)
    await world.until('the agent rings again', () => agent.ringing)
    agent.answer()
    await answered(world, customer)
    await world.until('both talk', () => hears(world, agent) === 'session')
    await world.until('it is noted', () => attempts(world).join() === 'busy,reached')
    customer.hangUp()
    await over(world, agent, customer)
    expect(customer.calls).toHaveLength(2)
    expect(agent.calls).toHaveLength(2)
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

/** A customer asks for a callback; the queue tries a busy line again in ten seconds. Asked again until it is there, as a page would. */
async function asksForCallback(world: TestWorld, number: string): Promise<void> {
  const ask = () => {
    const { configuration } = world.states.centre
    const callbacks = { attempts: 3, busyMs: 10_000, noAnswerMs: 20_000 }
    const value = { ...configuration.queues.get('support')!, callbacks }
    const changes = [{ kind: 'queue', name: 'support', value } as const]
    const basedOn = configuration.version
    const change = { type: 'ChangeConfiguration', by: 'test', basedOn, changes } as const
    const create = { type: 'CreateCallback', interaction: 'ix-back', number, queue: 'support' } as const
    return world.core.sequencer.submit([
      { machine: 'centre', command: change },
      { machine: 'centre', command: create },
    ])
  }
  await world.until('both can be reached', () =>
    ['agent1', 'agent2'].every((user) => world.states.centre.agents.get(user)?.reachable),
  )
  await world.until('it is asked for', () => {
    const is = world.states.centre.interactions.has('ix-back')
    if (!is) ask().catch(() => undefined)
    return is
  })
}

function attempts(world: TestWorld): readonly string[] {
  return world.states.centre.interactions.get('ix-back')?.attempts?.map(({ outcome }) => outcome) ?? []
}

/** With two media processes. */
const WITH_TWO: Readonly<Record<string, Scenario>> = {
  'MED-25: a media process that dies while two talk, and comes back when all is over': async (world) => {
    const caller = world.phone('5551000')
    const agent = world.phone('2001', true)
    caller.dial('1001')
    await answered(world, agent)
    await world.until('it is recorded', () => world.media.recordings.size + world.otherMedia.recordings.size === 1)
    world.stopMedia()
    const onTheOther = () => [...world.otherMedia.sessions.values()].filter(({ spec }) => spec.hears.type === 'session')
    const told = (one: typeof caller) => legOf(world, one)?.media.told?.port === legOf(world, one)?.media.local?.port
    await world.until('both talk over the other', () => onTheOther().length === 2 && told(caller) && told(agent))
    await world.until('it is recorded there', () => world.otherMedia.recordings.size === 1)
    caller.hangUp()
    await over(world, caller, agent)
    world.bringBackMedia()
    await world.until('sealed', () => world.states.centre.unsealed.size === 0)
    await world.until('the file is finished', () => world.otherMedia.recordings.size === 0)
  },
}

async function run(scenario: Scenario, kills: readonly Kill[], mediaCount: 1 | 2 = 1): Promise<TestWorld> {
  const world = await new TestWorld(kills, mediaCount).open()
  try {
    await scenario(world)
    await checkEnd(world)
    // A second kill may be meant for a step that never comes.
    expect(world.killsLeft).toBeLessThan(Math.max(1, kills.length))
  } catch (error) {
    throw new RangeError(`${JSON.stringify(kills)} ${String(error)}\n${world.trail.join('\n')}`, { cause: error })
  }
  return world
}

describe('a call whose core dies at every step', () => {
  const scenarios = [
    ...Object.entries(SCENARIOS).map(([name, scenario]) => ({ name: `SW: ${name}`, scenario, count: 1 as const })),
    ...Object.entries(WITH_TWO).map(([name, scenario]) => ({ name, scenario, count: 2 as const })),
  ]
  for (const { name, scenario, count } of scenarios) {
    it(name, async () => {
      const calm = await run(scenario, [], count)
      const steps = calm.steps
      const failures: string[] = []
      for (let step = 0; step < steps; step++) {
        for (const effect of ['lost', 'done', 'doubled'] as const) {
          await run(scenario, [{ step, effect }], count).catch((error: unknown) => failures.push(String(error)))
        }
      }
      expect(failures.slice(0, 1).join('\n')).toBe('')
    })
  }

  it('SW: and whose next core dies soon after', async () => {
    const scenario = SCENARIOS['transfer by REFER to another queue']!
    const { steps } = await run(scenario, [])
    const failures: string[] = []
    for (let step = 0; step < steps; step++) {
      for (const later of [1, 2, 3, 5]) {
        const kills = [step, step + later].map((at) => ({ step: at, effect: 'done' }) as const)
        await run(scenario, kills).catch((error: unknown) => failures.push(String(error)))
      }
    }
    expect(failures.slice(0, 1).join('\n')).toBe('')
  })
})

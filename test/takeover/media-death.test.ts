/** What becomes of calls whose media process dies, hangs, or cannot be heard, when there is another one. */
import { describe, expect, it } from 'vitest'
import { answered, hears, legOf, over } from './scenario.ts'
import type { TestPhone } from './takeover-phone.ts'
import { TestWorld } from './takeover-world.ts'

/** The first call of a world begins on the first process: it is that one's turn. */
async function open(): Promise<TestWorld> {
  return new TestWorld([], 2).open()
}

async function talking() {
  const world = await open()
  const caller = world.phone('5551000')
  const agent = world.phone('2001', true)
  caller.dial('1001')
  await answered(world, agent)
  await world.until('both talk', () => hears(world, caller) === 'session')
  expect(world.media.sessions.size).toBe(2)
  return { world, caller, agent }
}

function movedTo(world: TestWorld, phone: TestPhone): string | undefined {
  const leg = legOf(world, phone)
  const hears = leg && world.otherMedia.sessions.get(leg.id)?.spec.hears
  const told = new RegExp(`m=audio ${leg?.media.told?.port} `).test(phone.call.sdp)
  const taken = leg?.requests.length === 0 && leg.media.told?.port === leg.media.local?.port
  return told && taken ? hears?.type : undefined
}

function stateOf(world: TestWorld, leg: string): string | undefined {
  return world.states.voice.legs.get(leg)?.progress.state
}

async function ended(world: TestWorld, ...phones: TestPhone[]): Promise<void> {
  await over(world, ...phones)
  await world.until('no leg is left', () => world.states.voice.load.size === 0)
  await world.until('no session is left', () => world.otherMedia.sessions.size === 0)
  await world.pass(40_000)
  expect(phones.flatMap((phone) => phone.breaches)).toEqual([])
}

describe('MED-25: the sessions of a media process that is gone go to another one', () => {
  it('talks: both parties are told by re-INVITE, within half a second of the loss', async () => {
    const { world, caller, agent } = await talking()
    world.stopMedia()
    await world.until(
      'both hear each other',
      () => [caller, agent].every((one) => movedTo(world, one) === 'session'),
      500,
    )
    agent.hangUp()
    await ended(world, caller, agent)
  })

  it('a caller who waits hears the music of its place again, and is served there', async () => {
    const world = await open()
    const caller = world.phone('5551000')
    caller.dial('1001')
    await world.until('music', () => hears(world, caller) !== '')
    world.stopMedia()
    await world.until('music again', () => movedTo(world, caller) === 'program', 500)
    const agent = world.phone('2001', true)
    await answered(world, agent)
    expect(movedTo(world, caller)).toBe('session')
    caller.hangUp()
    await ended(world, caller, agent)
  })

  it('a flow repeats its step: the prompt of the menu, the echo', async () => {
    const world = await open()
    const [menu, echo] = [world.phone('5551000'), world.phone('5551001')]
    world.otherMedia.dead = true
    menu.dial('1000')
    echo.dial('1009')
    await world.until('both are served', () => hears(world, echo) === 'echo' && hears(world, menu) !== '')
    const before = world.media.programs.at(-1)
    world.otherMedia.dead = false
    world.stopMedia()
    await world.until('both again', () => movedTo(world, echo) === 'echo' && movedTo(world, menu) === 'program', 1500)
    expect(world.otherMedia.programs).toContain(before)
    menu.hangUp()
    echo.hangUp()
    await ended(world, menu, echo)
  })

  it('a call on hold stays on hold: the music goes on, and talk when it is taken back', async () => {
    const { world, caller, agent } = await talking()
    agent.reinvite('sendonly')
    await world.until('music on hold', () => hears(world, caller).includes('music'))
    world.stopMedia()
    await world.until('moved', () => movedTo(world, caller) === 'program', 500)
    await world.until('the agent too', () => movedTo(world, agent) !== undefined)
    expect([...world.states.centre.interactions.values()][0]?.phase.state).toBe('held')
    agent.reinvite('sendrecv')
    await world.until('both talk', () => [caller, agent].every((one) => movedTo(world, one) === 'session'))
    agent.hangUp()
    await ended(world, caller, agent)
  })

  it('a phone that rings is told when it has answered', async () => {
    const world = await open()
    const caller = world.phone('5551000')
    const agent = world.phone('2001', true)
    caller.dial('1001')
    await world.until('it rings', () => agent.ringing)
    agent.ring()
    await world.until('told', () => legOf(world, agent)?.progress.state === 'alerting')
    world.stopMedia()
    await world.until('the caller has moved', () => movedTo(world, caller) === 'program', 500)
    agent.answer()
    await world.until('both talk', () => [caller, agent].every((one) => movedTo(world, one) === 'session'), 1000)
    caller.hangUp()
    await ended(world, caller, agent)
  })
})

describe('a party that does not take the new address', () => {
  it('refuses it (488) and is asked again, for nothing but the codec in use: then both talk', async () => {
    const { world, caller, agent } = await talking()
    caller.inDialogStatus = 488
    world.stopMedia()
    await world.until('refused once', () => legOf(world, caller)?.refusals === 1)
    caller.inDialogStatus = 200
    await world.until('both talk', () => [caller, agent].every((one) => movedTo(world, one) === 'session'), 3000)
    expect(/m=audio \d+ RTP\/AVP (.*)/.exec(caller.call.sdp)?.[1]).toBe('8 101')
    expect(legOf(world, caller)?.refusals).toBeUndefined()
    caller.hangUp()
    await ended(world, caller, agent)
  })

  it('refuses it for ever: after four tries it is let go, and the other one is free', async () => {
    const { world, caller, agent } = await talking()
    caller.inDialogStatus = 488
    world.stopMedia()
    await world.until('let go', () => caller.call.state === 'over' && agent.call.state === 'over', 10_000)
    expect(caller.call.requests.filter((method) => method === 'INVITE')).toHaveLength(4)
    await ended(world, caller, agent)
  })

  it('is asking for something itself (491): it is asked again until it takes it', async () => {
    const { world, caller, agent } = await talking()
    agent.inDialogStatus = 491
    world.stopMedia()
    await world.until('glare', () => legOf(world, agent)?.offerNotBefore !== undefined)
    agent.inDialogStatus = 200
    await world.until('both talk', () => [caller, agent].every((one) => movedTo(world, one) === 'session'), 4000)
    caller.hangUp()
    await ended(world, caller, agent)
  })

  it('says nothing: it is given up after 64*T1, and the caller waits for another one', async () => {
    const { world, caller, agent } = await talking()
    const lost = legOf(world, agent)?.id ?? ''
    agent.faults.add('no answer')
    world.stopMedia()
    const [talk] = world.states.centre.interactions.keys()
    const phase = () => world.states.centre.interactions.get(talk ?? '')?.phase.state ?? ''
    await world.until('the caller waits again', () => ['queued', 'offered'].includes(phase()), 40_000)
    await world.until('the leg is over', () => ['released', undefined].includes(stateOf(world, lost)), 40_000)
    caller.hangUp()
    await over(world, caller)
    await world.until('nothing is left of it', () => phase() === '')
  })
})

describe('a recording whose media process is gone', () => {
  it('REC-18: goes on in a second part; both are sealed when the first process is back, and add up', async () => {
    const { world, caller, agent } = await talking()
    await world.until('recorded', () => world.media.recordings.size === 1)
    const [id = ''] = world.media.recordings.keys()
    world.stopMedia()
    await world.until('recorded there', () => world.otherMedia.recordings.has(`${id}-2`), 1000)
    expect(world.otherMedia.recordings.get(`${id}-2`)?.sessions).toHaveLength(2)
    caller.hangUp()
    await over(world, caller, agent)
    await world.until('the second is sealed', () => world.states.centre.unsealed.get(id)?.finished?.length === 1)
    world.bringBackMedia()
    await world.until('both are', () => world.states.centre.unsealed.size === 0)
    expect(world.trail.filter((what) => what.includes('RecordingContinued'))).toHaveLength(1)
    expect(world.media.sealed).toEqual([id])
    expect(world.otherMedia.sealed).toEqual([`${id}-2`])
  })

  it('REC-18: whose process is the only one goes on in a second part of it, at the old ports', async () => {
    const world = await new TestWorld().open()
    const caller = world.phone('5551000')
    const agent = world.phone('2001', true)
    caller.dial('1001')
    await answered(world, agent)
    await world.until('recorded', () => world.media.recordings.size === 1)
    const [id = ''] = world.media.recordings.keys()
    world.restartMedia()
    await world.until('recorded on', () => world.media.recordings.has(`${id}-2`), 1000)
    caller.hangUp()
    await over(world, caller, agent)
    await world.until('sealed', () => world.states.centre.unsealed.size === 0)
    expect(world.media.sealed).toEqual([id, `${id}-2`])
  })

  it('promise 15: a part that never comes is reported after an hour, and the rest counts', async () => {
    const { world, caller, agent } = await talking()
    await world.until('recorded', () => world.media.recordings.size === 1)
    const [id = ''] = world.media.recordings.keys()
    world.stopMedia()
    await world.until('recorded there', () => world.otherMedia.recordings.has(`${id}-2`), 1000)
    caller.hangUp()
    await over(world, caller, agent)
    await world.pass(3_590_000)
    expect(world.states.centre.unsealed.get(id)?.finished).toHaveLength(1)
    await world.until('given up', () => world.states.centre.unsealed.size === 0)
    expect(world.trail.find((what) => what.includes('RecordingPartFailed'))).toBeDefined()
  })
})

describe('a control connection that is cut while its media process lives', () => {
  it.each([1000, 10_000, 60_000])(
    'for %i ms: nothing moves, and what happened meanwhile is told once',
    async (cutMs) => {
      const world = await open()
      const caller = world.phone('5551000')
      caller.dial('1099')
      await world.until('the first menu plays', () => hears(world, caller) === 'menu')
      world.cutMedia()
      await world.pass(cutMs - 500)
      world.media.tell({ type: 'digit', session: legOf(world, caller)?.id ?? '', digit: '1', durationMs: 80 })
      await world.pass(500)
      expect(caller.call.requests).not.toContain('INVITE')
      expect(world.otherMedia.sessions.size).toBe(0)
      world.healMedia()
      await world.until('the second menu plays', () => hears(world, caller) === 'greeting')
      await world.pass(2000)
      expect(hears(world, caller)).toBe('greeting')
      caller.hangUp()
      await ended(world, caller)
    },
  )

  it('a caller who waits there is moved when an agent is found, since a new party needs a port', async () => {
    const world = await open()
    const caller = world.phone('5551000')
    caller.dial('1001')
    await world.until('music', () => hears(world, caller) !== '')
    world.cutMedia()
    await world.pass(5000)
    const agent = world.phone('2001', true)
    await answered(world, agent)
    await world.until('both talk', () => [caller, agent].every((one) => movedTo(world, one) === 'session'))
    world.healMedia()
    await world.until('the first has let go', () => world.media.sessions.size === 0)
    caller.hangUp()
    await ended(world, caller, agent)
  })
})

describe('a media process that is taken out of service', () => {
  it('gives its talks to another by re-INVITE, with their recording in two parts, and gets no new ones', async () => {
    const { world, caller, agent } = await talking()
    await world.until('recorded', () => world.media.recordings.size === 1)
    const [id = ''] = world.media.recordings.keys()
    world.drain(world.media.name)
    const moved = () => [caller, agent].every((one) => movedTo(world, one) === 'session')
    await world.until('both hear each other there', moved, 500)
    expect(world.media.sessions.size).toBe(0)
    await world.until('recorded there', () => world.otherMedia.recordings.has(`${id}-2`), 1000)
    const next = world.phone('5551002')
    next.dial('1009')
    await world.until('echo', () => hears(world, next) === 'echo')
    expect(world.media.sessions.size).toBe(0)
    next.hangUp()
    agent.hangUp()
    await ended(world, caller, agent, next)
  })

  it('keeps a talk whose caller has not acknowledged yet: neither stays behind without the other', async () => {
    const world = await open()
    const caller = world.phone('5551000')
    const agent = world.phone('2001', true)
    caller.faults.add('no ACK')
    caller.dial('1001')
    await answered(world, agent)
    await world.until('both talk', () => hears(world, caller) === 'session')
    world.drain(world.media.name)
    await world.pass(2000)
    expect([world.media.sessions.size, world.otherMedia.sessions.size]).toEqual([2, 0])
    caller.faults.clear()
    const moved = () => [caller, agent].every((one) => movedTo(world, one) === 'session')
    await world.until('both hear each other there', moved, 5000)
    agent.hangUp()
    await ended(world, caller, agent)
  })

  it('keeps a talk while its agent is asking for something, and gives both to another when that is settled', async () => {
    const { world, caller, agent } = await talking()
    agent.faults.add('no ACK')
    agent.reinvite('sendrecv')
    await world.until('answered', () => legOf(world, agent)?.server?.answered !== undefined)
    world.drain(world.media.name)
    await world.pass(2000)
    expect([world.media.sessions.size, world.otherMedia.sessions.size]).toEqual([2, 0])
    agent.faults.clear()
    const moved = () => [caller, agent].every((one) => movedTo(world, one) === 'session')
    await world.until('both hear each other there', moved, 5000)
    caller.hangUp()
    await ended(world, caller, agent)
  })

  it('keeps what it has while no other takes it, and takes new calls too: a caller comes before an order', async () => {
    const { world, caller, agent } = await talking()
    world.drain(world.media.name)
    await world.until('moved', () => world.otherMedia.sessions.size === 2)
    world.drain(world.otherMedia.name)
    const next = world.phone('5551002')
    next.dial('1009')
    await world.until('echo', () => hears(world, next) === 'echo')
    expect([world.media.sessions.size, world.otherMedia.sessions.size].sort()).not.toEqual([0, 0])
    next.hangUp()
    agent.hangUp()
    await over(world, caller, agent, next)
  })
})

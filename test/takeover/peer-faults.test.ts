import { describe, expect, it } from 'vitest'
import { answered, checkEnd, hears, legOf, over } from './scenario.ts'
import { TestWorld } from './takeover-world.ts'

/** A caller and agent1 talk. */
async function talking(mediaCount: 1 | 2 = 1) {
  const world = await new TestWorld([], mediaCount).open()
  const caller = world.phone('5551000')
  const agent = world.phone('2001', true)
  caller.dial('1001')
  await answered(world, agent)
  await world.until('both talk', () => hears(world, caller) === 'session')
  return { world, caller, agent }
}

describe('peers that fail', () => {
  it('SW: an agent whose phone vanished does not stay busy: its BYE is given up after 64*T1', async () => {
    const { world, caller, agent } = await talking()
    agent.faults.add('no answer')
    caller.hangUp()
    await over(world, caller)
    await world.until('the leg is over', () => legOf(world, agent)?.progress.state === 'released', 40_000)
    await checkEnd(world)
  })

  it('a caller that never sends its ACK gets the 200 again and again, then a BYE', async () => {
    const world = await new TestWorld().open()
    const caller = world.phone('5551000')
    caller.faults.add('no ACK')
    caller.dial('1009')
    await world.until('given up', () => caller.call.requests.includes('BYE'), 40_000)
    const copies = world.trail.filter((what) => what.startsWith('out SIP/2.0 200 OK (CSeq: 1 INVITE)'))
    // At 0, 0.5, 1.5, 3.5, 7.5, 11.5 … 31.5 s (RFC 3261 13.3.1.4).
    expect(copies).toHaveLength(11)
    await checkEnd(world)
  })

  it('a 200 that comes after CANCEL is taken and ended', async () => {
    const world = await new TestWorld().open()
    const caller = world.phone('5551000')
    const agent = world.phone('2001', true)
    agent.faults.add('late 200')
    caller.dial('2001')
    await world.until('it rings', () => agent.ringing)
    agent.ring()
    await world.until('told', () => caller.call.statuses.includes('180 INVITE'))
    caller.cancel()
    await world.until('ended', () => agent.call.requests.includes('BYE'))
    expect(agent.call.requests).toEqual(['INVITE', 'ACK', 'BYE'])
    await checkEnd(world)
  })

  it('MED-25: a party from whom no sound comes is asked for a sign of life, and given up when it gives none', async () => {
    const { world, caller, agent } = await talking()
    const session = legOf(world, agent)?.id ?? ''
    world.media.tell({ type: 'flow', session, receiving: false })
    await world.until('asked', () => agent.call.requests.includes('OPTIONS'), 70_000)
    await world.pass(5000)
    expect(legOf(world, agent)?.progress.state).toBe('confirmed')
    agent.inDialogStatus = 481
    const lost = legOf(world, agent)?.id ?? ''
    const isGivenUp = () => world.states.voice.legs.get(lost)?.progress.state === 'released'
    await world.until('asked again and given up', isGivenUp, 70_000)
    // Its caller waits for another agent.
    caller.hangUp()
    await over(world, caller)
    await checkEnd(world)
  })

  it('answers unknown numbers 404, no common codec 488, an unknown dialog 481', async () => {
    const world = await new TestWorld().open()
    const caller = world.phone('5551000')
    const status = async (number: string, offer?: string) => {
      const call = caller.dial(number, offer)
      await world.until('refused', () => call.state === 'over')
      return call.statuses
    }
    expect(await status('4711')).toEqual(['404 INVITE'])
    expect(await status('*1')).toEqual(['404 INVITE'])
    const video =
      'v=0\r\no=- 1 1 IN IP4 192.0.2.50\r\ns=-\r\nc=IN IP4 192.0.2.50\r\nt=0 0\r\nm=audio 4000 RTP/AVP 18\r\n'
    expect(await status('1009', video)).toEqual(['488 INVITE'])
    caller.call.remoteTag = 'unknown'
    caller.hangUp()
    await world.until('refused', () => caller.call.statuses.includes('481 BYE'))
    expect(world.states.voice.legs.size).toBe(0)
    expect(world.states.centre.interactions.size).toBe(0)
  })

  it('takes an INVITE without an offer: the 200 offers, the ACK answers', async () => {
    const world = await new TestWorld().open()
    const caller = world.phone('5551000')
    caller.dial('1009', '')
    await world.until('echo plays', () => hears(world, caller) === 'echo')
    await world.until('the address is known', () => legOf(world, caller)?.media.terms?.remote?.port === 40_002)
    caller.hangUp()
    await checkEnd(world)
  })

  it('refuses an INVITE that would replace an unknown dialog with 481', async () => {
    const world = await new TestWorld().open()
    const caller = world.phone('5551000')
    const call = caller.dial('1009', undefined, [['Replaces', 'nobody@nowhere;to-tag=1;from-tag=2']])
    await world.until('refused', () => call.state === 'over')
    expect(call.statuses).toEqual(['481 INVITE'])
  })
})

describe('a media process that dies', () => {
  it('MED-25: takes the sessions up at the old ports, and nobody notices', async () => {
    const { world, caller, agent } = await talking()
    const ports = [...world.media.sessions.values()].map(({ port }) => port)
    world.restartMedia()
    await world.until('both talk', () => hears(world, caller) === 'session' && hears(world, agent) === 'session')
    expect([...world.media.sessions.values()].map(({ port }) => port).sort()).toEqual(ports.sort())
    await world.pass(2000)
    expect(caller.call.requests).not.toContain('INVITE')
    caller.hangUp()
    await over(world, caller, agent)
    await checkEnd(world)
  })

  it('MED-25: tells the parties their new address by re-INVITE when the old ports are taken', async () => {
    const { world, caller, agent } = await talking()
    const before = caller.call.sdp
    world.media.portsTaken = true
    world.restartMedia()
    await world.until('both are told', () =>
      [caller, agent].every(
        (phone) =>
          phone.call.requests.filter((method) => method === 'ACK').length > 0 && phone.call.requests.includes('INVITE'),
      ),
    )
    await world.until('both talk', () => hears(world, caller) === 'session' && hears(world, agent) === 'session')
    await world.until('settled', () => legOf(world, caller)?.requests.length === 0)
    const port = (sdp: string) => /m=audio (\d+)/.exec(sdp)?.[1]
    const version = (sdp: string) => /o=\S+ \S+ (\d+)/.exec(sdp)?.[1]
    expect(port(caller.call.sdp)).not.toBe(port(before))
    expect(version(caller.call.sdp)).toBe('2')
    caller.hangUp()
    await over(world, caller, agent)
    await checkEnd(world)
  })
})

describe('the only media process, away', () => {
  it('MED-22: a call that comes while it is started again is answered when it is back', async () => {
    const world = await new TestWorld().open()
    world.stopMedia()
    const caller = world.phone('5551000')
    caller.dial('1009')
    await world.pass(1000)
    expect(caller.call.statuses).toEqual([])
    world.bringBackMedia()
    await world.until('answered', () => caller.call.statuses.includes('200 INVITE'), 3000)
    caller.hangUp()
    await over(world, caller)
    await checkEnd(world)
  })

  it('a call that comes while it does not come back is refused with 503', async () => {
    const world = await new TestWorld().open()
    world.stopMedia()
    await world.pass(4000)
    const caller = world.phone('5551000')
    caller.dial('1009')
    await world.until('refused', () => caller.call.statuses.includes('503 INVITE'), 1000)
    await checkEnd(world)
  })
})

describe('one of two media processes, gone for good', () => {
  it('MED-25: the other one takes its calls, by re-INVITE, within seconds', async () => {
    const { world, caller, agent } = await talking(2)
    expect(world.otherMedia.sessions.size).toBe(0)
    world.stopMedia()
    await world.until(
      'both talk over the other',
      () => {
        const parties = [caller, agent].map((phone) => world.otherMedia.sessions.get(legOf(world, phone)?.id ?? ''))
        return parties.every((session) => session?.spec.hears.type === 'session')
      },
      6000,
    )
    await world.until('both are told', () => [caller, agent].every((phone) => /m=audio 300\d\d /.test(phone.call.sdp)))
    agent.hangUp()
    await over(world, caller, agent)
    await world.until('no leg is left', () => world.states.voice.load.size === 0)
    expect([...caller.breaches, ...agent.breaches]).toEqual([])
  })

  it('MED-21: calls go to the process with the fewest (FS-42)', async () => {
    const world = await new TestWorld([], 2).open()
    for (const number of ['1', '2', '3', '4']) world.phone(`555100${number}`).dial('1009')
    await world.until('four calls stand', () => world.states.voice.load.size === 2)
    await world.pass(1000)
    expect([world.media.sessions.size, world.otherMedia.sessions.size].reduce((sum, n) => sum + n, 0)).toBe(4)
    world.phone('5551009').dial('1010')
    await world.until('the fifth plays', () => world.media.sessions.size + world.otherMedia.sessions.size === 5)
    expect([world.media.sessions.size, world.otherMedia.sessions.size].sort()).toEqual([2, 3])
  })
})

describe('a connection to the edge that is cut', () => {
  it('loses nothing: what was open is sent again with the same bytes', async () => {
    const world = await new TestWorld().open()
    const caller = world.phone('5551000')
    const agent = world.phone('2001', true)
    caller.dial('1001')
    await world.until('it rings', () => agent.ringing)
    world.reconnectEdge()
    await world.pass(1000)
    expect(agent.calls).toHaveLength(1)
    await answered(world, agent)
    agent.hangUp()
    await over(world, caller, agent)
    await checkEnd(world)
  })
})

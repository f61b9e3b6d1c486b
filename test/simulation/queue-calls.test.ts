import { describe, expect, it } from 'vitest'
import { Scene } from './scene.ts'

describe('a call to a queue', () => {
  it('goes from arrival to the end of the wrap-up', () => {
    const scene = new Scene().phones('agent1')
    expect(scene.arrives('1001')).toEqual([
      'InteractionCreated voice inbound',
      'Queued support 50',
      'Offered agent1 ix-1.p2 until 15000',
    ])
    expect(scene.connects('ix-1.p1')).toEqual(['ParticipantConnected ix-1.p1'])
    expect(scene.does({ type: 'ReportAlerting', interaction: 'ix-1', participant: 'ix-1.p2' })).toEqual([
      'ParticipantAlerting ix-1.p2',
    ])
    expect(scene.status('agent1')).toBe('offered')
    expect(scene.connects('ix-1.p2')).toEqual([
      'ParticipantConnected ix-1.p2',
      'RecordingStarted ix-1.r1 of ix-1.p1 ix-1.p2',
    ])
    expect(scene.status('agent1')).toBe('busy')
    expect([scene.hears('ix-1.p1'), scene.hears('ix-1.p2')]).toEqual(['ix-1.p2', 'ix-1.p1'])
    expect(scene.passes(20_000)).toEqual([])
    expect(scene.hangsUp('ix-1.p1')).toEqual([
      'RecordingEnded ix-1.r1',
      'ParticipantCleared ix-1.p1 hung-up',
      'WrapUpStarted agent1 until 22000',
      'ParticipantCleared ix-1.p2 finished',
    ])
    expect(scene.status('agent1')).toBe('wrapping-up')
    expect(scene.passes(2_000)).toEqual(['WrapUpEnded agent1', 'InteractionClosed ix-1 answered'])
    expect(scene.status('agent1')).toBe('ready')
  })

  it('waits with announcement and music, and is told its position every 30 s', () => {
    const scene = new Scene()
    scene.arrives('1001')
    scene.arrives('1001')
    expect(scene.hears('ix-2.p1')).toEqual(['ring', 'queue-announcement', 'music'])
    expect(scene.passes(30_000)).toEqual(['Announced position-is numbers/1', 'Announced position-is numbers/2'])
    expect(scene.hears('ix-2.p1')).toEqual(['position-is', 'numbers/2', 'music'])
    expect(scene.passes(29_999)).toEqual([])
    expect(scene.passes(1)).toHaveLength(2)
  })

  it('is answered in the order of arrival among equals, and by priority before that', () => {
    const scene = new Scene()
    for (let n = 0; n < 3; n++) {
      scene.arrives('1001')
      scene.passes(10)
    }
    scene.changes(scene.queue('support', { priority: 90 }))
    scene.arrives('1001')
    const order = ['agent1', 'agent3', 'agent5', 'agent7'].map((user) => {
      const events = scene.does({ type: 'SetReachable', user, reachable: true })
      return events[1]?.split(' ')[2]
    })
    expect(order).toEqual(['ix-4.p2', 'ix-1.p2', 'ix-2.p2', 'ix-3.p2'])
  })

  it('goes to the agent who has been idle longest, and only to one with the skill (ACD-02)', () => {
    const scene = new Scene().phones('agent2')
    scene.passes(5)
    scene.phones('agent3')
    scene.passes(5)
    scene.phones('agent1')
    expect(scene.arrives('1001').at(-1)).toMatch(/^Offered agent3 /)
    expect(scene.arrives('1001').at(-1)).toMatch(/^Offered agent1 /)
    expect(scene.arrives('1001').at(-1)).toBe('Queued support 50')
    expect(scene.arrives('1002').at(-1)).toMatch(/^Offered agent2 /)
  })

  it('goes to nobody who is not ready, logged off, away or busy (AGS-01, AGS-02)', () => {
    const scene = new Scene().phones('agent1', 'agent3', 'agent5', 'agent7')
    scene.does({ type: 'ChooseStatus', user: 'agent1', status: 'not-ready', reason: 'lunch' })
    scene.does({ type: 'ChooseStatus', user: 'agent3', status: 'logged-off' })
    scene.does({ type: 'SetReachable', user: 'agent5', reachable: false })
    scene.arrives('2002')
    scene.arrives('1009', 'agent7')
    expect(scene.status('agent7')).toBe('busy')
    expect(scene.arrives('1001').at(-1)).toBe('Queued support 50')
    expect(scene.does({ type: 'ChooseStatus', user: 'agent1', status: 'ready' })).toEqual([
      'StatusChosen agent1 ready',
      'Offered agent1 ix-3.p2 until 15000',
    ])
  })

  it('keeps the reasons of its routing (promise 4)', () => {
    const scene = new Scene().phones('agent1', 'agent3')
    scene.does({ type: 'ChooseStatus', user: 'agent3', status: 'not-ready' })
    scene.passes(1_000)
    scene.arrives('1001')
    const offered = scene.world.log.map(({ event }) => event).find((event) => event.type === 'Offered')
    expect(offered?.why).toMatchObject({
      strategy: 'longest-idle',
      queue: 'support',
      skills: { support: 1 },
      chosen: 'agent1',
      waitedMs: 0,
      candidates: [{ user: 'agent1', idleMs: 1_000, proficiency: 80 }],
      candidatesCount: 1,
      passedOver: [{ user: 'agent3', reason: 'not-ready' }],
      passedOverCount: 1,
    })
  })

  it('that is hung up before anybody answers is abandoned, and its agent is free at once', () => {
    const scene = new Scene().phones('agent1')
    scene.arrives('1001')
    scene.connects('ix-1.p1')
    scene.passes(6_000)
    expect(scene.hangsUp('ix-1.p1')).toEqual([
      'OfferEnded agent1 withdrawn',
      'ParticipantCleared ix-1.p1 hung-up',
      'InteractionClosed ix-1 abandoned',
    ])
    expect(scene.status('agent1')).toBe('ready')
  })

  it('that is hung up within five seconds, or the queue’s own time, is a short abandon', () => {
    const scene = new Scene()
    scene.arrives('1001')
    scene.passes(4_999)
    expect(scene.hangsUp('ix-1.p1').at(-1)).toBe('InteractionClosed ix-1 short-abandoned')
    const serviceLevel = { percent: 80, withinMs: 20_000, shortAbandonMs: 2_000 }
    scene.changes(scene.queue('support', { serviceLevel }))
    scene.arrives('1001')
    scene.passes(2_000)
    expect(scene.hangsUp('ix-2.p1').at(-1)).toBe('InteractionClosed ix-2 abandoned')
  })

  it('gives the agent whose caller hung up the next one in the same moment (promise 6)', () => {
    const scene = new Scene().phones('agent1')
    scene.arrives('1001')
    scene.arrives('1001')
    expect(scene.hangsUp('ix-1.p1').at(-1)).toBe('Offered agent1 ix-2.p2 until 15000')
  })

  it('is over for the customer when the agent hangs up', () => {
    const scene = new Scene().phones('agent1')
    scene.arrives('1001')
    scene.connects('ix-1.p1')
    scene.connects('ix-1.p2')
    expect(scene.hangsUp('ix-1.p2')).toEqual([
      'RecordingEnded ix-1.r1',
      'WrapUpStarted agent1 until 2000',
      'ParticipantCleared ix-1.p2 hung-up',
      'ParticipantCleared ix-1.p1 finished',
    ])
    expect(scene.desired('ix-1.p1').connection).toBe('cleared')
  })

  it('needs no wrap-up where the queue has none', () => {
    const scene = new Scene().phones('agent1')
    scene.changes(scene.queue('support', { wrapUpMs: 0 }))
    scene.arrives('1001')
    scene.connects('ix-1.p2')
    expect(scene.hangsUp('ix-1.p1').at(-1)).toBe('InteractionClosed ix-1 answered')
    expect(scene.status('agent1')).toBe('ready')
  })

  it('lets the agent end its wrap-up, once', () => {
    const scene = new Scene().phones('agent1')
    scene.arrives('1001')
    scene.connects('ix-1.p2')
    scene.hangsUp('ix-1.p1')
    const done = { type: 'EndWrapUp', interaction: 'ix-1', user: 'agent1', code: 'Question answered' } as const
    expect(scene.does({ ...done, user: 'agent3' })).toEqual([])
    expect(scene.does(done)).toEqual(['WrapUpEnded agent1', 'InteractionClosed ix-1 answered'])
    expect(scene.does(done)).toEqual([])
    expect(scene.status('agent1')).toBe('ready')
  })

  it('is not recorded where the queue is not', () => {
    const scene = new Scene().phones('agent1')
    scene.changes(scene.queue('support', { recorded: false }))
    scene.arrives('1001')
    expect(scene.connects('ix-1.p2')).toEqual(['ParticipantConnected ix-1.p2'])
  })

  it('can be ended by a supervisor, whatever it is doing', () => {
    const end = (scene: Scene) => scene.does({ type: 'End', interaction: 'ix-1', by: 'supervisor' })
    const queued = new Scene()
    queued.arrives('1001')
    queued.connects('ix-1.p1')
    expect(end(queued)).toEqual(['ParticipantCleared ix-1.p1 ended', 'InteractionClosed ix-1 ended'])
    const talking = new Scene().phones('agent1')
    talking.arrives('1001')
    talking.connects('ix-1.p1')
    talking.connects('ix-1.p2')
    expect(end(talking)).toContain('WrapUpStarted agent1 until 2000')
    expect(end(talking)).toEqual(['WrapUpEnded agent1', 'InteractionClosed ix-1 ended'])
    expect(end(talking)).toEqual([])
  })
})

describe('an offer that nobody answers (AGS-03, ACD-13)', () => {
  it('goes back to its place when the time is over, and the agent is not offered work for a while', () => {
    const scene = new Scene().phones('agent1')
    scene.arrives('1001')
    scene.passes(1_000)
    scene.arrives('1001')
    expect(scene.passes(14_000)).toEqual(['OfferEnded agent1 no-answer until 25000'])
    expect(scene.status('agent1')).toBe('ring-no-answer')
    expect(scene.phase('ix-1')).toMatchObject({ state: 'queued', enteredAt: scene.world.now - 15_000 })
    expect(scene.passes(10_000)).toEqual(['RonaEnded agent1', 'Offered agent1 ix-1.p3 until 40000'])
  })

  it('goes to the next agent at once, before those who came later', () => {
    const scene = new Scene().phones('agent1')
    scene.arrives('1001')
    scene.arrives('1001')
    scene.passes(14_000)
    scene.does({ type: 'ChooseStatus', user: 'agent3', status: 'not-ready' })
    scene.phones('agent3')
    expect(scene.passes(1_000)).toEqual(['OfferEnded agent1 no-answer until 25000'])
    expect(scene.does({ type: 'ChooseStatus', user: 'agent3', status: 'ready' })).toEqual([
      'StatusChosen agent3 ready',
      'Offered agent3 ix-1.p3 until 30000',
    ])
  })

  it.each(['busy', 'declined', 'unreachable', 'error'] as const)(
    'pauses the agent whose phone says %s as well',
    (reason) => {
      const scene = new Scene().phones('agent1')
      scene.arrives('1001')
      expect(scene.fails('ix-1.p2', reason)).toEqual([`OfferEnded agent1 ${reason} until 10000`])
      expect(scene.fails('ix-1.p2', reason)).toEqual([])
    },
  )

  it('does not try the same phone hundreds of times a second where the queue has no pause', () => {
    const scene = new Scene().phones('agent1')
    scene.changes(scene.queue('support', { ronaMs: 0 }))
    scene.arrives('1001')
    expect(scene.fails('ix-1.p2', 'busy')).toEqual(['OfferEnded agent1 busy until 1000'])
  })

  it('is answered too late when the phone is answered after its end', () => {
    const scene = new Scene().phones('agent1')
    scene.arrives('1001')
    scene.passes(15_000)
    expect(scene.connects('ix-1.p2')).toEqual([])
    expect(scene.interaction('ix-1').participants.map(({ id }) => id)).toEqual(['ix-1.p1'])
  })

  it('is answered in time when the answer comes in the very moment of its end', () => {
    const scene = new Scene().phones('agent1')
    scene.arrives('1001')
    scene.world.now += 15_000
    expect(scene.connects('ix-1.p2')[0]).toBe('ParticipantConnected ix-1.p2')
    expect(scene.passes(0)).toEqual([])
  })

  it('ends with the phone of the agent', () => {
    const scene = new Scene().phones('agent1')
    scene.arrives('1001')
    expect(scene.does({ type: 'SetReachable', user: 'agent1', reachable: false })).toEqual([
      'ReachableChanged agent1 false',
      'OfferEnded agent1 unreachable',
    ])
    expect(scene.does({ type: 'SetReachable', user: 'agent1', reachable: true }).at(-1)).toMatch(/^Offered agent1 /)
  })

  it('ends when the agent logs off, and not when it only wants no more', () => {
    const scene = new Scene().phones('agent1')
    scene.arrives('1001')
    expect(scene.does({ type: 'ChooseStatus', user: 'agent1', status: 'not-ready' })).toEqual([
      'StatusChosen agent1 not-ready',
    ])
    expect(scene.does({ type: 'ChooseStatus', user: 'agent1', status: 'logged-off' })).toEqual([
      'StatusChosen agent1 logged-off',
      'OfferEnded agent1 declined',
    ])
  })

  it('leaves a conversation alone: for that its leg decides', () => {
    const scene = new Scene().phones('agent1')
    scene.arrives('1001')
    scene.connects('ix-1.p2')
    scene.does({ type: 'SetReachable', user: 'agent1', reachable: false })
    scene.does({ type: 'ChooseStatus', user: 'agent1', status: 'logged-off' })
    expect(scene.phase('ix-1').state).toBe('connected')
    scene.hangsUp('ix-1.p1')
    scene.passes(2_000)
    expect(scene.status('agent1')).toBe('logged-off')
  })

  it('has its overdue announcement as soon as the caller is back', () => {
    const scene = new Scene().phones('agent1')
    scene.passes(1)
    scene.arrives('1001')
    scene.passes(15_000)
    scene.passes(10_000)
    expect(scene.phase('ix-1').state).toBe('offered')
    expect(scene.passes(15_000)).toEqual(['OfferEnded agent1 no-answer until 50001', 'Announced position-is numbers/1'])
  })
})

describe('a takeover in the middle of a call (IR-20, DAT-14, ACD-13)', () => {
  it('counts the wait from the first arrival, through any number of takeovers', () => {
    const scene = new Scene()
    scene.arrives('1001')
    const enteredAt = scene.world.now
    const hour = 3_600_000
    for (let n = 0; n < 3; n++) {
      scene.passes(hour)
      scene.crashes()
    }
    expect(scene.phase('ix-1')).toMatchObject({ state: 'queued', enteredAt })
    expect(scene.interaction('ix-1').createdAt).toBe(enteredAt)
    expect(scene.world.now - enteredAt).toBe(3 * hour)
  })

  it('keeps what is said, what rings and when it ends', () => {
    const scene = new Scene().phones('agent1')
    scene.arrives('1001')
    scene.passes(5_000)
    const before = [scene.desired('ix-1.p1'), scene.desired('ix-1.p2'), scene.due]
    scene.crashes()
    expect([scene.desired('ix-1.p1'), scene.desired('ix-1.p2'), scene.due]).toEqual(before)
    expect(scene.passes(10_000)).toEqual(['OfferEnded agent1 no-answer until 25000'])
  })

  it('keeps the pace of a queue, so that announcements stay as they were', () => {
    const told = (crashes: boolean): readonly string[] => {
      const scene = new Scene().phones('agent1')
      scene.changes(scene.queue('support', { wrapUpMs: 0 }))
      for (let n = 1; n <= 9; n++) scene.arrives('1001')
      for (let n = 1; n <= 7; n++) {
        scene.connects(`ix-${n}.p2`)
        scene.passes(10_000)
        scene.hangsUp(`ix-${n}.p1`)
      }
      scene.connects('ix-8.p2')
      if (crashes) scene.crashes()
      return scene.passes(30_000)
    }
    expect(told(true)).toEqual(told(false))
    expect(told(true).join()).toContain('estimated-wait')
  })
})

describe('a command that came late or twice', () => {
  it('decides nothing', () => {
    const scene = new Scene().phones('agent1')
    scene.arrives('1001')
    expect(scene.does({ type: 'Arrive', interaction: 'ix-1', from: '555', to: '1001' })).toEqual([])
    scene.connects('ix-1.p2')
    expect(scene.connects('ix-1.p2')).toEqual([])
    expect(scene.does({ type: 'ReportAlerting', interaction: 'ix-1', participant: 'ix-1.p2' })).toEqual([])
    expect(scene.fails('ix-1.p2', 'busy')).toEqual([])
    scene.hangsUp('ix-1.p1')
    expect(scene.hangsUp('ix-1.p1')).toEqual([])
    scene.passes(2_000)
    expect(scene.hangsUp('ix-1.p2')).toEqual([])
    expect(scene.does({ type: 'SetReachable', user: 'nobody', reachable: true })).toEqual([])
    expect(scene.does({ type: 'ChooseStatus', user: 'nobody', status: 'ready' })).toEqual([])
    expect(scene.does({ type: 'Tick' })).toEqual([])
  })

  it('to a number that leads nowhere is refused by the adapter, and here it is nothing', () => {
    expect(new Scene().arrives('*1')).toEqual([])
  })
})

import { describe, expect, it } from 'vitest'
import type { CentreCommand } from '#kernel/centre'
import type { CallbackOutcome } from '#kernel/interaction'
import { checkState } from './invariants.ts'
import { Scene } from './scene.ts'

const callback = (interaction: string, number = '0301234', more: object = {}): CentreCommand => ({
  ...{ type: 'CreateCallback', interaction, number, queue: 'support' },
  ...more,
})

const settle = (outcome: 'reached' | 'no-answer' | 'wrong-number' | 'refused', user = 'agent1'): CentreCommand => ({
  ...{ type: 'SettleAttempt', interaction: 'cb', user, outcome },
})

/** A scene in which agent1 has answered and the customer's phone rings; attempts are 10 s and 20 s apart. */
function calling(more: object = {}): Scene {
  const scene = new Scene().phones('agent1')
  scene.changes(scene.queue('support', { callbacks: { attempts: 3, busyMs: 10_000, noAnswerMs: 20_000 }, ...more }))
  scene.does(callback('cb'))
  scene.connects('cb.p1')
  return scene
}

const outcomes = (scene: Scene, id = 'cb'): readonly CallbackOutcome[] =>
  scene.interaction(id).attempts?.map(({ outcome }) => outcome) ?? []

describe('a callback whose customer is not reached (DIG-04)', () => {
  it('is tried again by the rule of its queue, with its rank, and gives up after the last attempt', () => {
    const scene = calling()
    const entered = scene.phase('cb')
    expect(scene.fails('cb.p2', 'busy')).toEqual([
      'ParticipantCleared cb.p2 busy',
      'WrapUpStarted agent1 until 2000',
      'ParticipantCleared cb.p1 finished',
      'CallbackAttempted 1 busy again 10000',
    ])
    expect(entered).toMatchObject({ state: 'connected' })
    expect(scene.phase('cb')).toMatchObject({ state: 'created', due: { priority: 50 } })
    expect(scene.passes(2_000)).toEqual(['WrapUpEnded agent1'])
    expect(scene.status('agent1')).toBe('ready')
    expect(scene.passes(8_000)).toEqual(['Queued support 50', 'Offered agent1 cb.p3 until 25000'])
    // The place is as if it had waited ever since, the wait that figures count begins anew.
    expect(scene.phase('cb')).toMatchObject({ enteredAt: scene.world.now, rankAt: expect.any(Number) })
    scene.connects('cb.p3')
    expect(scene.fails('cb.p4', 'no-answer').at(-1)).toBe('CallbackAttempted 2 no-answer again 30000')
    scene.crashes()
    expect(scene.passes(20_000)).toContain('Offered agent1 cb.p5 until 45000')
    scene.connects('cb.p5')
    expect(scene.fails('cb.p6', 'unreachable').at(-1)).toBe('CallbackAttempted 3 unreachable')
    expect(scene.passes(10_000).at(-1)).toBe('InteractionClosed cb failed')
    expect(scene.status('agent1')).toBe('ready')
  })

  it('is over once the customer has answered, and says so', () => {
    const scene = calling()
    scene.fails('cb.p2', 'busy')
    scene.passes(10_000)
    scene.connects('cb.p3')
    expect(scene.connects('cb.p4')).toContain('CallbackAttempted 2 reached')
    expect(outcomes(scene)).toEqual(['busy', 'reached'])
    scene.hangsUp('cb.p4')
    expect(scene.passes(2_000)).toEqual(['WrapUpEnded agent1', 'InteractionClosed cb answered'])
  })

  it('is called again at once when something of the centre was lost, and that is none of its attempts', () => {
    const scene = calling()
    scene.phones('agent3')
    expect(scene.loses('cb.p1')).toEqual([
      ...['WrapUpStarted agent1 until 2000', 'ParticipantCleared cb.p1 lost', 'ParticipantCleared cb.p2 finished'],
      ...['CallbackAttempted 1 interrupted again 0', 'Queued support 50', 'Offered agent3 cb.p3 until 15000'],
    ])
    scene.connects('cb.p3')
    expect(scene.fails('cb.p4', 'busy').at(-1)).toBe('CallbackAttempted 2 busy again 10000')
    for (const [agent, customer] of [
      ['cb.p5', 'cb.p6'],
      ['cb.p7', 'cb.p8'],
    ] as const) {
      scene.passes(10_000)
      scene.connects(agent)
      scene.fails(customer, 'busy')
    }
    expect(outcomes(scene)).toEqual(['interrupted', 'busy', 'busy', 'busy'])
    scene.passes(10_000)
    expect(scene.isOver('cb')).toBe(true)
  })

  it('waits for no lost core for ever: after twenty attempts it is over', () => {
    const scene = calling({ wrapUpMs: 0, ronaMs: 0 })
    for (let calls = 0; calls < 40 && !scene.isOver('cb'); calls++) {
      const live = scene.interaction('cb').participants.find(({ kind, connection }) => {
        return kind === 'agent' && (connection === 'connected' || connection === 'initiated')
      })
      if (!live) scene.passes(1_000)
      else if (live.connection === 'initiated') scene.connects(live.id)
      else scene.loses(live.id)
    }
    scene.passes(10_000)
    expect(scene.isOver('cb')).toBe(true)
  })

  it('is not called while nobody works: the next attempt is when the queue opens', () => {
    const scene = new Scene().phones('agent1')
    // The scene begins on a moment of its own: open until a minute after it, and again a day later.
    const date = (at: number): string => new Date(at).toISOString()
    const minute = (at: number): string => date(at).slice(11, 16)
    const { now } = scene.world
    const spans = [{ from: minute(now), to: minute(now + 120_000) }]
    const weekly = [{ days: [1, 2, 3, 4, 5, 6, 7], spans }]
    scene.changes({ kind: 'schedule', name: 'hours', value: { name: 'hours', timeZone: 'UTC', weekly } })
    const overflow = [{ when: { type: 'closed', schedule: 'hours' }, to: { type: 'number', number: '1002' } }] as const
    scene.changes(scene.queue('support', { overflow, callbacks: { attempts: 2, busyMs: 10_000, noAnswerMs: 600_000 } }))
    scene.does(callback('cb'))
    scene.connects('cb.p1')
    scene.fails('cb.p2', 'no-answer')
    const { phase } = scene.interaction('cb')
    const at = phase.state === 'created' ? (phase.due?.at ?? 0) : 0
    expect(minute(at)).toBe(minute(now))
    expect(at - now).toBeGreaterThan(86_000_000)
  })

  it('is withdrawn between its attempts when its customer gets through, or asks anew (promise 8)', () => {
    const scene = calling()
    scene.fails('cb.p2', 'busy')
    scene.does({ type: 'Arrive', interaction: 'ix-9', from: '0301234', to: '1001' })
    scene.connects('ix-9.p1')
    scene.passes(2_000)
    expect(scene.connects('ix-9.p2')).toContain('InteractionClosed cb withdrawn')
    const other = calling()
    other.fails('cb.p2', 'busy')
    other.passes(2_000)
    expect(other.does(callback('new'))).toContain('InteractionClosed cb withdrawn')
    expect(other.isOver('new')).toBe(false)
  })

  it('leaves the other phone when its agent gives up, and counts as not answered', () => {
    const scene = calling()
    expect(scene.hangsUp('cb.p1')).toContain('CallbackAttempted 1 no-answer again 20000')
    expect(scene.interaction('cb').participants.map(({ id }) => id)).toEqual(['cb.p1'])
  })

  it('takes a refused call for a busy line: a phone that is pushed away is no word yet', () => {
    expect(calling().fails('cb.p2', 'declined')).toContain('CallbackAttempted 1 busy again 10000')
  })

  it('is ended by a supervisor whatever its rule says', () => {
    const scene = calling()
    scene.fails('cb.p2', 'busy')
    expect(scene.does({ type: 'End', interaction: 'cb', by: 'supervisor' }).at(-1)).toBe('InteractionClosed cb ended')
  })
})

describe('what the agent says of a call to a customer', () => {
  it('counts while it talks: a machine is called again later', () => {
    const scene = calling()
    scene.connects('cb.p2')
    const events = scene.does(settle('no-answer'))
    expect(events).toContain('RecordingEnded cb.r1')
    expect(events).toContain('WrapUpStarted agent1 until 2000')
    expect(events.at(-1)).toBe('CallbackAttempted 1 no-answer again 20000')
    expect(scene.passes(20_000).at(-1)).toBe('Offered agent1 cb.p3 until 35000')
  })
  it.each([
    ['wrong-number', 'failed'],
    ['refused', 'failed'],
  ] as const)('%s is the end of it', (outcome, closed) => {
    const scene = calling()
    scene.connects('cb.p2')
    scene.hangsUp('cb.p2')
    expect(scene.does(settle(outcome))).toEqual([`CallbackAttempted 1 ${outcome}`])
    expect(scene.does(settle(outcome))).toEqual([])
    expect(outcomes(scene)).toEqual([outcome])
    expect(scene.passes(2_000)).toEqual(['WrapUpEnded agent1', `InteractionClosed cb ${closed}`])
  })

  it('ends what waits for another attempt, and makes none of what is over', () => {
    const scene = calling()
    scene.fails('cb.p2', 'busy')
    expect(scene.does(settle('no-answer'))).toEqual([])
    expect(scene.does(settle('refused', 'agent3'))).toEqual([])
    expect(scene.does(settle('wrong-number'))).toEqual(['CallbackAttempted 1 wrong-number'])
    expect(scene.phase('cb').state).toBe('wrapping-up')
    checkState(scene.world.head, scene.world.now)
    expect(scene.passes(2_000)).toEqual(['WrapUpEnded agent1', 'InteractionClosed cb failed'])
  })

  it('takes back what rings at others already', () => {
    const scene = calling({ wrapUpMs: 60_000 })
    scene.phones('agent3')
    scene.fails('cb.p2', 'busy')
    expect(scene.passes(10_000)).toContain('Offered agent3 cb.p3 until 25000')
    expect(scene.does(settle('refused'))).toEqual([
      ...['CallbackAttempted 1 refused', 'OfferEnded agent3 withdrawn', 'WrapUpEnded agent1'],
      'InteractionClosed cb failed',
    ])
  })

  it('is nothing that an agent of a call or of another callback can say', () => {
    const scene = new Scene().phones('agent1')
    scene.arrives('1001')
    scene.connects('ix-1.p2')
    expect(scene.does({ ...settle('refused'), interaction: 'ix-1' } as CentreCommand)).toEqual([])
    expect(scene.does({ ...settle('refused'), interaction: 'nobody' } as CentreCommand)).toEqual([])
  })
})

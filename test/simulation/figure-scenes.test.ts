import { describe, expect, it } from 'vitest'
import { centreMachine } from '#kernel/centre'
import { FigureScene } from './figure-scene.ts'

/** A call to support that agent1 has answered after five seconds. */
function answered(): FigureScene {
  const scene = new FigureScene().phones('agent1') as FigureScene
  scene.arrives('1001')
  scene.connects('ix-1.p1')
  scene.passes(5000)
  scene.connects('ix-1.p2')
  return scene
}

describe('figures of a call', () => {
  it('count its wait, its talk and the work after it, each once', () => {
    const scene = answered()
    scene.passes(60_000)
    scene.hangsUp('ix-1.p1')
    scene.passes(3000)
    scene.does({ type: 'EndWrapUp', interaction: 'ix-1', user: 'agent1', code: 'Order placed' })
    expect(scene.facts()).toMatchInlineSnapshot(`
      [
        "0 arrived 1001",
        "0 offered support",
        "0 offer support agent1",
        "5000 ring support agent1 5000",
        "5000 accepted support agent1 5000",
        "5000 answered:in-time support agent1 5000",
        "65000 talk support agent1 60000",
        "65000 in-use 1001 65000",
        "67000 wrap-up support agent1 2000",
        "67000 handled:voice support agent1 62000",
      ]
    `)
    expect(scene.statuses('agent1')).toMatchInlineSnapshot(`
      [
        "offered 5000",
        "busy 60000",
        "wrapping-up 2000",
      ]
    `)
  })

  it('part the answered by the queue’s time: just in time is in time', () => {
    const times = [19_999, 20_000, 20_001].map((waitMs) => {
      const scene = new FigureScene()
      scene.arrives('1001')
      scene.passes(waitMs)
      scene.phones('agent1')
      scene.connects('ix-1.p2')
      return scene.facts().find((line) => line.includes(' answered:'))
    })
    expect(times).toEqual([
      '19999 answered:in-time support agent1 19999',
      '20000 answered:in-time support agent1 20000',
      '20001 answered:late support agent1 20001',
    ])
  })

  it('go by the queue’s time as it stands when the wait ends', () => {
    const scene = new FigureScene()
    scene.arrives('1001')
    scene.passes(15_000)
    scene.changes(scene.queue('support', { serviceLevel: { percent: 90, withinMs: 10_000 } }))
    scene.phones('agent1')
    scene.connects('ix-1.p2')
    expect(scene.facts()).toContain('15000 answered:late support agent1 15000')
  })

  it('part the abandoned from the short-abandoned by the queue’s own time', () => {
    const ends = [4999, 5000, 25_000].map((waitMs) => {
      const scene = new FigureScene()
      scene.arrives('1001')
      scene.passes(waitMs)
      scene.hangsUp('ix-1.p1')
      return scene.facts().filter((line) => /abandoned|withdrawn/.test(line))
    })
    expect(ends).toEqual([
      ['4999 short-abandoned:in-time support 4999'],
      ['5000 abandoned:in-time support 5000'],
      ['25000 abandoned:late support 25000'],
    ])
    const scene = new FigureScene()
    scene.changes(scene.queue('support', { serviceLevel: { percent: 80, withinMs: 20_000, shortAbandonMs: 30_000 } }))
    scene.arrives('1001')
    scene.passes(25_000)
    scene.hangsUp('ix-1.p1')
    expect(scene.facts()).toContain('25000 short-abandoned:late support 25000')
  })

  it('count nobody as abandoned whom somebody else ended', () => {
    const scene = new FigureScene()
    scene.arrives('1001')
    scene.passes(9000)
    scene.does({ type: 'End', interaction: 'ix-1', by: 'supervisor' })
    expect(scene.facts().filter((line) => / (abandoned|short-abandoned|withdrawn)/.test(line))).toEqual([
      '9000 withdrawn:in-time support 9000',
    ])
  })

  it('count a move as redirected, of no queue’s own doing, and a new place in the same queue as nothing', () => {
    const scene = new FigureScene()
    scene.arrives('1001')
    scene.passes(9000)
    const move = { type: 'Move', interaction: 'ix-1', by: 'supervisor' } as const
    scene.does({ ...move, to: { type: 'queue', queue: 'support', place: 'front' } })
    expect(scene.facts().slice(1)).toEqual(['0 offered support'])
    scene.does({ ...move, to: { type: 'queue', queue: 'sales', place: 'kept' } })
    expect(scene.facts().slice(2)).toEqual(['9000 redirected:in-time support 9000', '9000 offered sales'])
  })

  it('keep one stay in the queue through offers that nobody answers', () => {
    const scene = new FigureScene().phones('agent1') as FigureScene
    scene.arrives('1001')
    scene.connects('ix-1.p1')
    scene.passes(3000)
    scene.fails('ix-1.p2', 'declined')
    scene.phones('agent3')
    scene.passes(20_000)
    scene.hangsUp('ix-1.p1')
    expect(scene.facts()).toMatchInlineSnapshot(`
      [
        "0 arrived 1001",
        "0 offered support",
        "0 offer support agent1",
        "3000 ring support agent1 3000",
        "3000 missed:declined support agent1 3000",
        "3000 offer support agent3",
        "18000 ring support agent3 15000",
        "18000 missed:no-answer support agent3 15000",
        "18000 offer support agent1",
        "23000 ring support agent1 5000",
        "23000 offer-withdrawn support agent1",
        "23000 abandoned:late support 23000",
        "23000 in-use 1001 23000",
      ]
    `)
    expect(scene.statuses('agent1')).toMatchInlineSnapshot(`
      [
        "offered 3000",
        "ring-no-answer 10000",
        "ready 5000",
        "offered 5000",
      ]
    `)
  })

  it('part talk from hold, whoever held', () => {
    const scene = answered()
    scene.passes(10_000)
    scene.does({ type: 'Hold', interaction: 'ix-1', participant: 'ix-1.p2' })
    scene.passes(4000)
    scene.does({ type: 'Retrieve', interaction: 'ix-1', participant: 'ix-1.p2' })
    scene.passes(1000)
    scene.does({ type: 'Hold', interaction: 'ix-1', participant: 'ix-1.p1' })
    scene.passes(2000)
    scene.hangsUp('ix-1.p2')
    expect(scene.facts().filter((line) => / (talk|hold) /.test(line))).toEqual([
      '15000 talk support agent1 10000',
      '19000 hold support agent1 4000',
      '20000 talk support agent1 1000',
      '22000 hold support agent1 2000',
    ])
  })
})

describe('figures of a call that moves', () => {
  it('count a second stay when an agent transfers it to another queue, from that moment on', () => {
    const scene = answered()
    scene.passes(10_000)
    scene.transfers('ix-1.p2', '1002')
    scene.passes(7000)
    scene.phones('agent2')
    scene.connects('ix-1.p3')
    expect(scene.facts().filter((line) => !/ (ring|offer|accepted|arrived) /.test(line))).toMatchInlineSnapshot(`
      [
        "0 offered support",
        "5000 answered:in-time support agent1 5000",
        "15000 transferred support agent1",
        "15000 talk support agent1 10000",
        "15000 offered sales",
        "17000 wrap-up support agent1 2000",
        "17000 handled:voice support agent1 12000",
        "22000 answered:in-time sales agent2 7000",
      ]
    `)
  })

  it('tell overflow to another queue from leaving for a flow', () => {
    const scene = new FigureScene()
    scene.arrives('1001')
    scene.passes(8000)
    // No rule of today moves a waiting caller; the events are what one would decide.
    const { log } = scene.world
    const at = scene.world.now
    const place = { interaction: 'ix-1', priority: 50, enteredAt: at, visit: 9, prompts: [] }
    log.push({ at, event: { type: 'Queued', queue: 'sales', ...place } })
    log.push({
      at: at + 500,
      event: { type: 'StepEntered', interaction: 'ix-1', flow: 'main', step: 'menu', visit: 10, attempt: 1 },
    })
    expect(scene.facts()).toMatchInlineSnapshot(`
      [
        "0 arrived 1001",
        "0 offered support",
        "8000 overflowed-out:in-time support 8000",
        "8000 offered sales",
        "8000 overflowed-in sales",
        "8500 redirected:in-time sales 500",
      ]
    `)
  })

  it('go on under the first contact after an attended transfer', () => {
    const scene = answered()
    scene.phones('agent3')
    scene.passes(10_000)
    scene.does({ type: 'Hold', interaction: 'ix-1', participant: 'ix-1.p2' })
    scene.arrives('2003', 'agent1')
    scene.connects('ix-2.p2')
    scene.connects('ix-2.p1')
    scene.passes(6000)
    const ends = { consulted: 'ix-2', consultedParticipant: 'ix-2.p1' }
    scene.does({ type: 'Join', interaction: 'ix-1', participant: 'ix-1.p2', ...ends })
    scene.passes(9000)
    scene.hangsUp('ix-2.p2', 'ix-1')
    scene.passes(60_000)
    expect(scene.facts()).toMatchInlineSnapshot(`
      [
        "0 arrived 1001",
        "0 offered support",
        "0 offer support agent1",
        "5000 ring support agent1 5000",
        "5000 accepted support agent1 5000",
        "5000 answered:in-time support agent1 5000",
        "15000 talk support agent1 10000",
        "21000 transferred support agent1",
        "21000 hold support agent1 6000",
        "21000 talk - agent1 6000",
        "21000 handled:voice - agent1 6000",
        "21000 talk - agent3 6000",
        "23000 wrap-up support agent1 2000",
        "23000 handled:voice support agent1 18000",
        "30000 talk 1001 agent3 9000",
        "30000 handled:voice 1001 agent3 15000",
        "30000 in-use 1001 30000",
      ]
    `)
  })

  it('count who was served by a flow for the line alone', () => {
    const scene = new FigureScene()
    scene.arrives('1009')
    scene.connects('ix-1.p1')
    scene.passes(30_000)
    scene.hangsUp('ix-1.p1')
    expect(scene.facts()).toEqual(['0 arrived 1009', '30000 in-use 1009 30000', '30000 unqueued:self-served 1009'])
  })

  it('count an agent’s own calls as its work, and no queue’s', () => {
    const scene = new FigureScene().phones('agent1', 'agent3') as FigureScene
    scene.arrives('2003', 'agent1')
    scene.passes(4000)
    scene.connects('ix-1.p2')
    scene.passes(20_000)
    scene.hangsUp('ix-1.p2')
    expect(scene.facts()).toMatchInlineSnapshot(`
      [
        "4000 ring - agent3 4000",
        "24000 talk - agent3 20000",
        "24000 handled:voice - agent3 20000",
        "24000 talk - agent1 24000",
        "24000 handled:voice - agent1 24000",
      ]
    `)
  })

  it('count work items and callbacks as they do calls', () => {
    const scene = new FigureScene()
    scene.does({ type: 'CreateWorkItem', interaction: 'wi-1', subject: 'a letter', queue: 'support', by: 'admin' })
    scene.does({ type: 'CreateCallback', interaction: 'cb-1', number: '4711', queue: 'sales' })
    scene.passes(60_000)
    scene.does({ type: 'End', interaction: 'wi-1', by: 'admin' })
    scene.does({ type: 'End', interaction: 'cb-1', by: 'admin' })
    expect(scene.facts()).toEqual([
      '0 offered support',
      '0 offered sales',
      '60000 withdrawn:late support 60000',
      '60000 withdrawn:late sales 60000',
    ])
  })
})

describe('figures of an agent', () => {
  it('part the time of not being ready by its reason', () => {
    const scene = new FigureScene().phones('agent1') as FigureScene
    const choose = (status: 'ready' | 'not-ready' | 'logged-off', reason?: string): void => {
      scene.does({ type: 'ChooseStatus', user: 'agent1', status, ...(reason === undefined ? undefined : { reason }) })
      scene.passes(1000)
    }
    choose('not-ready', 'lunch')
    choose('not-ready', 'training')
    choose('logged-off')
    choose('ready')
    scene.does({ type: 'SetReachable', user: 'agent1', reachable: false })
    scene.passes(500)
    scene.does({ type: 'SetReachable', user: 'agent1', reachable: true })
    // Nobody is anything while logged off.
    expect(scene.statuses('agent1')).toEqual([
      'not-ready:lunch 1000',
      'not-ready:training 1000',
      'ready 1000',
      'unreachable 500',
    ])
  })

  it('end with the user, whose work under way is counted to its end', () => {
    const scene = answered()
    scene.passes(5000)
    scene.changes({ kind: 'user', name: 'agent1' })
    scene.passes(5000)
    scene.hangsUp('ix-1.p1')
    scene.passes(60_000)
    const facts = scene.facts()
    expect(facts).toContain('15000 talk support agent1 10000')
    expect(facts.filter((line) => line.includes('handled'))).toHaveLength(1)
    expect(scene.world.head.statistics.agents.has('agent1')).toBe(false)
  })

  it('go on when the queue is gone in mid-call', () => {
    const scene = answered()
    scene.passes(5000)
    const { configuration } = scene.world.head
    const without = [...configuration.numbers].filter(([, to]) => to.type === 'queue' && to.queue === 'support')
    const flows = [...configuration.flows.keys()].map((name) => ({ kind: 'flow' as const, name }))
    const others = [...configuration.numbers].filter(([, to]) => to.type === 'flow')
    scene.changes(
      ...[...without, ...others].map(([name]) => ({ kind: 'number' as const, name })),
      ...flows,
      ...[{ kind: 'queue' as const, name: 'support' }, scene.queue('sales', { keys: {} })],
    )
    scene.passes(5000)
    scene.hangsUp('ix-1.p1')
    scene.passes(60_000)
    expect(scene.facts()).toContain('15000 talk support agent1 10000')
    expect(scene.world.head.statistics.contacts.size).toBe(0)
  })
})

describe('figures and a core that dies', () => {
  it('STA-03 are the same wherever it dies: after every single event, and with none', () => {
    const scene = answered()
    scene.passes(1_000_000)
    scene.does({ type: 'Hold', interaction: 'ix-1', participant: 'ix-1.p2' })
    scene.arrives('1002')
    scene.passes(7000)
    scene.does({ type: 'Retrieve', interaction: 'ix-1', participant: 'ix-1.p2' })
    scene.transfers('ix-1.p2', '1002')
    scene.phones('agent2', 'agent4')
    scene.passes(12_000)
    scene.hangsUp('ix-1.p1')
    scene.hangsUp('ix-2.p1')
    scene.passes(60_000)
    const { log } = scene.world
    const whole = centreMachine.initial()
    for (const { at, event } of log) centreMachine.evolve(whole, event, at)
    for (let dies = 1; dies <= log.length; dies++) {
      let state = centreMachine.initial()
      for (const [index, { at, event }] of log.entries()) {
        centreMachine.evolve(state, event, at)
        if (index + 1 === dies) state = centreMachine.restore(JSON.parse(JSON.stringify(centreMachine.dump(state))))
      }
      expect(state.statistics.dump(), `after event ${dies}`).toEqual(whole.statistics.dump())
    }
  })

  it('begin anew from a snapshot of a release that kept none', () => {
    const scene = answered()
    const { statistics: _, ...old } = centreMachine.dump(scene.world.head)
    const state = centreMachine.restore(old)
    expect(state.statistics.kept.size).toBe(0)
    const run = (command: Parameters<typeof centreMachine.decide>[1]): void => {
      for (const event of centreMachine.decide(state, command, scene.world.now)) {
        centreMachine.evolve(state, event, scene.world.now)
      }
    }
    run({ type: 'ReportCleared', interaction: 'ix-1', participant: 'ix-1.p1', reason: 'hung-up' })
    run({ type: 'Arrive', interaction: 'ix-9', from: '1', to: '1001' })
    const since = state.statistics.since('queue', 'support', 0, scene.world.now)
    expect(since.get('offered')).toEqual({ count: 1, ms: 0, longestMs: 0 })
  })

  it('tell live what runs at this moment', () => {
    const scene = answered()
    scene.passes(30_000)
    const { statistics } = scene.world.head
    const now = scene.world.now
    expect(statistics.since('agent', 'agent1', 900_000, now).get('talk')?.ms).toBe(30_000)
    expect(statistics.since('queue', 'support', 900_000, now).get('talk')?.ms).toBe(30_000)
    expect(statistics.since('skill', 'support', 900_000, now).get('talk')?.ms).toBe(30_000)
    expect(statistics.since('line', '1001', 900_000, now).get('in-use')?.ms).toBe(35_000)
    expect(statistics.since('line', '1001', 900_000, now).get('talk')?.ms).toBe(30_000)
    expect(statistics.since('agent', 'agent1', 900_000, now).get('status-busy')?.ms).toBe(30_000)
    expect(statistics.since('queue', 'sales', 900_000, now).size).toBe(0)
    expect(statistics.since('agent', 'nobody', 900_000, now).size).toBe(0)
  })
})

import { describe, expect, it } from 'vitest'
import { demoCentre } from '#kernel/config'
import { noteWait } from '#kernel/queue'
import type { CentreCommand } from './command.ts'
import { centreMachine } from './machine.ts'

const START = 1_000_000

/** The demo centre with one agent, whose queue `support` has served somebody every 20 s until now. */
function setUp() {
  const state = centreMachine.initial()
  let now = START
  const submit = (command: CentreCommand) => {
    const events = centreMachine.decide(state, command, now)
    for (const event of events) centreMachine.evolve(state, event, now)
    return events
  }
  submit({ type: 'ChangeConfiguration', by: 'test', basedOn: 0, changes: demoCentre() })
  const queue = state.queues.get('support')!
  for (let n = 10; n >= 0; n--) noteWait(queue, { type: 'offered', enteredAt: START - 200_000, at: START - n * 20_000 })
  const phaseOf = (id: string) => state.interactions.get(id)?.phase as { told?: unknown; participant?: string }
  return {
    ...{ state, queue, submit, phaseOf },
    passes(seconds: number) {
      now += seconds * 1_000
      return submit(centreMachine.tick())
    },
    calls: (interaction: string) => submit({ type: 'Arrive', interaction, from: '5', to: '1001' }),
    hangsUp: (id: string) =>
      submit({ type: 'ReportCleared', interaction: id, participant: `${id}.p1`, reason: 'hung-up' }),
  }
}

describe('a wait that was told (promise 13)', () => {
  it('stands in the event, and the first one is kept through later ones and through a ring in vain', () => {
    const { passes, calls, phaseOf, submit } = setUp()
    calls('a')
    const events = passes(30)
    expect(events).toMatchObject([{ type: 'Announced', position: 1, expected: { leastMs: 0, mostMs: 60_000 } }])
    const told = { at: START + 30_000, leastMs: 0, mostMs: 60_000 }
    expect(phaseOf('a')).toMatchObject({ state: 'queued', told })
    passes(30)
    expect(phaseOf('a')).toMatchObject({ told })
    submit({ type: 'SetReachable', user: 'agent1', reachable: true })
    expect(phaseOf('a')).toMatchObject({ state: 'offered', told })
    passes(15)
    expect(phaseOf('a')).toMatchObject({ state: 'queued', told })
  })

  it('is judged when the caller is answered, from the moment that it was said', () => {
    const { passes, calls, phaseOf, submit, queue } = setUp()
    calls('a')
    passes(30)
    submit({ type: 'SetReachable', user: 'agent1', reachable: true })
    passes(8)
    submit({ type: 'ReportConnected', interaction: 'a', participant: phaseOf('a').participant ?? '' })
    expect(queue.accuracy).toEqual({ judged: 1, within: 1, sooner: 0, later: 0 })
    expect(queue.pace.ringMs).toBe(8_000)
  })

  it('is judged of who hangs up only when its end has passed, while a phone rings too', () => {
    const { passes, calls, hangsUp, submit, queue } = setUp()
    calls('a')
    calls('b')
    passes(30)
    hangsUp('a')
    expect(queue.accuracy.judged).toBe(0)
    passes(181)
    submit({ type: 'SetReachable', user: 'agent1', reachable: true })
    hangsUp('b')
    expect(queue.accuracy).toEqual({ judged: 1, within: 0, sooner: 0, later: 1 })
    expect(queue.pace.lost).toBeGreaterThan(1_900_000)
  })

  it('is none where nothing can be said honestly, and for who is turned away', () => {
    const { passes, calls, queue, phaseOf, submit } = setUp()
    queue.pace = { ...queue.pace, pauses: [] }
    calls('a')
    expect(passes(30)).toMatchObject([{ type: 'Announced', prompts: ['position-is', 'numbers/1'] }])
    expect(phaseOf('a').told).toBeUndefined()
    submit({ type: 'End', interaction: 'a', by: 'supervisor' })
    expect([queue.accuracy.judged, queue.pace.lost]).toEqual([0, 0])
  })
})

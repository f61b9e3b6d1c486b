import { describe, expect, it } from 'vitest'
import { AgentLiveSchema, InteractionSchema, QueueLiveSchema } from '#api/contract'
import { VirtualClock } from '#base'
import { type CentreCommand, centreMachine } from '#kernel/centre'
import { demoCentre } from '#kernel/config'
import { viewAgent } from './agent-view.ts'
import { viewInteraction } from './interaction-view.ts'
import { QueueMembers } from './queue-members.ts'
import { viewQueues } from './queue-view.ts'
import { viewWhy } from './why.ts'

function setUp() {
  const clock = new VirtualClock()
  const state = centreMachine.initial()
  const run = (command: CentreCommand): void => {
    const now = clock.now()
    for (const event of centreMachine.decide(state, command, now)) centreMachine.evolve(state, event, now)
  }
  run({ type: 'ChangeConfiguration', by: 'demo', basedOn: 0, changes: demoCentre() })
  const members = new QueueMembers()
  const queue = (name: string) => viewQueues(state, { members, now: clock.now() }, new Set([name]))[0]!
  const agent = (user: string) => viewAgent(state, { members, now: clock.now() }, state.configuration.users.get(user)!)
  return { clock, state, run, members, queue, agent }
}

describe('live views', () => {
  it('IR-20 count a wait from its beginning, through offers that nobody answers', () => {
    const { clock, state, run, queue } = setUp()
    run({ type: 'Arrive', interaction: 'ix', from: '1', to: '1001' })
    run({ type: 'ReportConnected', interaction: 'ix', participant: 'ix.p1' })
    clock.advance(5000)
    run({ type: 'SetReachable', user: 'agent1', reachable: true })
    expect(viewInteraction(state.interactions.get('ix')!)).toMatchObject({ state: 'offered', agent: 'agent1' })
    clock.advance(3000)
    const { phase } = state.interactions.get('ix')!
    const participant = phase.state === 'offered' ? phase.participant : ''
    run({ type: 'ReportFailed', interaction: 'ix', participant, reason: 'no-answer' })
    expect(queue('support')).toMatchObject({ waiting: 1, offered: 0, longestWaitMs: 8000 })
    const view = InteractionSchema.parse(viewInteraction(state.interactions.get('ix')!))
    expect(view).toMatchObject({ state: 'queued', agent: null, queue: 'support' })
  })

  it('name who has taken a call over, once its agent has left it', () => {
    const { state, run } = setUp()
    for (const user of ['agent1', 'supervisor']) run({ type: 'SetReachable', user, reachable: true })
    run({ type: 'Arrive', interaction: 'ix', from: '1', to: '1001' })
    for (const participant of ['ix.p1', 'ix.p2']) run({ type: 'ReportConnected', interaction: 'ix', participant })
    const agent = () => viewInteraction(state.interactions.get('ix')!).agent
    run({ type: 'Supervise', interaction: 'ix', user: 'supervisor', mode: 'listen', announced: false })
    run({ type: 'ReportConnected', interaction: 'ix', participant: 'ix.p3' })
    expect(agent()).toBe('agent1')
    run({ type: 'Supervise', interaction: 'ix', user: 'supervisor', mode: 'take-over', announced: false })
    expect(agent()).toBe('supervisor')
  })

  it('count the agents of a queue by what they are', () => {
    const { run, queue, agent } = setUp()
    run({ type: 'SetReachable', user: 'agent1', reachable: true })
    run({ type: 'SetReachable', user: 'agent3', reachable: true })
    run({ type: 'ChooseStatus', user: 'agent3', status: 'not-ready', reason: 'lunch' })
    const view = QueueLiveSchema.parse(queue('support'))
    expect(view.agents).toMatchObject({ ready: 1, 'not-ready': 1, unreachable: 98 })
    expect(AgentLiveSchema.parse(agent('agent3'))).toMatchObject({
      status: 'not-ready',
      reason: 'lunch',
      queues: ['support'],
    })
    expect(agent('admin').queues).toEqual([])
  })

  it('follow a configuration that changes who serves a queue', () => {
    const { state, run, members } = setUp()
    expect(members.agentsOf(state.configuration, 'sales')).not.toContain('agent1')
    const user = { ...state.configuration.users.get('agent1')!, skills: { sales: 10 } }
    run({
      type: 'ChangeConfiguration',
      by: 'admin',
      basedOn: 1,
      changes: [{ kind: 'user', name: 'agent1', value: user }],
    })
    expect(members.agentsOf(state.configuration, 'sales')).toContain('agent1')
    expect(members.queuesOf(state.configuration, 'agent1')).toEqual(['sales'])
  })

  it('promise 4: say why in words', () => {
    const decision = {
      ...{
        strategy: 'longest-idle' as const,
        queue: 'support',
        skills: { support: 60 },
        at: 0,
        waitedMs: 61_000,
        chosen: 'agent1',
      },
      candidates: [
        { user: 'agent1', idleMs: 5200, proficiency: 80 },
        { user: 'agent3', idleMs: 1000, proficiency: 70 },
      ],
      candidatesCount: 2,
      passedOver: [{ user: 'agent5', reason: 'busy' }],
      passedOverCount: 4,
    }
    expect(viewWhy(decision).text).toBe(
      'After 61 s in queue support, agent1, free for 5.2 s, was free longest of the 2 who fit. The queue asks for support 60 or more. ' +
        'Next would have been agent3, free for 1.0 s. Passed over: agent5 (busy) and 3 more.',
    )
    expect(viewWhy({ ...decision, strategy: 'direct' }).text).toContain('agent1 directly')
  })
})

describe('figures of today', () => {
  const HOUR_MS = 3_600_000

  it('RPT-05 are those since midnight where the centre is, by the definition that the queue is held to', () => {
    const { clock, state, run, queue } = setUp()
    clock.advance(10 * HOUR_MS)
    const abandon = (interaction: string, waitMs: number): void => {
      run({ type: 'Arrive', interaction, from: '1', to: '1001' })
      clock.advance(waitMs)
      run({ type: 'ReportCleared', interaction, participant: `${interaction}.p1`, reason: 'hung-up' })
    }
    abandon('ix-1', 1000)
    abandon('ix-2', 6000)
    run({ type: 'SetReachable', user: 'agent1', reachable: true })
    run({ type: 'Arrive', interaction: 'ix-3', from: '1', to: '1001' })
    run({ type: 'ReportConnected', interaction: 'ix-3', participant: 'ix-3.p2' })
    expect(queue('support').serviceLevelToday).toMatchObject({
      ...{ definition: 'service-level-offered-without-short@1', percent: 50 },
      ...{ offered: 3, answered: 1, answeredInTime: 1, abandoned: 1, shortAbandoned: 1 },
    })
    const support = state.configuration.queues.get('support')!
    const value = { ...support, serviceLevel: { ...support.serviceLevel, definition: 'answered' as const } }
    run({ type: 'ChangeConfiguration', by: 'admin', basedOn: 1, changes: [{ kind: 'queue', name: 'support', value }] })
    expect(queue('support').serviceLevelToday).toMatchObject({ definition: 'service-level-answered@1', percent: 100 })
    // Noon in UTC is midnight in this zone: the day before is over there.
    const zone = { kind: 'parameter' as const, name: 'Time Zone', value: { value: 'Pacific/Auckland' } }
    run({ type: 'ChangeConfiguration', by: 'admin', basedOn: 2, changes: [zone] })
    clock.advance(2 * HOUR_MS)
    expect(queue('support').serviceLevelToday).toMatchObject({ offered: 0, percent: null })
  })
})

import { describe, expect, it } from 'vitest'
import type { Agent, AgentStatus, LineState } from './agent.ts'
import type { AgentEvent } from './event.ts'
import { decideAgent, evolveAgent, newAgent } from './machine.ts'
import { agentStatus, isDiallable, isFree, lineState } from './status.ts'

/** Folds events one second apart. */
function agentAfter(events: readonly AgentEvent[], start: Agent = newAgent('ada', 'ready', 0)): Agent {
  return events.reduce((agent, event, index) => evolveAgent(agent, event, (index + 1) * 1_000), start)
}

const HERE: AgentEvent = { type: 'ReachableChanged', reachable: true }
const GONE: AgentEvent = { type: 'ReachableChanged', reachable: false }
const offered = (interaction = 'ix-1', queue: string | undefined = 'support'): AgentEvent => ({
  type: 'Offered',
  interaction,
  participant: { id: `${interaction}.p2` },
  until: 90_000,
  ...(queue === undefined ? undefined : { queue }),
})
const connected = (interaction = 'ix-1'): AgentEvent => ({ type: 'ParticipantConnected', interaction })
const wrapUp = (interaction = 'ix-1'): AgentEvent => ({
  type: 'WrapUpStarted',
  interaction,
  participant: `${interaction}.p2`,
  until: 99_000,
})
const cleared = (interaction = 'ix-1', participant = `${interaction}.p2`): AgentEvent => ({
  type: 'ParticipantCleared',
  interaction,
  participant,
})
const ended = (ronaUntil?: number, interaction = 'ix-1'): AgentEvent => ({
  type: 'OfferEnded',
  interaction,
  reason: 'no-answer',
  ...(ronaUntil === undefined ? undefined : { ronaUntil }),
})
const status = (which: 'ready' | 'not-ready' | 'logged-off', reason?: string): AgentEvent => ({
  type: 'StatusChosen',
  status: which,
  ...(reason === undefined ? undefined : { reason }),
})

describe('what an agent is (AGS-01, AGS-02)', () => {
  it.each<[AgentStatus, readonly AgentEvent[]]>([
    ['unreachable', []],
    ['ready', [HERE]],
    ['unreachable', [HERE, GONE]],
    ['not-ready', [HERE, status('not-ready', 'lunch')]],
    ['logged-off', [HERE, status('logged-off')]],
    ['logged-off', [status('logged-off')]],
    ['offered', [HERE, offered()]],
    ['busy', [HERE, offered(), connected()]],
    ['busy', [HERE, offered(), connected(), GONE]],
    ['busy', [HERE, offered(), connected(), status('logged-off')]],
    ['wrapping-up', [HERE, offered(), connected(), wrapUp()]],
    ['wrapping-up', [HERE, offered(), connected(), wrapUp(), cleared()]],
    ['ready', [HERE, offered(), connected(), wrapUp(), cleared(), { type: 'WrapUpEnded', interaction: 'ix-1' }]],
    ['ready', [HERE, offered(), connected(), cleared()]],
    ['ready', [HERE, offered(), ended()]],
    ['ring-no-answer', [HERE, offered(), ended(60_000)]],
    ['ready', [HERE, offered(), ended(60_000), { type: 'RonaEnded' }]],
    ['ready', [HERE, offered(), ended(60_000), status('ready')]],
    ['not-ready', [HERE, offered(), ended(60_000), status('not-ready')]],
    ['unreachable', [HERE, offered(), ended(60_000), GONE]],
    ['ready', [HERE, offered(), connected(), { type: 'InteractionClosed', interaction: 'ix-1' }]],
    ['busy', [HERE, { type: 'CalledIn', interaction: 'ix-9', participant: 'ix-9.p1' }]],
    [
      'busy',
      [HERE, offered(), connected(), wrapUp(), { type: 'CalledIn', interaction: 'ix-9', participant: 'ix-9.p1' }],
    ],
  ])('is %s after %j', (expected, events) => {
    expect(agentStatus(agentAfter(events), 30_000)).toBe(expected)
  })

  it('ends ring-no-answer by its time alone, before anything says so (AGS-03)', () => {
    const agent = agentAfter([HERE, offered(), ended(60_000)])
    expect(agentStatus(agent, 59_999)).toBe('ring-no-answer')
    expect(isFree(agent, 59_999)).toBe(false)
    expect(agentStatus(agent, 60_000)).toBe('ready')
    expect(isFree(agent, 60_000)).toBe(true)
  })
})

describe('what colleagues see of an agent', () => {
  const chat = { ...offered('ix-2'), medium: 'chat' } as AgentEvent

  it.each<[LineState, readonly AgentEvent[]]>([
    ['none', []],
    ['idle', [HERE]],
    ['idle', [HERE, status('not-ready')]],
    ['idle', [HERE, chat]],
    ['idle', [HERE, offered(), connected(), wrapUp()]],
    ['ringing', [HERE, offered()]],
    ['ringing', [HERE, chat, connected('ix-2'), offered()]],
    ['busy', [HERE, offered(), connected()]],
    ['busy', [HERE, offered(), connected(), GONE]],
    ['busy', [HERE, { type: 'CalledIn', interaction: 'ix-9', participant: 'ix-9.p1' }]],
    ['none', [HERE, offered(), connected(), cleared(), GONE]],
  ])('has a line that is %s after %j (AGS-05)', (expected, events) => {
    expect(lineState(agentAfter(events))).toBe(expected)
  })

  it('keeps a note whatever it is and does, until there is another or none (AGS-05)', () => {
    const noted: AgentEvent = { type: 'PresenceNoted', note: 'back at three' }
    const agent = agentAfter([
      HERE,
      noted,
      status('not-ready'),
      offered(),
      connected(),
      cleared(),
      status('logged-off'),
    ])
    expect(agent).toMatchObject({ note: 'back at three', chosen: { status: 'logged-off' } })
    expect(decideAgent(agent, { type: 'NotePresence', note: 'back at three' })).toEqual([])
    expect(decideAgent(agent, { type: 'NotePresence', note: 'at home' })).toEqual([{ ...noted, note: 'at home' }])
    const [gone] = decideAgent(agent, { type: 'NotePresence' })
    expect(gone).toEqual({ type: 'PresenceNoted' })
    expect(evolveAgent(agent, gone!, 99_000)).toEqual({ ...agent, note: undefined })
    expect(evolveAgent(agent, gone!, 99_000)).not.toHaveProperty('note')
  })

  it('is as idle as before when only its note changes', () => {
    const before = agentAfter([HERE])
    const { note: _, ...after } = evolveAgent(before, { type: 'PresenceNoted', note: 'x' }, 99_000)
    expect(after).toEqual(before)
  })
})

describe('who may be given work', () => {
  it('is free only when ready, reachable and without work', () => {
    expect(isFree(agentAfter([HERE]), 0)).toBe(true)
    expect(isFree(agentAfter([]), 0)).toBe(false)
    expect(isFree(agentAfter([HERE, status('not-ready')]), 0)).toBe(false)
    expect(isFree(agentAfter([HERE, offered()]), 0)).toBe(false)
    expect(isFree(agentAfter([HERE, offered(), connected(), wrapUp()]), 0)).toBe(false)
  })

  it('may be dialled when not ready, in ring-no-answer or wrapping up, but not while on the phone', () => {
    expect(isDiallable(agentAfter([HERE, status('not-ready')]))).toBe(true)
    expect(isDiallable(agentAfter([HERE, offered(), ended(60_000)]))).toBe(true)
    expect(isDiallable(agentAfter([HERE, offered(), connected(), wrapUp()]))).toBe(true)
    expect(isDiallable(agentAfter([HERE, offered()]))).toBe(false)
    expect(isDiallable(agentAfter([HERE, offered(), connected()]))).toBe(false)
    expect(isDiallable(agentAfter([]))).toBe(false)
  })
})

describe('longest idle', () => {
  it('counts from the end of the work, wrap-up included', () => {
    const agent = agentAfter([
      HERE,
      offered(),
      connected(),
      wrapUp(),
      cleared(),
      { type: 'WrapUpEnded', interaction: 'ix-1' },
    ])
    expect(agent.idleSince).toBe(6_000)
  })

  it('does not begin anew for an offer that was taken back', () => {
    expect(agentAfter([HERE, offered(), ended()]).idleSince).toBe(1_000)
  })

  it('begins when the agent becomes ready or reachable', () => {
    expect(agentAfter([HERE, status('not-ready'), status('ready')]).idleSince).toBe(3_000)
    expect(agentAfter([HERE, GONE, HERE]).idleSince).toBe(3_000)
  })
})

describe('the work of an agent', () => {
  it('keeps since when it is as it is', () => {
    expect(agentAfter([HERE, offered(), connected()]).work).toEqual([
      {
        ...{ interaction: 'ix-1', participant: 'ix-1.p2', state: 'connected', queue: 'support', since: 3_000 },
        engagedAt: 3_000,
      },
    ])
  })

  it('is touched by nothing that concerns another party or another interaction', () => {
    const agent = agentAfter([HERE, offered(), connected()])
    expect(evolveAgent(agent, cleared('ix-1', 'ix-1.p1'), 9_000)).toBe(agent)
    expect(evolveAgent(agent, cleared('ix-7'), 9_000)).toBe(agent)
    expect(evolveAgent(agent, { type: 'InteractionClosed', interaction: 'ix-7' }, 9_000)).toBe(agent)
  })

  it('goes on under the other name after a join', () => {
    const agent = agentAfter([HERE, offered('ix-2'), connected('ix-2')])
    const joined = evolveAgent(agent, { type: 'Joined', interaction: 'ix-1', consulted: 'ix-2' }, 9_000)
    expect(joined.work).toMatchObject([{ interaction: 'ix-1', participant: 'ix-2.p2', state: 'connected' }])
  })

  it('never changes the agent that was there before', () => {
    const before = Object.freeze({ ...agentAfter([HERE]), work: Object.freeze([]) as never })
    expect(() => evolveAgent(before, offered(), 9_000)).not.toThrow()
    expect(before.work).toEqual([])
  })
})

describe('the commands of an agent', () => {
  const ready = agentAfter([HERE])

  it('decide nothing that holds already', () => {
    expect(decideAgent(ready, { type: 'SetReachable', reachable: true })).toEqual([])
    expect(decideAgent(ready, { type: 'ChooseStatus', status: 'ready' })).toEqual([])
  })

  it('change the status and its reason', () => {
    expect(decideAgent(ready, { type: 'ChooseStatus', status: 'not-ready', reason: 'lunch' })).toEqual([
      { type: 'StatusChosen', status: 'not-ready', reason: 'lunch' },
    ])
    const lunch = agentAfter([HERE, status('not-ready', 'lunch')])
    expect(decideAgent(lunch, { type: 'ChooseStatus', status: 'not-ready', reason: 'training' })).toHaveLength(1)
    expect(decideAgent(lunch, { type: 'ChooseStatus', status: 'not-ready', reason: 'lunch' })).toEqual([])
  })

  it('let an agent come back early from ring-no-answer (AGS-03)', () => {
    const missed = agentAfter([HERE, offered(), ended(60_000)])
    expect(decideAgent(missed, { type: 'ChooseStatus', status: 'ready' })).toEqual([
      { type: 'StatusChosen', status: 'ready' },
    ])
  })

  it('say that the phone has gone', () => {
    expect(decideAgent(ready, { type: 'SetReachable', reachable: false })).toEqual([GONE])
  })
})

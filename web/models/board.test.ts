import { describe, expect, it } from 'vitest'
import type { AgentLive, InteractionView, Presence, ServerMessage } from '#api/contract'
import { type Board, EMPTY_BOARD, foldMessage, isOnDuty, sortedAgents, sortedInteractions, totalsOf } from './board.ts'
import { ageMs, clockDuration, clockTime, exactDuration } from './duration.ts'
import { whyText } from './why-text.ts'

const AT = '2026-01-01T00:00:00.000Z'

function call(id: string, change: Partial<InteractionView> = {}): InteractionView {
  return {
    ...{ id, medium: 'voice', direction: 'inbound', from: '1', to: '1001', state: 'queued', since: AT, createdAt: AT },
    ...{
      closedAt: null,
      queue: 'support',
      queuedAt: AT,
      agent: null,
      offerUntil: null,
      flow: null,
      step: null,
      outcome: null,
    },
    ...change,
  }
}

function agent(user: string, change: Partial<AgentLive> = {}): AgentLive {
  return {
    ...{ user, displayName: user, extension: '2001', role: 'agent', status: 'ready', since: AT, chosen: 'ready' },
    ...{ reason: null, reachable: true, queues: ['support'], inactive: [], work: [] },
    ...change,
  }
}

function changes(sequence: number, views: Partial<Extract<ServerMessage, { type: 'changes' }>>): ServerMessage {
  const none = { queues: [], agents: [], interactions: [], removed: { queues: [], agents: [] } }
  return { type: 'changes', sequence, serverTime: AT, ...none, ...views }
}

function boardOf(...messages: ServerMessage[]): Board {
  return messages.reduce((board, message) => foldMessage(board, message, Date.parse(AT)), EMPTY_BOARD)
}

describe('the board', () => {
  it('holds the present views; the same message twice changes nothing', () => {
    const message = changes(3, { interactions: [call('a'), call('b')], agents: [agent('agent1')] })
    const board = boardOf(message, message)
    expect([...board.interactions.keys()]).toEqual(['a', 'b'])
    const after = boardOf(message, changes(4, { agents: [agent('agent1', { status: 'busy' })] }))
    expect(after.agents.get('agent1')?.status).toBe('busy')
    expect(after.interactions.size).toBe(2)
  })

  it('holds the presence of colleagues as it was told last (AGS-08)', () => {
    const presence = (user: string, note: string | null): Presence => ({
      ...{ user, note, status: 'ready', reason: null, line: 'idle', reachedBy: [], media: [] },
    })
    const board = boardOf(
      changes(3, { colleagues: [presence('ada', null), presence('bob', null)] }),
      changes(4, { colleagues: [presence('ada', 'back at three')] }),
      changes(5, {}),
    )
    expect([...board.colleagues.values()].map(({ user, note }) => [user, note])).toEqual([
      ['ada', 'back at three'],
      ['bob', null],
    ])
  })

  it('forgets all with a snapshot, and what is removed', () => {
    const before = changes(3, { interactions: [call('a')], agents: [agent('agent1'), agent('agent2')] })
    const removed = boardOf(before, changes(4, { removed: { queues: [], agents: ['agent1'] } }))
    expect([...removed.agents.keys()]).toEqual(['agent2'])
    const snapshot: ServerMessage = {
      type: 'snapshot',
      sequence: 2,
      serverTime: AT,
      queues: [],
      agents: [],
      interactions: [call('c')],
    }
    const board = boardOf(before, snapshot)
    expect([board.sequence, [...board.interactions.keys()], board.agents.size]).toEqual([2, ['c'], 0])
  })

  it('keeps the last calls that ended, not all', () => {
    const ended = Array.from({ length: 9 }, (_, i) =>
      call(`c${i}`, { state: 'closed', closedAt: `2026-01-01T00:00:0${i}.000Z` }),
    )
    const board = boardOf(changes(1, { interactions: [call('open'), ...ended] }))
    expect([...board.interactions.keys()]).toEqual(['open', 'c3', 'c4', 'c5', 'c6', 'c7', 'c8'])
  })

  it('shows who waits longest first, then who talks, then what ended', () => {
    const board = boardOf(
      changes(1, {
        interactions: [
          call('ended', { state: 'closed', closedAt: AT }),
          call('talks', { state: 'connected' }),
          call('young', { createdAt: '2026-01-01T00:01:00.000Z' }),
          call('old'),
        ],
      }),
    )
    expect(sortedInteractions(board).map(({ id }) => id)).toEqual(['old', 'young', 'talks', 'ended'])
  })

  it('finds agents by name, extension or queue, those at work first', () => {
    const board = boardOf(
      changes(1, {
        agents: [
          agent('agent10'),
          agent('agent9'),
          agent('agent2', { status: 'busy' }),
          agent('x', { queues: ['sales'], status: 'unreachable' }),
        ],
      }),
    )
    expect(sortedAgents(board).map(({ user }) => user)).toEqual(['agent2', 'agent9', 'agent10', 'x'])
    expect(sortedAgents(board, 'SALES').map(({ user }) => user)).toEqual(['x'])
    expect([...board.agents.values()].filter(isOnDuty)).toHaveLength(3)
  })

  it('adds up what the top line says', () => {
    const board = boardOf(
      changes(1, {
        interactions: [call('a', { state: 'connected' })],
        agents: [agent('a'), agent('b', { status: 'busy' })],
      }),
    )
    expect(totalsOf(board)).toEqual({ waiting: 0, longestWaitSince: null, talking: 1, ready: 1, onDuty: 2 })
  })
})

describe('durations', () => {
  it('read as clocks, and never run backwards', () => {
    expect([0, 7_900, 754_000, 3_723_000, -500].map(clockDuration)).toEqual([
      '0:00',
      '0:07',
      '12:34',
      '1:02:03',
      '0:00',
    ])
    expect([
      exactDuration(12, 'en'),
      exactDuration(1234, 'en'),
      exactDuration(1234, 'de'),
      exactDuration(42_000, 'en'),
      exactDuration(90_000, 'en'),
    ]).toEqual(['12 ms', '1.2 s', '1,2 s', '42 s', '1:30'])
    expect(ageMs(AT, Date.parse(AT) + 1000, 500)).toBe(1500)
    expect(clockTime(AT)).toMatch(/^\d\d:00:00\.000$/)
  })
})

describe('why', () => {
  const t = (key: string, values?: Record<string, unknown>): string => `${key} ${JSON.stringify(values ?? {})}`
  const why = {
    ...{
      text: '',
      strategy: 'longest-idle',
      queue: 'support',
      skills: { support: 1 },
      waitedMs: 3000,
      chosen: 'agent1',
    },
    ...{
      candidates: [{ user: 'agent1', idleMs: 5000, proficiency: 80 }],
      candidatesCount: 1,
      passedOver: [],
      passedOverCount: 2,
    },
    ...{ preferred: {}, ring: 0, only: null, prioritised: null, besides: [], claim: null, rivals: [], rivalsCount: 0 },
  }

  it('promise 4: is told from the numbers that were kept', () => {
    expect(whyText(why, t, 'en')).toEqual([
      'why.waited {"waited":"3.0 s","queue":"support"}',
      'why.only {"chosen":"agent1","idle":"5.0 s","count":1}',
      'why.skills {"skills":"support ≥ 1"}',
      'why.passedOver {"count":2}',
    ])
    const just = { ...why, candidates: [{ user: 'agent1', idleMs: 3, proficiency: 80 }] }
    expect(whyText(just, t, 'en')[1]).toMatch(/^why.onlyJust/)
    expect(whyText({ ...why, candidatesCount: 4 }, t, 'en')[1]).toMatch(/^why.longest .*"count":4/)
    const skilled = { ...why, candidatesCount: 4, strategy: 'most-skilled', rivalsCount: 2 }
    expect(whyText(skilled, t, 'en').slice(1, 3)).toEqual([
      expect.stringMatching(/^why.mostSkilled/),
      'why.rivals {"count":2}',
    ])
    const prioritised = { by: 'boss', from: 50, to: 80 }
    expect(whyText({ ...why, prioritised }, t, 'en')[2]).toBe('why.prioritised {"by":"boss","from":50,"to":80}')
    expect(whyText({ ...why, only: 'last-agent' as const }, t, 'en')[1]).toMatch(/^why.lastAgent/)
    expect(whyText({ ...why, strategy: 'direct' }, t, 'en')).toEqual(['why.direct {"chosen":"agent1"}'])
  })
})

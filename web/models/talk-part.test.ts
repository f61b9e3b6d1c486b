import { describe, expect, it } from 'vitest'
import type { AgentLive, InteractionView } from '#api/contract'
import { EMPTY_BOARD } from './board.ts'
import { deskItems } from './desk.ts'
import { consultingOf, takeables, talkPart } from './talk-part.ts'

type Part = NonNullable<InteractionView['participants']>[number]

const part = (id: string, more: Partial<Part> = {}): Part => ({
  ...{ id, kind: 'agent', user: null, address: id, displayName: null, connection: 'connected' },
  since: '2026-11-27T10:00:00.000Z',
  ...more,
})
const view = (id: string, participants: Part[], more: Partial<InteractionView> = {}) =>
  ({
    id,
    state: 'connected',
    direction: 'inbound',
    from: '+49301',
    to: '1001',
    participants,
    ...more,
  }) as InteractionView
const agent = (user: string, work: [interaction: string, state: string][], more: Partial<AgentLive> = {}) =>
  ({
    ...{ user, displayName: user.toUpperCase(), extension: `20-${user}` },
    work: work.map(([interaction, state]) => ({
      interaction,
      state,
      medium: 'voice',
      from: '+49301',
      since: interaction,
    })),
    ...more,
  }) as unknown as AgentLive
const board = (views: InteractionView[], agents: AgentLive[]) => ({
  ...EMPTY_BOARD,
  agents: new Map(agents.map((one) => [one.user, one])),
  interactions: new Map(views.map((one) => [one.id, one])),
})

const caller = part('c', { kind: 'customer' })
const held = view('a', [caller, part('a.p2', { user: 'ada', connection: 'held' })], { state: 'held' })
const asked = (own: Partial<Part>, other: Partial<Part>) =>
  view(
    'x',
    [part('x.p1', { user: 'ada', kind: 'customer', via: 'a.p2', ...own }), part('x.p2', { user: 'bob', ...other })],
    { direction: 'internal', from: '20-ada', to: '20-bob', consults: 'a' },
  )

describe('what an agent is in a conversation', () => {
  it('is muted or not, with one or several; who rings or only listens is no party', () => {
    const listens = { mode: 'listen' as const, agent: 'a.p2', announced: true }
    const parts = [
      caller,
      part('me', { user: 'ada', muted: true }),
      part('third'),
      part('rings', { connection: 'alerting' }),
      part('boss', { supervises: listens }),
    ]
    expect(talkPart(view('a', parts), 'ada')).toEqual({ isMuted: true, others: 2 })
    expect(talkPart(view('a', [caller]), 'ada')).toBeUndefined()
    expect(talkPart(undefined, 'ada')).toBeUndefined()
  })

  it('is a consultation on both of its sides, for who leads it and nobody else', () => {
    const ada = agent('ada', [
      ['a', 'connected'],
      ['x', 'connected'],
    ])
    const bob = agent('bob', [['x', 'connected']])
    const rings = board([held, asked({}, { connection: 'alerting' })], [ada, bob])
    const both = { call: 'a', consultation: 'x' }
    expect(consultingOf(rings, ada, 'a')).toEqual({ ...both, isReached: false, isBack: false })
    expect(consultingOf(rings, ada, 'x')).toEqual({ ...both, isReached: false, isBack: false })
    expect(consultingOf(rings, ada, 'other')).toBeUndefined()
    expect(consultingOf(rings, bob, 'x')).toBeUndefined()
    const back = board([held, asked({ connection: 'held' }, {})], [ada, bob])
    expect(consultingOf(back, ada, 'a')).toEqual({ ...both, isReached: true, isBack: true })
    expect(deskItems(back, 'ada').map(({ id, who }) => [id, who])).toEqual([
      ['a', '+49301'],
      ['x', '20-bob'],
    ])
    expect(deskItems(back, 'bob').map(({ who }) => who)).toEqual(['20-ada'])
  })
})

describe('what anybody may take', () => {
  it('is what is parked, and what rings at colleagues, but no invitation into a conversation', () => {
    const parked = view('p', [caller], {
      state: 'held',
      parked: { slot: '7001', user: 'bob', until: '2026-11-27T10:01:00.000Z' },
    })
    const rings = view('r', [caller], { state: 'offered' })
    const found = takeables(
      board(
        [parked, rings, held],
        [agent('ada', [['r', 'offered']]), agent('bob', [['r', 'offered']]), agent('cyd', [['a', 'offered']])],
      ),
      'ada',
    )
    expect(found.map(({ kind, id }) => [kind, id])).toEqual([
      ['parked', 'p'],
      ['rings', 'r'],
    ])
    expect(found[1]).toMatchObject({ user: 'bob', name: 'BOB' })
  })

  it('is for who sees only the own work what rings at a colleague of a group, while it rings', () => {
    const rings = view('r', [], { state: 'offered', medium: 'voice', agent: 'bob', agentName: 'Bob' })
    const answered = view('s', [], { state: 'connected', agent: null })
    const own = view('o', [caller], { state: 'offered', agent: 'ada' })
    const found = takeables(board([rings, answered, own], [agent('ada', [['o', 'offered']])]), 'ada')
    expect(found).toEqual([{ kind: 'rings', id: 'r', from: rings.from, user: 'bob', name: 'Bob' }])
  })
})

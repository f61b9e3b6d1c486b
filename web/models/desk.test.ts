import { describe, expect, it } from 'vitest'
import type { AgentLive, InteractionView } from '#api/contract'
import { EMPTY_BOARD } from './board.ts'
import { controlsOf, type DeskItem, deskItems, isInFlow, newlyRinging, shownItem } from './desk.ts'

type Work = AgentLive['work'][number]

const work = (interaction: string, state: Work['state'], more: Partial<Work> = {}): Work => ({
  ...{ interaction, state, medium: 'voice', queue: 'support', from: '+49301', until: null },
  since: '2026-11-27T10:00:00.000Z',
  ...more,
})
const board = (works: Work[], views: Partial<InteractionView>[] = []) => ({
  ...EMPTY_BOARD,
  agents: new Map([['ada', { user: 'ada', work: works } as unknown as AgentLive]]),
  interactions: new Map(views.map((view) => [view.id!, view as InteractionView])),
})

const consulting = (isReached: boolean) => ({ call: 'a', consultation: 'b', isReached, isBack: false })

describe('the work of an agent', () => {
  it('shows what rings first, then what talks, then what is to be written up, the oldest first', () => {
    const items = deskItems(
      board([
        work('a', 'wrapping-up'),
        work('b', 'connected', { since: '2026-11-27T10:00:02.000Z' }),
        work('c', 'connected', { since: '2026-11-27T10:00:01.000Z' }),
        work('d', 'offered'),
      ]),
      'ada',
    )
    expect(items.map(({ id }) => id)).toEqual(['d', 'c', 'b', 'a'])
    expect(deskItems(EMPTY_BOARD, 'ada')).toEqual([])
  })

  it('knows when a menu, a mailbox or a recording is at the other end, which takes keys of the own phone', () => {
    const isTaking = (state: Work['state'], phase: InteractionView['state']): boolean => {
      const there = board([work('a', state)], [{ id: 'a', from: '2001', to: '*97', state: phase }])
      return isInFlow(there, deskItems(there, 'ada'))
    }
    expect(isTaking('connected', 'in-flow')).toBe(true)
    expect([isTaking('connected', 'connected'), isTaking('wrapping-up', 'in-flow')]).toEqual([false, false])
    expect(isInFlow(EMPTY_BOARD, [])).toBe(false)
  })

  it('names whom it is with: the caller, or who is called', () => {
    const views = [
      { id: 'in', direction: 'inbound' as const, from: '+49301', to: '1001', state: 'held' as const },
      { id: 'out', direction: 'outbound' as const, from: '2001', to: '+49302' },
      { id: 'hidden', direction: 'inbound' as const, from: '', to: '1001' },
    ]
    const items = deskItems(
      board([work('in', 'connected'), work('out', 'connected'), work('hidden', 'connected')], views),
      'ada',
    )
    expect(items.map(({ id, who, isHeld }) => [id, who, isHeld])).toEqual([
      ['in', '+49301', true],
      ['out', '+49302', false],
      ['hidden', undefined, false],
    ])
  })

  it.each<[what: Partial<DeskItem>, controls: readonly string[]]>([
    [{ state: 'offered', medium: 'voice' }, ['decline']],
    [{ state: 'offered', medium: 'chat' }, ['accept', 'decline']],
    [
      { state: 'connected', medium: 'voice' },
      ['hold', 'transfer', 'consult', 'invite', 'mute', 'keypad', 'park', 'end'],
    ],
    [{ state: 'connected', medium: 'voice', isHeld: true }, ['retrieve', 'transfer', 'consult', 'park', 'end']],
    [{ talk: { isMuted: true, others: 2 } }, ['hold', 'consult', 'invite', 'unmute', 'keypad', 'leave']],
    [{ talk: { isMuted: false, others: 0 } }, ['end']],
    [{ isHeld: true, consulting: consulting(false) }, ['reconnect']],
    [{ isHeld: true, consulting: consulting(true) }, ['hand-over', 'conference', 'alternate', 'reconnect']],
    [{ consulting: consulting(true) }, ['hand-over', 'conference', 'alternate', 'reconnect', 'mute', 'keypad']],
    [{ state: 'connected', medium: 'work-item' }, ['complete', 'transfer']],
    [{ state: 'wrapping-up', medium: 'voice' }, ['finish', 'extend']],
  ])('offers for %o: %o', (what, controls) => {
    const item = deskItems(board([work('a', 'connected')]), 'ada')[0]!
    expect(controlsOf({ ...item, ...what })).toEqual(controls)
  })

  it('lets a call be answered here when the phone that rings is the browser’s', () => {
    const item = deskItems(board([work('a', 'offered')]), 'ada')[0]!
    expect(controlsOf(item, true)).toEqual(['answer', 'decline'])
    expect(controlsOf({ ...item, medium: 'chat' }, true)).toEqual(['accept', 'decline'])
  })

  it('keeps showing what was chosen while it lasts, and rings once for each', () => {
    const items = deskItems(board([work('a', 'connected'), work('b', 'offered')]), 'ada')
    expect(shownItem(items, 'a')?.id).toBe('a')
    expect(shownItem(items, 'gone')?.id).toBe('b')
    expect(newlyRinging(new Set(), items).map(({ id }) => id)).toEqual(['b'])
    expect(newlyRinging(new Set(['b']), items)).toEqual([])
  })
})

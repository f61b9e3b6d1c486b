import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isTandemError } from '#base'
import type { RoomCommand } from './command.ts'
import { decideRoom, evolveRooms } from './machine.ts'
import { LINES_KEPT, MEMBERS_MAX, newRoomState, type RoomState, roomFor, roomsOf, unreadOf } from './room.ts'

const USERS = ['ada', 'bob', 'cyd', 'dan']

function does(state: RoomState, command: RoomCommand, at = 1_000) {
  const events = decideRoom(state, command)
  for (const event of events) evolveRooms(state, event, at)
  return events
}

function refused(state: RoomState, command: RoomCommand): string | undefined {
  try {
    does(state, command)
    return undefined
  } catch (error) {
    if (!isTandemError(error)) throw error
    return error.code
  }
}

function team(): RoomState {
  const state = newRoomState()
  does(state, { type: 'OpenRoom', room: 'r1', by: 'ada', others: ['bob', 'cyd'], direct: false, name: 'Team' })
  return state
}

const says = (by: string, line: string, room = 'r1') =>
  ({ type: 'WriteInRoom', room, line, by, text: `${by} says ${line}` }) as const

describe('a room of colleagues (UCC-03)', () => {
  it('keeps lines in order, each once however often it is sent, and counts what each member has not seen', () => {
    const state = team()
    does(state, says('ada', 'line-0001'))
    does(state, says('bob', 'line-0002'))
    expect(does(state, says('ada', 'line-0001'))).toEqual([])
    const room = roomFor(state, 'r1', 'cyd')!
    expect(room.lines.map(({ id, number, from }) => [id, number, from])).toEqual([
      ['line-0001', 1, 'ada'],
      ['line-0002', 2, 'bob'],
    ])
    expect(USERS.map((user) => unreadOf(room, user))).toEqual([1, 0, 2, 2])
    does(state, { type: 'ReadRoom', room: 'r1', by: 'cyd', number: 99 })
    expect(unreadOf(roomFor(state, 'r1', 'cyd')!, 'cyd')).toBe(0)
    // What was seen does not become unseen.
    expect(does(state, { type: 'ReadRoom', room: 'r1', by: 'cyd', number: 1 })).toEqual([])
  })

  it('is nobody else’s: it cannot be read, written, or known of', () => {
    const state = team()
    expect(roomFor(state, 'r1', 'dan')).toBeUndefined()
    expect(refused(state, says('dan', 'line-0001'))).toBe('room.unknown')
    expect(refused(state, { type: 'ChangeRoom', room: 'r1', by: 'dan', add: ['dan'] })).toBe('room.unknown')
    expect(refused(state, says('ada', 'line-0001', 'r9'))).toBe('room.unknown')
  })

  it('takes people in, who begin with nothing unread, lets them go, and ends with the last', () => {
    const state = team()
    does(state, says('ada', 'line-0001'))
    does(state, { type: 'ChangeRoom', room: 'r1', by: 'bob', add: ['dan'], name: 'All' })
    expect(roomFor(state, 'r1', 'dan')).toMatchObject({ name: 'All', members: ['ada', 'bob', 'cyd', 'dan'] })
    expect(unreadOf(roomFor(state, 'r1', 'dan')!, 'dan')).toBe(0)
    for (const user of USERS) does(state, { type: 'ChangeRoom', room: 'r1', by: user, remove: [user] })
    expect([state.rooms.size, state.ofUser.size]).toEqual([0, 0])
  })

  it('is left by oneself and by others alike, and what is not told again is no event', () => {
    const state = team()
    const change = { type: 'ChangeRoom', room: 'r1', by: 'ada' } as const
    expect(does(state, { ...change, add: ['bob'], name: 'Team' })).toEqual([])
    expect(does(state, { ...change, remove: ['nobody'] })).toEqual([])
    expect(does(state, { ...change, remove: ['bob', 'ada'] })).toMatchObject([
      { type: 'RoomChanged', members: ['cyd'] },
    ])
    // Who is alone still reads what was written, and may call others in again.
    expect(roomFor(state, 'r1', 'cyd')).toBeDefined()
    does(state, { ...change, by: 'cyd', add: ['ada'] })
    expect(roomsOf(state, 'ada').map(({ id }) => id)).toEqual(['r1'])
    expect(roomsOf(state, 'bob')).toEqual([])
  })

  it('that came back begins where it was for those who stayed', () => {
    const state = team()
    for (const line of ['line-0001', 'line-0002', 'line-0003']) does(state, says('ada', line))
    does(state, { type: 'ReadRoom', room: 'r1', by: 'bob', number: 2 })
    does(state, { type: 'ChangeRoom', room: 'r1', by: 'ada', add: ['dan'] })
    const room = roomFor(state, 'r1', 'ada')!
    expect(Object.fromEntries(USERS.map((user) => [user, unreadOf(room, user)]))).toEqual({
      ada: 0,
      bob: 1,
      cyd: 3,
      dan: 0,
    })
    does(state, says('dan', 'line-0004'))
    expect(unreadOf(roomFor(state, 'r1', 'dan')!, 'dan')).toBe(0)
  })

  it('takes events of rooms that are no more for nothing', () => {
    const state = newRoomState()
    evolveRooms(state, { type: 'RoomWritten', room: 'r9', line: 'l', number: 1, from: 'ada', text: '' }, 1)
    evolveRooms(state, { type: 'RoomRead', room: 'r9', reader: 'ada', number: 1 }, 1)
    evolveRooms(state, { type: 'RoomChanged', room: 'r9', by: 'ada', members: ['ada'] }, 1)
    expect([state.rooms.size, state.ofUser.size]).toEqual([0, 0])
  })

  it('of two stays theirs, and is opened once', () => {
    const state = newRoomState()
    const open = { type: 'OpenRoom', room: 'd1', by: 'ada', others: ['bob'], direct: true } as const
    expect(does(state, open)).toHaveLength(1)
    expect(does(state, { ...open, by: 'bob', others: ['ada'] })).toEqual([])
    expect(refused(state, { type: 'ChangeRoom', room: 'd1', by: 'ada', add: ['cyd'] })).toBe('room.direct')
    expect(refused(state, { ...open, room: 'd2', others: ['ada'] })).toBe('room.members')
  })

  it('has no more people than a department, and memory for its newest lines only', () => {
    const state = team()
    const crowd = Array.from({ length: MEMBERS_MAX }, (_, index) => `user${index}`)
    expect(refused(state, { type: 'ChangeRoom', room: 'r1', by: 'ada', add: crowd })).toBe('room.members')
    for (let n = 1; n <= LINES_KEPT + 20; n++) does(state, says('ada', `line-${n}`))
    const room = roomFor(state, 'r1', 'bob')!
    expect([room.lines.length, room.written, room.lines[0]?.number]).toEqual([LINES_KEPT, LINES_KEPT + 20, 21])
  })

  it('knows who is in which room after whatever is done in whatever order', () => {
    const user = fc.constantFrom(...USERS)
    const room = fc.constantFrom('r1', 'r2', 'r3')
    const users = fc.uniqueArray(user)
    const command: fc.Arbitrary<RoomCommand> = fc.oneof(
      fc.record({ type: fc.constant('OpenRoom' as const), room, by: user, others: users, direct: fc.boolean() }),
      fc.record({ type: fc.constant('WriteInRoom' as const), room, by: user, line: fc.string(), text: fc.string() }),
      fc.record({ type: fc.constant('ReadRoom' as const), room, by: user, number: fc.nat(20) }),
      fc.record({ type: fc.constant('ChangeRoom' as const), room, by: user, add: users, remove: users }),
    )
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
        const state = newRoomState()
        for (const one of commands) refused(state, one)
        for (const name of USERS) {
          const own = [...state.rooms.values()].filter(({ members }) => members.includes(name))
          expect(new Set(roomsOf(state, name))).toEqual(new Set(own))
        }
        for (const { lines, written, members, read } of state.rooms.values()) {
          expect(lines.map(({ number }) => number)).toEqual(lines.map((_, n) => written - lines.length + 1 + n))
          expect(new Set(lines.map(({ id }) => id)).size).toBe(lines.length)
          for (const one of members) expect(read[one] ?? 0).toBeLessThanOrEqual(written)
        }
      }),
    )
  })
})

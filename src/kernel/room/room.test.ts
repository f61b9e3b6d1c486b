import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isTandemError } from '#base'
import type { RoomCommand } from './command.ts'
import type { RoomEvent } from './event.ts'
import { decideRoom, evolveRooms } from './machine.ts'
import { newRoomState, type RoomState, roomsOf, setRoom } from './room.ts'

const USERS = ['ada', 'bob', 'cyd']

/** Colleagues who write through cores that die: each command may be sent again, as nobody heard whether it was done. */
const story = fc.array(
  fc.record({
    by: fc.constantFrom(...USERS),
    room: fc.constantFrom('r1', 'r2'),
    does: fc.constantFrom('write', 'write', 'write', 'read', 'join', 'leave'),
    again: fc.boolean(),
  }),
  { maxLength: 80 },
)

function commandOf({ by, room, does }: { by: string; room: string; does: string }, index: number): RoomCommand {
  if (does === 'write') return { type: 'WriteInRoom', room, line: `line-${index}`, by, text: `${by} ${index}` }
  if (does === 'read') return { type: 'ReadRoom', room, by, number: index }
  return { type: 'ChangeRoom', room, by, ...(does === 'join' ? { add: [USERS[index % 3]!] } : { remove: [by] }) }
}

/** What is decided; nothing where it is refused. */
function decided(state: RoomState, command: RoomCommand): readonly RoomEvent[] {
  try {
    return decideRoom(state, command)
  } catch (error) {
    if (!isTandemError(error)) throw error
    return []
  }
}

function begun(): { readonly state: RoomState; readonly log: RoomEvent[] } {
  const [state, log] = [newRoomState(), [] as RoomEvent[]]
  for (const room of ['r1', 'r2']) {
    const others = USERS.slice(1)
    for (const event of decideRoom(state, { type: 'OpenRoom', room, by: 'ada', others, direct: false })) {
      log.push(event)
      evolveRooms(state, event, 0)
    }
  }
  return { state, log }
}

describe('rooms through deaths of cores (MSU-13)', () => {
  it('are the same for whoever folds the log, and no line that is sent again stands twice', () => {
    fc.assert(
      fc.property(story, (steps) => {
        const { state, log } = begun()
        for (const [index, step] of steps.entries()) {
          const command = commandOf(step, index)
          for (let sent = 0; sent < (step.again ? 2 : 1); sent++)
            for (const event of decided(state, command)) {
              log.push(event)
              evolveRooms(state, event, log.length)
            }
        }
        const other = newRoomState()
        for (const [index, event] of log.entries()) evolveRooms(other, event, index < 2 ? 0 : index + 1)
        expect(other).toEqual(state)
        const restored = newRoomState()
        for (const room of state.rooms.values()) setRoom(restored, room.id, room)
        for (const user of USERS) expect(new Set(roomsOf(restored, user))).toEqual(new Set(roomsOf(state, user)))
        const written = log.flatMap((event) => (event.type === 'RoomWritten' ? `${event.room} ${event.line}` : []))
        expect(new Set(written).size).toBe(written.length)
      }),
    )
  })
})

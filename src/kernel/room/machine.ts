import { assertNever, type Millis } from '#base'
import type { RoomCommand } from './command.ts'
import { ROOM_ERRORS } from './errors.ts'
import type { RoomEvent } from './event.ts'
import { LINES_KEPT, MEMBERS_MAX, ROOMS_MAX, type Room, type RoomState, roomFor, setRoom } from './room.ts'

/** What follows from a command; nothing when it is so already. Fails with `room.*`. */
export function decideRoom(state: RoomState, command: RoomCommand): readonly RoomEvent[] {
  switch (command.type) {
    case 'OpenRoom':
      return open(state, command)
    case 'WriteInRoom':
      return write(demand(state, command), command)
    case 'ReadRoom':
      return read(demand(state, command), command)
    case 'ChangeRoom':
      return change(demand(state, command), command)
    default:
      return assertNever(command)
  }
}

const COMMANDS: ReadonlySet<string> = new Set<RoomCommand['type']>([
  'OpenRoom',
  'WriteInRoom',
  'ReadRoom',
  'ChangeRoom',
])

const EVENTS: ReadonlySet<string> = new Set<RoomEvent['type']>(['RoomOpened', 'RoomWritten', 'RoomRead', 'RoomChanged'])

/** Whether a command is about rooms. */
export function isRoomCommand(command: { readonly type: string }): command is RoomCommand {
  return COMMANDS.has(command.type)
}

/** Whether an event is of rooms: it is told to their members, and to nobody else. */
export function isRoomEvent(event: { readonly type: string }): event is RoomEvent {
  return EVENTS.has(event.type)
}

/** Folds an event into the state, in place. */
export function evolveRooms(state: RoomState, event: RoomEvent, at: Millis): void {
  const { room: id } = event
  const room = state.rooms.get(id)
  switch (event.type) {
    case 'RoomOpened': {
      const { direct, members, name } = event
      setRoom(state, id, { id, direct, members, ...(name !== undefined && { name }), lines: [], written: 0, read: {} })
      return
    }
    case 'RoomWritten': {
      if (!room) return
      const { line, number, from, text } = event
      const lines = [...room.lines.slice(1 - LINES_KEPT), { id: line, number, at, from, text }]
      // Who writes has seen what stands above.
      setRoom(state, id, { ...room, lines, written: number, read: { ...room.read, [from]: number } })
      return
    }
    case 'RoomRead':
      if (room) setRoom(state, id, { ...room, read: { ...room.read, [event.reader]: event.number } })
      return
    case 'RoomChanged':
      if (room) setRoom(state, id, event.members.length > 0 ? changed(room, event) : undefined)
      return
    default:
      assertNever(event)
  }
}

function changed(room: Room, { members, name }: Extract<RoomEvent, { type: 'RoomChanged' }>): Room {
  // Who comes later is not told of everything before as if it were new.
  const read = Object.fromEntries(
    members.map((user) => [user, room.members.includes(user) ? (room.read[user] ?? 0) : room.written]),
  )
  return { ...room, members, read, ...(name !== undefined && { name }) }
}

function demand(state: RoomState, { room: id, by }: { readonly room: string; readonly by: string }): Room {
  const room = roomFor(state, id, by)
  if (!room) throw ROOM_ERRORS['room.unknown']({ room: id })
  return room
}

function open(state: RoomState, { room, by, others, direct, name }: Extract<RoomCommand, { type: 'OpenRoom' }>) {
  if (state.rooms.has(room)) return []
  const members = distinct([by, ...others])
  if (direct ? members.length !== 2 : members.length < 2 || members.length > MEMBERS_MAX)
    throw ROOM_ERRORS['room.members']({ most: direct ? 2 : MEMBERS_MAX, members: members.length })
  if (state.rooms.size >= ROOMS_MAX) throw ROOM_ERRORS['room.too-many']({ most: ROOMS_MAX })
  return [{ type: 'RoomOpened', room, by, direct, members, ...(name !== undefined && { name }) } as const]
}

function write(room: Room, { line, by, text }: Extract<RoomCommand, { type: 'WriteInRoom' }>) {
  if (room.lines.some(({ id }) => id === line)) return []
  return [{ type: 'RoomWritten', room: room.id, line, number: room.written + 1, from: by, text } as const]
}

function read(room: Room, { by, number }: Extract<RoomCommand, { type: 'ReadRoom' }>) {
  const seen = Math.min(number, room.written)
  return seen <= (room.read[by] ?? 0) ? [] : [{ type: 'RoomRead', room: room.id, reader: by, number: seen } as const]
}

function change(room: Room, { by, name, add = [], remove = [] }: Extract<RoomCommand, { type: 'ChangeRoom' }>) {
  if (room.direct) throw ROOM_ERRORS['room.direct']()
  const members = distinct([...room.members, ...add]).filter((user) => !remove.includes(user))
  if (members.length > MEMBERS_MAX) throw ROOM_ERRORS['room.members']({ most: MEMBERS_MAX, members: members.length })
  const same = members.length === room.members.length && members.every((user) => room.members.includes(user))
  if (same && (name === undefined || name === room.name)) return []
  return [{ type: 'RoomChanged', room: room.id, by, members, ...(name !== undefined && { name }) } as const]
}

function distinct(users: readonly string[]): readonly string[] {
  return [...new Set(users)]
}

import type { Millis } from '#base'

/** What a colleague wrote. */
export interface RoomLine {
  /** Made by whoever writes it, so that the same line sent twice is one. */
  readonly id: string
  /** Counts the lines of its room, from 1. */
  readonly number: number
  readonly at: Millis
  readonly from: string
  readonly text: string
}

/** Where colleagues write to each other (UCC-03). */
export interface Room {
  readonly id: string
  /** Of a group; two people are named by each other. */
  readonly name?: string
  /** Two people and nobody else, for ever: the room is always there, and there is one of them. */
  readonly direct: boolean
  readonly members: readonly string[]
  /** The newest lines, oldest first; all of them are in history. */
  readonly lines: readonly RoomLine[]
  /** How many lines there ever were. */
  readonly written: number
  /** The last line that each member has seen, by its number. */
  readonly read: Readonly<Record<string, number>>
}

/** All rooms. The maps are changed in place by `evolveRooms` alone. */
export interface RoomState {
  readonly rooms: Map<string, Room>
  /** The rooms of each user. */
  readonly ofUser: Map<string, Set<string>>
}

/** Lines of a room that are kept in memory: a screen or two, and far more than a sender's retries could be behind. */
export const LINES_KEPT = 100
/** Rooms at once: every pair that ever wrote in a centre of some hundred people; more would be memory without an end. */
export const ROOMS_MAX = 5_000
/** People of one room: a department. Each line is told to all of them. */
export const MEMBERS_MAX = 200

/** No rooms. */
export function newRoomState(): RoomState {
  return { rooms: new Map(), ofUser: new Map() }
}

/** A user's rooms, in no order. */
export function roomsOf({ rooms, ofUser }: RoomState, user: string): readonly Room[] {
  return [...(ofUser.get(user) ?? [])].flatMap((id) => rooms.get(id) ?? [])
}

/** The room, if the user is a member of it: nobody else is told that it exists. */
export function roomFor({ rooms }: RoomState, id: string, user: string): Room | undefined {
  const room = rooms.get(id)
  return room?.members.includes(user) ? room : undefined
}

/** Lines that the user has not seen. */
export function unreadOf({ written, read }: Room, user: string): number {
  return written - (read[user] ?? 0)
}

/** Puts a room into the state, or takes it out. */
export function setRoom({ rooms, ofUser }: RoomState, id: string, room: Room | undefined): void {
  const gone = (rooms.get(id)?.members ?? []).filter((user) => !room?.members.includes(user))
  for (const user of gone) {
    const left = ofUser.get(user)
    left?.delete(id)
    if (left?.size === 0) ofUser.delete(user)
  }
  if (!room) {
    rooms.delete(id)
    return
  }
  rooms.set(id, room)
  for (const user of room.members) {
    const own = ofUser.get(user)
    if (own) own.add(id)
    else ofUser.set(user, new Set([id]))
  }
}

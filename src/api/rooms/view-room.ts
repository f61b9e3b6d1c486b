import { moment, type RoomLineView, type RoomView } from '#api/contract'
import type { Configuration } from '#kernel/config'
import { type Room, type RoomLine, unreadOf } from '#kernel/room'

/** A room as this member sees it, with its lines after a number. */
export function viewRoom(room: Room, user: string, configuration: Configuration, after = 0): RoomView {
  const { id, name, direct, members, written, read, lines } = room
  return {
    id,
    name: name ?? null,
    direct,
    // Who is gone from the configuration is still known by name.
    members: members.map((one) => ({
      user: one,
      name: configuration.users.get(one)?.displayName ?? one,
      read: read[one] ?? 0,
    })),
    written,
    unread: unreadOf(room, user),
    lines: lines.filter(({ number }) => number > after).map(viewLine),
  }
}

/** A line as people are shown it. */
export function viewLine({ at, ...line }: RoomLine): RoomLineView {
  return { ...line, at: moment(at) }
}

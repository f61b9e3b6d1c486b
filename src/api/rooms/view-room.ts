import type { TypingMarks } from '#api/chats'
import { moment, type RoomLineView, type RoomView } from '#api/contract'
import type { Configuration } from '#kernel/config'
import { type Room, type RoomLine, unreadOf } from '#kernel/room'

/** What a view is made of besides the room. */
export interface RoomSources {
  readonly configuration: Configuration
  readonly typing: Pick<TypingMarks, 'at'>
}

/** A room as this member sees it, with its lines after a number. */
export function viewRoom(room: Room, user: string, { configuration, typing }: RoomSources, after = 0): RoomView {
  const { id, name, direct, members, written, read, lines } = room
  const nameOf = (one: string): string => configuration.users.get(one)?.displayName ?? one
  const writing = members.filter((one) => one !== user && typing.at(id).has(one))
  return {
    id,
    name: name ?? null,
    direct,
    // Who is gone from the configuration is still known by name.
    members: members.map((one) => ({
      user: one,
      name: nameOf(one),
      read: read[one] ?? 0,
    })),
    written,
    unread: unreadOf(room, user),
    ...(writing.length > 0 && { typing: writing.map(nameOf) }),
    lines: lines.filter(({ number }) => number > after).map(viewLine),
  }
}

/** A line as people are shown it. */
export function viewLine({ at, ...line }: RoomLine): RoomLineView {
  return { ...line, at: moment(at) }
}

import type { TypingMarks } from '#api/chats'
import type { RoomNews } from '#api/contract'
import type { CentrePort } from '#api/live'
import { isRoomEvent, roomFor, roomsOf } from '#kernel/room'
import { viewRoom } from './view-room.ts'

/** Follows the rooms of one user: all of them first, then what changes; every line once, in the order of the log. */
export class RoomFollower {
  readonly #centre: CentrePort
  readonly #user: string
  /** The number of the last line that was told, by room. */
  readonly #told = new Map<string, number>()
  readonly #tell: (news: RoomNews) => void
  readonly #typing: TypingMarks
  readonly #stops: readonly (() => void)[]

  constructor(
    { centre, typing }: { readonly centre: CentrePort; readonly typing: TypingMarks },
    user: string,
    tell: (news: RoomNews) => void,
  ) {
    this.#centre = centre
    this.#typing = typing
    this.#user = user
    this.#tell = tell
    const unfollow = centre.onCommitted((batch) => {
      const touched = new Set<string>()
      for (const { event } of batch) if (isRoomEvent(event)) touched.add(event.room)
      if (touched.size > 0) this.#look(touched)
    })
    // Only of rooms that were told: others are not this user's.
    const unwatch = typing.onChanged((room) => this.#told.has(room) && this.#look(new Set([room])))
    this.#stops = [unfollow, unwatch]
  }

  /** All rooms as they are. */
  begin(): void {
    const ids = roomsOf(this.#centre.state().rooms, this.#user).map(({ id }) => id)
    this.#look(new Set(ids), true)
  }

  close(): void {
    for (const stop of this.#stops) stop()
  }

  #look(touched: ReadonlySet<string>, always = false): void {
    const { rooms: state, configuration } = this.#centre.state()
    const rooms: RoomNews['rooms'][number][] = []
    const gone: string[] = []
    for (const id of touched) {
      const room = roomFor(state, id, this.#user)
      if (room) {
        rooms.push(viewRoom(room, this.#user, { configuration, typing: this.#typing }, this.#told.get(id)))
        this.#told.set(id, room.written)
      } else if (this.#told.delete(id)) gone.push(id)
    }
    if (always || rooms.length > 0 || gone.length > 0) this.#tell({ rooms, gone })
  }
}

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
  readonly #stop: () => void

  constructor(centre: CentrePort, user: string, tell: (news: RoomNews) => void) {
    this.#centre = centre
    this.#user = user
    this.#tell = tell
    this.#stop = centre.onCommitted((batch) => {
      const touched = new Set<string>()
      for (const { event } of batch) if (isRoomEvent(event)) touched.add(event.room)
      if (touched.size > 0) this.#look(touched)
    })
  }

  /** All rooms as they are. */
  begin(): void {
    const ids = roomsOf(this.#centre.state().rooms, this.#user).map(({ id }) => id)
    this.#look(new Set(ids), true)
  }

  close(): void {
    this.#stop()
  }

  #look(touched: ReadonlySet<string>, always = false): void {
    const { rooms: state, configuration } = this.#centre.state()
    const rooms: RoomNews['rooms'][number][] = []
    const gone: string[] = []
    for (const id of touched) {
      const room = roomFor(state, id, this.#user)
      if (room) {
        rooms.push(viewRoom(room, this.#user, configuration, this.#told.get(id)))
        this.#told.set(id, room.written)
      } else if (this.#told.delete(id)) gone.push(id)
    }
    if (always || rooms.length > 0 || gone.length > 0) this.#tell({ rooms, gone })
  }
}

/** What happened in the rooms of colleagues. */
export type RoomEvent =
  | {
      readonly type: 'RoomOpened'
      readonly room: string
      readonly by: string
      readonly direct: boolean
      readonly members: readonly string[]
      readonly name?: string
    }
  | {
      readonly type: 'RoomWritten'
      readonly room: string
      readonly line: string
      /** Counts the lines of the room, from 1. */
      readonly number: number
      readonly from: string
      readonly text: string
    }
  /** A member has seen all lines up to this number. */
  | { readonly type: 'RoomRead'; readonly room: string; readonly reader: string; readonly number: number }
  /** A group has another name, or other members; without any it is no more. */
  | {
      readonly type: 'RoomChanged'
      readonly room: string
      readonly by: string
      readonly members: readonly string[]
      readonly name?: string
    }

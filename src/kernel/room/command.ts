/** What is asked of rooms. */
export type RoomCommand =
  /** Opens a room of `by` and the others; one that is there already stays as it is. */
  | {
      readonly type: 'OpenRoom'
      readonly room: string
      readonly by: string
      readonly others: readonly string[]
      /** A room of two that nobody can join. */
      readonly direct: boolean
      readonly name?: string
    }
  /** Writes a line; the same line again is the one that stands there. */
  | {
      readonly type: 'WriteInRoom'
      readonly room: string
      readonly line: string
      readonly by: string
      readonly text: string
    }
  | { readonly type: 'ReadRoom'; readonly room: string; readonly by: string; readonly number: number }
  /** Names a group anew, calls people in, or lets some go; who takes itself out has left. */
  | {
      readonly type: 'ChangeRoom'
      readonly room: string
      readonly by: string
      readonly name?: string
      readonly add?: readonly string[]
      readonly remove?: readonly string[]
    }

import type { AgentLive } from '#api/contract'
import { controlsOf, type DeskControl, type DeskItem } from '../../models/desk.ts'
import type { ShortcutAction } from '../../models/shortcuts.ts'

/** What is open above the page. */
export type DeskDialog =
  | 'transfer'
  | 'consult'
  | 'invite'
  | 'call'
  | 'keypad'
  | 'help'
  | 'number'
  | 'text'
  | 'fax'
  | undefined

/** What keys act on. */
export interface Desk {
  readonly items: readonly DeskItem[]
  readonly item: DeskItem | undefined
  readonly phoneRings: boolean
  readonly control: (wanted: DeskControl, on: DeskItem) => Promise<void>
  readonly choose: (status: AgentLive['chosen']) => void
  readonly setChosen: (id: string) => void
  readonly setDialog: (dialog: DeskDialog) => void
  readonly note: (() => void) | undefined
  /** Takes the first of what rings at colleagues. */
  readonly pickUp: () => void
  /** Goes to the voice messages. */
  readonly messages: () => void
}

/** Which controls a key means: the first of them that the item has. */
const CONTROLS: Partial<Record<ShortcutAction, readonly DeskControl[]>> = {
  accept: ['accept', 'answer'],
  decline: ['decline'],
  hold: ['hold', 'retrieve'],
  transfer: ['transfer'],
  mute: ['mute', 'unmute'],
  keypad: ['keypad'],
  consult: ['consult'],
  invite: ['invite'],
  alternate: ['alternate'],
  'hand-over': ['hand-over'],
  conference: ['conference'],
  reconnect: ['reconnect'],
  park: ['park'],
  end: ['end', 'leave'],
  finish: ['finish', 'complete'],
}

/** Does what a key asks for, if it can be done now. */
export function obey(action: ShortcutAction, desk: Desk): void {
  const { items, item } = desk
  if (action === 'help' || action === 'call') return desk.setDialog(action)
  if (action === 'ready' || action === 'not-ready') return desk.choose(action)
  if (action === 'note') return desk.note?.()
  if (action === 'pick-up') return desk.pickUp()
  if (action === 'messages') return desk.messages()
  if (action === 'next') {
    const next = items[(items.findIndex(({ id }) => id === item?.id) + 1) % Math.max(1, items.length)]
    return next && desk.setChosen(next.id)
  }
  const wanted = CONTROLS[action]
  // What rings is meant by the keys for it, whatever is shown.
  const on = action === 'accept' || action === 'decline' ? items.find(({ state }) => state === 'offered') : item
  const control = on && controlsOf(on, desk.phoneRings).find((one) => wanted?.includes(one))
  if (on && control) void desk.control(control, on)
}

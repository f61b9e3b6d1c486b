/** What a key does on the desk. */
export type ShortcutAction =
  | 'accept'
  | 'decline'
  | 'hold'
  | 'transfer'
  | 'mute'
  | 'keypad'
  | 'consult'
  | 'invite'
  | 'alternate'
  | 'hand-over'
  | 'conference'
  | 'reconnect'
  | 'park'
  | 'pick-up'
  | 'call'
  | 'end'
  | 'finish'
  | 'messages'
  | 'note'
  | 'ready'
  | 'not-ready'
  | 'next'
  | 'help'

/** A shortcut: with Alt, unless it is `?`; letters by their place on the keyboard, so that Option on a Mac does not change them. */
export interface Shortcut {
  readonly action: ShortcutAction
  /** `KeyboardEvent.code`, or the character for `?`. */
  readonly key: string
  /** As it is written on the key. */
  readonly label: string
}

/** Every shortcut, in the order of the list that `?` opens. None is one that a browser or a screen reader takes for itself in its usual set-up. */
export const SHORTCUTS: readonly Shortcut[] = [
  { action: 'accept', key: 'KeyA', label: 'Alt+A' },
  { action: 'decline', key: 'KeyX', label: 'Alt+X' },
  { action: 'hold', key: 'KeyH', label: 'Alt+H' },
  { action: 'transfer', key: 'KeyT', label: 'Alt+T' },
  { action: 'mute', key: 'KeyM', label: 'Alt+M' },
  { action: 'keypad', key: 'KeyK', label: 'Alt+K' },
  { action: 'consult', key: 'KeyO', label: 'Alt+O' },
  { action: 'invite', key: 'KeyY', label: 'Alt+Y' },
  { action: 'alternate', key: 'KeyL', label: 'Alt+L' },
  { action: 'hand-over', key: 'KeyI', label: 'Alt+I' },
  { action: 'conference', key: 'KeyG', label: 'Alt+G' },
  { action: 'reconnect', key: 'KeyU', label: 'Alt+U' },
  { action: 'park', key: 'Digit0', label: 'Alt+0' },
  { action: 'pick-up', key: 'KeyB', label: 'Alt+B' },
  { action: 'call', key: 'KeyC', label: 'Alt+C' },
  { action: 'end', key: 'KeyQ', label: 'Alt+Q' },
  { action: 'messages', key: 'KeyV', label: 'Alt+V' },
  { action: 'note', key: 'KeyN', label: 'Alt+N' },
  { action: 'finish', key: 'KeyW', label: 'Alt+W' },
  { action: 'ready', key: 'KeyR', label: 'Alt+R' },
  { action: 'not-ready', key: 'KeyP', label: 'Alt+P' },
  { action: 'next', key: 'KeyJ', label: 'Alt+J' },
  { action: 'help', key: '?', label: '?' },
]

/** The part of a keyboard event that is looked at. */
export interface Pressed {
  readonly key: string
  readonly code: string
  readonly altKey: boolean
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly isTyping: boolean
}

/** What the keys ask for; while somebody types, `?` is a character. */
export function shortcutOf({ key, code, altKey, ctrlKey, metaKey, isTyping }: Pressed): ShortcutAction | undefined {
  if (ctrlKey || metaKey) return undefined
  if (!altKey) return key === '?' && !isTyping ? 'help' : undefined
  return SHORTCUTS.find((one) => one.key === code)?.action
}

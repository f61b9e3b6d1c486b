import { useEffect, useRef } from 'react'
import { type ShortcutAction, shortcutOf } from '../../models/shortcuts.ts'

/** Calls with what the keys ask for, while the page is there. */
export function useShortcuts(obey: (action: ShortcutAction) => void): void {
  const latest = useRef(obey)
  latest.current = obey
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const at = event.target as HTMLElement | null
      const isTyping = at?.matches('input, textarea, select, [contenteditable]') ?? false
      const action = shortcutOf({ ...keysOf(event), isTyping })
      if (!action) return
      event.preventDefault()
      latest.current(action)
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [])
}

function keysOf({ key, code, altKey, ctrlKey, metaKey }: KeyboardEvent) {
  return { key, code, altKey, ctrlKey, metaKey }
}

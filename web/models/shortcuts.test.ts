import { describe, expect, it } from 'vitest'
import { type Pressed, SHORTCUTS, shortcutOf } from './shortcuts.ts'

const press = (more: Partial<Pressed>): Pressed => ({
  ...{ key: '', code: '', altKey: false, ctrlKey: false, metaKey: false, isTyping: false },
  ...more,
})

describe('shortcuts', () => {
  it('are each of their own', () => {
    expect(new Set(SHORTCUTS.map(({ key }) => key)).size).toBe(SHORTCUTS.length)
    expect(new Set(SHORTCUTS.map(({ action }) => action)).size).toBe(SHORTCUTS.length)
  })

  it.each<[Partial<Pressed>, string | undefined]>([
    [{ code: 'KeyH', key: 'h', altKey: true }, 'hold'],
    // Option+H on a Mac.
    [{ code: 'KeyH', key: '˙', altKey: true, isTyping: true }, 'hold'],
    [{ code: 'KeyH', key: 'h' }, undefined],
    // AltGr on Windows is Ctrl+Alt: it writes characters.
    [{ code: 'KeyQ', key: '@', altKey: true, ctrlKey: true }, undefined],
    [{ key: '?' }, 'help'],
    [{ key: '?', isTyping: true }, undefined],
  ])('%o is %s', (pressed, action) => {
    expect(shortcutOf(press(pressed))).toBe(action)
  })
})

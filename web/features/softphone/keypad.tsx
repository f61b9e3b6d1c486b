import { useEffect } from 'react'
import { useWords } from '../../ui/translations/use-words.ts'
import styles from './softphone.module.css'

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'] as const

/** The keys of a phone; those of the keyboard do the same where nobody types. */
export function Keypad({ onPress }: { onPress: (key: string) => void }) {
  const { t } = useWords()
  useEffect(() => {
    const pressed = ({ key, target, ctrlKey, metaKey, altKey }: KeyboardEvent): void => {
      const types = target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]')
      // Many keyboards have `#` behind AltGr or Option; with a digit these ask the browser or the page for something.
      const isCommand = (ctrlKey || metaKey || altKey) && key !== '#'
      if (!types && !isCommand && (KEYS as readonly string[]).includes(key)) onPress(key)
    }
    addEventListener('keydown', pressed)
    return () => removeEventListener('keydown', pressed)
  }, [onPress])
  return (
    <fieldset
      className={styles['keypad']}
      aria-label={t('softphone.keypad')}
      style={{ border: 0, padding: 0, margin: 0 }}
    >
      {KEYS.map((key) => (
        <button
          key={key}
          type="button"
          className={styles['key']}
          aria-label={t('softphone.key', { key })}
          onClick={() => onPress(key)}
        >
          {key}
        </button>
      ))}
    </fieldset>
  )
}

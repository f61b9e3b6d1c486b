import { useCallback, useRef, useState } from 'react'
import { randomId } from '../../models/random-id.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { useWords } from '../../ui/translations/use-words.ts'
import { Keypad } from './keypad.tsx'
import styles from './softphone.module.css'

/** Keys for the others in a conversation, sent one after the other in the order in which they were pressed. */
export function KeypadDialog(props: {
  /** Sends a key; the id is made for it. */
  onPress: (key: string, id: string) => Promise<unknown>
  onFailure: (words: string) => void
  onClose: () => void
}) {
  const { t } = useWords()
  const [keyed, setKeyed] = useState('')
  const latest = useRef(props)
  latest.current = props
  const sent = useRef<Promise<unknown>>(Promise.resolve())
  const press = useCallback(
    (key: string): void => {
      setKeyed((before) => before + key)
      const id = `k-${randomId()}`
      sent.current = sent.current
        .then(() => latest.current.onPress(key, id))
        .catch((error: unknown) => {
          latest.current.onFailure(t('desk.failed', { detail: error instanceof Error ? error.message : String(error) }))
        })
    },
    [t],
  )
  return (
    <Dialog title={t('control.keypad')} closeLabel={t('give.close')} onClose={props.onClose}>
      <output className={styles['keyed']}>{keyed}</output>
      <Keypad onPress={press} />
    </Dialog>
  )
}

import { Button } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { type DeskItem, newlyRinging } from '../../models/desk.ts'
import { browserRingTone } from '../../models/ring-tone.ts'
import { useWords } from '../../ui/translations/use-words.ts'
import styles from './ring-notice.module.css'

const LATER_KEY = 'tandem.notifications.later'
const SOUND_KEY = 'tandem.ring-tone'

/**
 * Rings while something is offered, and says so on the desktop when the page is in the background. It asks whether it may once there is a
 * reason: the first time that something has rung.
 */
export function RingNotice({ items }: { items: readonly DeskItem[] }) {
  const { t } = useWords()
  const [isLoud, setLoud] = useState(() => localStorage.getItem(SOUND_KEY) !== 'off')
  const [mayAsk, setMayAsk] = useState(() => isUndecided() && localStorage.getItem(LATER_KEY) === null)
  const [hasRung, setHasRung] = useState(false)
  const rang = useRef<ReadonlySet<string>>(new Set())
  const isRinging = items.some(({ state }) => state === 'offered')
  useEffect(() => {
    for (const item of newlyRinging(rang.current, items))
      notify(t('notify.rings', { who: item.who ?? t('item.unknown') }))
    rang.current = new Set(items.map(({ id }) => id))
    if (items.some(({ state }) => state === 'offered')) setHasRung(true)
  }, [items, t])
  useEffect(() => {
    if (!isRinging || !isLoud) return
    const tone = browserRingTone()
    tone.start()
    return () => tone.stop()
  }, [isRinging, isLoud])
  const toggle = (): void => {
    localStorage.setItem(SOUND_KEY, isLoud ? 'off' : 'on')
    setLoud(!isLoud)
  }
  return (
    <div className={styles['bar']}>
      {mayAsk && hasRung && (
        <div className={styles['ask']} role="status">
          <span>{t('notify.ask')}</span>
          <Button size="xs" onClick={() => void Notification.requestPermission().finally(() => setMayAsk(false))}>
            {t('notify.allow')}
          </Button>
          <Button
            size="xs"
            variant="default"
            onClick={() => {
              localStorage.setItem(LATER_KEY, '1')
              setMayAsk(false)
            }}
          >
            {t('notify.later')}
          </Button>
        </div>
      )}
      <button type="button" role="switch" aria-checked={isLoud} className={styles['sound']} onClick={toggle}>
        {t(isLoud ? 'notify.soundOn' : 'notify.soundOff')}
      </button>
    </div>
  )
}

function isUndecided(): boolean {
  return typeof Notification !== 'undefined' && Notification.permission === 'default'
}

function notify(words: string): void {
  if (typeof Notification === 'undefined' || Notification.permission !== 'granted' || !document.hidden) return
  const shown = new Notification(words, { tag: 'tandem-ring' })
  shown.onclick = () => {
    window.focus()
    shown.close()
  }
}

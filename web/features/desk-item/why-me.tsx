import { useEffect, useState } from 'react'
import type { Why } from '#api/contract'
import { ApiClient } from '../../models/api-client.ts'
import { whyText } from '../../models/why-text.ts'
import { useWords } from '../../ui/translations/use-words.ts'
import styles from './desk-item.module.css'

/** Why this agent was chosen, from the numbers that were kept with the decision (promise 4); read when somebody asks. */
export function WhyMe({ id, token }: { id: string; token: string }) {
  const { t, language } = useWords()
  const [isOpen, setOpen] = useState(false)
  const [why, setWhy] = useState<Why | 'failed' | undefined>()
  useEffect(() => {
    if (!isOpen) return
    let isCurrent = true
    new ApiClient(token).interaction(id).then(
      ({ timeline }) => isCurrent && setWhy(timeline.findLast((entry) => entry.why !== null)?.why ?? 'failed'),
      () => isCurrent && setWhy('failed'),
    )
    return () => {
      isCurrent = false
    }
  }, [isOpen, id, token])
  return (
    <details className={styles['why']} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('item.why')}</summary>
      {why === 'failed' && <p>{t('item.whyFailed')}</p>}
      {why !== undefined && why !== 'failed' && (
        <ul data-why={why.chosen}>
          {whyText(why, t, language).map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
    </details>
  )
}

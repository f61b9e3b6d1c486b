import { useEffect, useState } from 'react'
import type { Earlier } from '#api/contract'
import { DeskClient } from '../../models/desk-client.ts'
import { exactDuration } from '../../models/duration.ts'
import { Empty, Panel } from '../../ui/panel.tsx'
import { useWords } from '../../ui/translations/use-words.ts'
import styles from './customer-past.module.css'

type Past = readonly Earlier[] | 'loading' | 'failed'

/** Earlier contacts of whoever is on the line, with what colleagues noted. */
export function CustomerPast({ interaction, token }: { interaction: string; token: string }) {
  const { t } = useWords()
  const [past, setPast] = useState<Past>('loading')
  useEffect(() => {
    let isCurrent = true
    setPast('loading')
    new DeskClient(token).earlier(interaction).then(
      (found) => isCurrent && setPast(found),
      () => isCurrent && setPast('failed'),
    )
    return () => {
      isCurrent = false
    }
  }, [interaction, token])
  return (
    <Panel title={t('before.title')}>
      {typeof past === 'string' && <Empty title={t(`before.${past}`)} />}
      {typeof past !== 'string' && past.length === 0 && <Empty title={t('before.none')} />}
      {typeof past !== 'string' && past.length > 0 && (
        <ol className={styles['list']}>
          {past.map((one) => (
            <PastOne key={one.id} one={one} />
          ))}
        </ol>
      )}
    </Panel>
  )
}

function PastOne({ one }: { one: Earlier }) {
  const { t, language } = useWords()
  const day = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' })
  return (
    <li className={styles['one']} data-earlier={one.id}>
      <div className={styles['head']}>
        <time dateTime={one.createdAt}>{day.format(new Date(one.createdAt))}</time>
        <span>{one.talkMs > 0 && exactDuration(one.talkMs, language)}</span>
      </div>
      <div className={styles['what']}>
        {t(`item.${one.medium}`)} · {t(`outcome.${one.outcome}`)}
        {one.agent !== null && ` · ${t('before.by', { agent: one.agent })}`}
      </div>
      {one.wrapUpCodes.length > 0 && <div className={styles['code']}>{one.wrapUpCodes.join(', ')}</div>}
      {one.notes.map(({ user, text }) => (
        <blockquote key={user + text} className={styles['note']}>
          {text}
        </blockquote>
      ))}
    </li>
  )
}

import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { ContactView, Thread } from '#api/contract'
import { DeskClient } from '../../models/desk-client.ts'
import { exactDuration } from '../../models/duration.ts'
import { Empty, Panel } from '../../ui/panel.tsx'
import { useWords } from '../../ui/translations/use-words.ts'
import styles from './customer-thread.module.css'

/** All other contacts of whoever is on the line, by whatever medium, with what was said and noted; the newest first. */
export function CustomerThread({ interaction, token }: { interaction: string; token: string }) {
  const { t } = useWords()
  const [thread, setThread] = useState<Thread | undefined>()
  const [failed, setFailed] = useState(false)
  const [busy, setBusy] = useState(true)
  useEffect(() => {
    let isCurrent = true
    new DeskClient(token)
      .thread(interaction)
      .then(
        (found) => isCurrent && setThread(found),
        () => isCurrent && setFailed(true),
      )
      .finally(() => isCurrent && setBusy(false))
    return () => {
      isCurrent = false
    }
  }, [interaction, token])
  const more = async (before: Thread, after: string): Promise<void> => {
    setBusy(true)
    setFailed(false)
    try {
      const found = await new DeskClient(token).thread(interaction, after)
      setThread({ ...found, items: [...before.items, ...found.items] })
    } catch {
      setFailed(true)
    }
    setBusy(false)
  }
  const after = thread?.next
  const isUnread = failed || thread?.complete === false
  return (
    <Panel title={t('before.title')}>
      {!thread && busy && <Empty title={t('before.loading')} />}
      {isUnread && <Empty title={t('before.failed')} />}
      {thread?.complete && thread.items.length === 0 && <Empty title={t('before.none')} />}
      {thread && thread.items.length > 0 && (
        <ol className={styles['list']}>
          {thread.items.map((one) => (
            <Contact key={one.id} one={one} />
          ))}
        </ol>
      )}
      {thread && after && (
        <div className={styles['more']}>
          <Button size="compact-sm" variant="default" loading={busy} onClick={() => void more(thread, after)}>
            {t('before.more')}
          </Button>
        </div>
      )}
    </Panel>
  )
}

function Contact({ one }: { one: ContactView }) {
  const { t, language } = useWords()
  const day = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' })
  const how = one.outcome === null ? t('before.open') : t(`outcome.${one.outcome}`)
  return (
    <li className={styles['one']} data-contact={one.id} data-medium={one.medium}>
      <div className={styles['head']}>
        <time dateTime={one.createdAt}>{day.format(new Date(one.createdAt))}</time>
        <span>{one.talkMs > 0 && exactDuration(one.talkMs, language)}</span>
      </div>
      <div className={styles['what']}>
        {t(`item.${one.medium}`)} · {how}
        {one.agent !== null && ` · ${t('before.by', { agent: one.agent })}`}
      </div>
      {one.subject !== null && <div className={styles['subject']}>{one.subject}</div>}
      {one.wrapUpCodes.length > 0 && <div className={styles['code']}>{one.wrapUpCodes.join(', ')}</div>}
      {one.notes.map(({ user, text }) => (
        <blockquote key={user + text} className={styles['note']}>
          {text}
        </blockquote>
      ))}
      {one.lines.length > 0 && <Lines lines={one.lines} />}
    </li>
  )
}

/** What was said in writing; the last of it is seen at once. */
function Lines({ lines }: { lines: ContactView['lines'] }) {
  const { t } = useWords()
  const last = lines.at(-1)!
  const words = ({ by, user, text }: ContactView['lines'][number]) => (
    <>
      <b>{by === 'customer' ? t('before.customer') : (user ?? '')}:</b> {text}
    </>
  )
  if (lines.length === 1) return <p className={styles['line']}>{words(last)}</p>
  return (
    <details className={styles['lines']}>
      <summary>
        <span className={styles['line']}>{words(last)}</span>
      </summary>
      {lines.map((line) => (
        <p key={`${line.at} ${line.text}`} className={styles['line']}>
          {words(line)}
        </p>
      ))}
    </details>
  )
}

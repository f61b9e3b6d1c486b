import { useState } from 'react'
import type { LogOns } from '#api/contract'
import { ApiClient } from '../../models/api-client.ts'
import { Empty, Panel } from '../../ui/panel.tsx'
import { useWords } from '../../ui/translations/use-words.ts'
import { usePoller } from '../../ui/use-poller.ts'
import styles from './log-on-list.module.css'

/** Whoever looks wants to see who is there, not each as it comes. */
const EVERY_MS = 5_000
/** More than anybody reads: whoever looks for somebody types the name. */
const SHOWN_MAX = 30

/** Who is logged on, on whichever machine, from where and since when (AGS-11). */
export function LogOnList({ token }: { token: string }) {
  const { t, language } = useWords()
  const [search, setSearch] = useState('')
  const { value } = usePoller(() => new ApiClient(token).read<LogOns>('/sessions'), EVERY_MS, token)
  const format = new Intl.DateTimeFormat(language, { dateStyle: 'short', timeStyle: 'short' })
  const wanted = search.trim().toLowerCase()
  const found = (value?.items ?? []).filter(({ user, displayName, node, role }) =>
    [user, displayName, node, role].some((text) => text.toLowerCase().includes(wanted)),
  )
  return (
    <Panel title={t('pool.logOns')} aside={t('pool.logOnCount', { count: value?.items.length ?? 0 })}>
      {value?.complete === false && <p className={styles['hint']}>{t('pool.logOnsHere')}</p>}
      <input
        className={styles['search']}
        aria-label={t('pool.logOnSearch')}
        placeholder={t('pool.logOnSearch')}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      {found.length === 0 && <Empty title={t('pool.noLogOns')} />}
      <ul className={styles['list']}>
        {found.slice(0, SHOWN_MAX).map(({ user, displayName, role, node, address, since }) => (
          <li key={`${user} ${since} ${address}`} className={styles['row']} data-log-on={user} data-node={node}>
            <b>{displayName}</b>{' '}
            <span className={styles['soft']}>
              {t('pool.logOn', { user, role, node, address, since: format.format(new Date(since)) })}
            </span>
          </li>
        ))}
      </ul>
      {found.length > SHOWN_MAX && (
        <p className={styles['hint']}>{t('pool.logOnsMore', { count: found.length - SHOWN_MAX })}</p>
      )}
    </Panel>
  )
}

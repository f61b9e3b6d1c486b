import { type ReactNode, useEffect } from 'react'
import type { Session } from '#api/contract'
import { ColleaguesButton } from '../features/colleagues/colleagues-button.tsx'
import { ConnectionBanner, ConnectionPill } from '../features/connection-state/connection-state.tsx'
import { type AppName, appsOf, pathOf } from '../models/apps.ts'
import type { LiveConnection } from '../models/live-connection.ts'
import { BrandMark } from '../ui/brand.tsx'
import { NowProvider } from '../ui/now.tsx'
import { useWords } from '../ui/translations/use-words.ts'
import { useStore } from '../ui/use-store.ts'
import { AccountMenu } from './account-menu.tsx'
import styles from './page-frame.module.css'

/** What all pages of people who are logged in have around them: name, the other pages, connection, account. */
export function PageFrame(props: {
  app: AppName
  session: Session
  connection: LiveConnection
  onLogOut: () => void
  /** Stands in the header, before the account. */
  aside?: ReactNode
  children: ReactNode
}) {
  const { app, session, connection } = props
  const { t } = useWords()
  const state = useStore(connection.state)
  const { clockOffsetMs } = useStore(connection.board)
  const title = t(`app.${app}`)
  useEffect(() => {
    document.title = `${title} – Tandem`
  }, [title])
  return (
    <NowProvider clockOffsetMs={clockOffsetMs}>
      <a className={styles['skip']} href="#content">
        {t('app.skip')}
      </a>
      <header className={styles['header']}>
        <div className={styles['brand']}>
          <BrandMark /> Tandem
        </div>
        <h1 className={styles['title']}>{title}</h1>
        <AppLinks app={app} session={session} />
        <ConnectionPill state={state} />
        <div className={styles['right']}>
          <ColleaguesButton session={session} connection={connection} />
          {props.aside}
          <AccountMenu session={session} onLogOut={props.onLogOut} />
        </div>
      </header>
      <ConnectionBanner state={state} />
      <main id="content" className={`${styles['main']} ${state === 'reconnecting' ? styles['stale'] : ''}`}>
        {props.children}
      </main>
    </NowProvider>
  )
}

/** On a phone the links are wider than the screen; the one of this page is among those that are seen. */
function bringIntoView(link: HTMLAnchorElement | null): void {
  link?.scrollIntoView({ block: 'nearest', inline: 'center' })
}

/** The pages that this person may open; nothing where there is one only. */
function AppLinks({ app, session }: { app: AppName; session: Session }) {
  const { t } = useWords()
  const apps = appsOf(session)
  if (apps.length < 2) return null
  return (
    <nav className={styles['apps']} aria-label={t('app.apps')}>
      {apps.map((name) => (
        <a
          key={name}
          className={styles['app']}
          href={pathOf(name)}
          {...(name === app && { 'aria-current': 'page' as const, ref: bringIntoView })}
        >
          {t(`app.${name}`)}
        </a>
      ))}
    </nav>
  )
}

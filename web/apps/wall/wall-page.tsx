import { useEffect, useState } from 'react'
import { AlertList } from '../../features/alert-list/alert-list.tsx'
import { WallQueues } from '../../features/wall-queues/wall-queues.tsx'
import { pathOf } from '../../models/apps.ts'
import type { Board } from '../../models/board.ts'
import { hasRight } from '../../models/rights.ts'
import { queuesFrom, searchFor, wallQueues } from '../../models/wall.ts'
import type { SignedInProps } from '../../shell/signed-in.tsx'
import { NowProvider } from '../../ui/now.tsx'
import { useWords } from '../../ui/translations/use-words.ts'
import { useAlerts } from '../../ui/use-alerts.ts'
import { useStore } from '../../ui/use-store.ts'
import styles from './wall-page.module.css'

/** The wallboard: dark, large, and on its own; it finds the next core by itself, and its address says what it shows. */
export function WallPage({ session, connection }: SignedInProps) {
  const { t } = useWords()
  const board = useStore(connection.board)
  const state = useStore(connection.state)
  const [chosen, setChosen] = useState(() => queuesFrom(location.search))
  useEffect(() => {
    document.title = `${t('app.wall')} – Tandem`
  }, [t])
  const choose = (names: readonly string[]): void => {
    setChosen(names)
    history.replaceState(null, '', location.pathname + searchFor(names))
  }
  const queues = wallQueues(board, chosen)
  const sees = hasRight(session, 'view-live')
  return (
    <NowProvider clockOffsetMs={board.clockOffsetMs}>
      <div className={styles['wall']} data-mantine-color-scheme="dark" data-wall={state}>
        <header className={styles['head']}>
          <h1 className={styles['title']}>{t('app.wall')}</h1>
          <Clock offsetMs={board.clockOffsetMs} />
        </header>
        {state !== 'live' && board.sequence !== undefined && (
          <p role="status" className={styles['stale']}>
            ⚠ {t('wall.stale')}
          </p>
        )}
        <main className={styles['main']}>
          {!sees && <p>{t('wall.forbidden')}</p>}
          {sees && board.sequence !== undefined && queues.length === 0 && <p>{t('wall.none')}</p>}
          {sees && <Alerts board={board} token={session.token} />}
          {sees && <WallQueues queues={queues} />}
        </main>
        <footer className={styles['foot']}>
          <a href={pathOf('supervisor')}>{t('wall.back')}</a>
          <button type="button" onClick={() => void document.documentElement.requestFullscreen?.().catch(() => {})}>
            {t('wall.whole')}
          </button>
          {sees && <QueueChoice board={board} chosen={chosen} onChoose={choose} />}
        </footer>
      </div>
    </NowProvider>
  )
}

/** Without sound: a wall that sounds is muted by somebody with a plug. */
function Alerts({ board, token }: { board: Board; token: string }) {
  return (
    <div className={styles['alerts']}>
      <AlertList alerts={useAlerts(board, token).alerts} />
    </div>
  )
}

/** The time of the centre’s servers, for everybody in the room. */
function Clock({ offsetMs }: { offsetMs: number }) {
  const { language } = useWords()
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  const text = new Intl.DateTimeFormat(language, { timeStyle: 'short' }).format(new Date(now + offsetMs))
  return <time className={styles['clock']}>{text}</time>
}

function QueueChoice(props: { board: Board; chosen: readonly string[]; onChoose: (names: readonly string[]) => void }) {
  const { board, chosen, onChoose } = props
  const { t } = useWords()
  const names = [...board.queues.keys()].sort((a, b) => a.localeCompare(b))
  return (
    <details className={styles['choice']}>
      <summary>{t('wall.choose')}</summary>
      <fieldset className={styles['names']}>
        <legend>{t('queues.title')}</legend>
        {names.map((name) => (
          <label key={name}>
            <input
              type="checkbox"
              checked={chosen.includes(name)}
              onChange={({ currentTarget }) =>
                onChoose(currentTarget.checked ? [...chosen, name] : chosen.filter((other) => other !== name))
              }
            />{' '}
            {name}
          </label>
        ))}
      </fieldset>
    </details>
  )
}

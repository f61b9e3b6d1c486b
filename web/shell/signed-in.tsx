import { type ComponentType, useEffect, useMemo, useRef, useState } from 'react'
import type { Session } from '#api/contract'
import { LogIn } from '../features/log-in/log-in.tsx'
import { LogInAgain } from '../features/log-in/log-in-again.tsx'
import { ApiClient } from '../models/api-client.ts'
import { browserClock } from '../models/clock.ts'
import { LiveConnection, type Socket } from '../models/live-connection.ts'
import { PAGE_SERVERS } from '../models/page-servers.ts'
import { SessionModel } from '../models/session.ts'
import { useStore } from '../ui/use-store.ts'
import { Renewal, type RenewSession } from './renewal.ts'

/** What a page is given of the person who looks at it. */
export interface SignedInProps {
  readonly session: Session
  /** What changes on the server, as it changes. */
  readonly connection: LiveConnection
  readonly onLogOut: () => void
}

/**
 * The log-in, or the page of whoever is logged in. A session that runs out leaves the page as it is, with its call and what was typed, behind
 * a log-in; the same person goes on there.
 */
export function SignedIn({ page }: { page: ComponentType<SignedInProps> }) {
  const [sessions] = useState(() => new SessionModel({ tab: sessionStorage, browser: localStorage }, Date.now()))
  const session = useStore(sessions)
  const [over, setOver] = useState<Session | undefined>()
  const shown = session ?? over
  const begin = (begun: Session): void => {
    sessions.begin(begun)
    setOver(undefined)
  }
  if (!shown) return <LogIn onLogIn={begin} />
  return (
    <>
      <div style={{ display: session ? 'contents' : 'none' }}>
        <Connected
          key={shown.user}
          session={shown}
          onOver={() => {
            setOver(shown)
            sessions.end()
          }}
          onLogOut={() => {
            void new ApiClient(shown.token).logOut().catch(() => {})
            setOver(undefined)
            sessions.end()
          }}
          onRenewed={begin}
          onRights={(rights) => {
            const known = sessions.get()
            if (known && known.rights?.join() !== rights.join()) sessions.learn({ ...known, rights })
          }}
          page={page}
        />
      </div>
      {!session && <LogInAgain user={shown.user} onLogIn={begin} />}
    </>
  )
}

interface ConnectedProps {
  readonly session: Session
  readonly onOver: () => void
  readonly onLogOut: () => void
  readonly onRenewed: (session: Session) => void
  readonly onRights: (rights: Session['rights']) => void
  readonly page: ComponentType<SignedInProps>
}

function Connected(props: ConnectedProps) {
  const { session, onLogOut, page: Page } = props
  const [connection, setConnection] = useState<LiveConnection | undefined>()
  const latest = useRef(props)
  latest.current = props
  /** While another session is asked for, the end of the old one is no news. */
  const isRenewing = useRef(false)
  // biome-ignore lint/correctness/useExhaustiveDependencies: one connection a user, who may log in again on the same page.
  useEffect(() => {
    const made = new LiveConnection({
      open: () => new WebSocket(`${PAGE_SERVERS.socket}/ws`) as unknown as Socket,
      token: latest.current.session.token,
      clock: browserClock,
      onRights: (rights) => latest.current.onRights(rights),
      onAnswered: () => PAGE_SERVERS.answered(),
      onUnanswered: (how) => PAGE_SERVERS.failed(how),
      silenceMs: () => PAGE_SERVERS.silenceMs,
      onOver: () => !isRenewing.current && latest.current.onOver(),
    })
    setConnection(made)
    addEventListener('online', made.retryNow)
    document.addEventListener('visibilitychange', made.retryNow)
    return () => {
      removeEventListener('online', made.retryNow)
      document.removeEventListener('visibilitychange', made.retryNow)
      made.close()
    }
  }, [session.user])
  useEffect(() => learnServers(session), [session])
  useEffect(() => connection?.renew(session.token), [connection, session.token])
  const renew = useMemo((): RenewSession | undefined => {
    if (!connection) return undefined
    return async (request) => {
      isRenewing.current = true
      try {
        latest.current.onRenewed(await request())
      } catch (problem) {
        if (connection.state.get() === 'over') latest.current.onOver()
        throw problem
      } finally {
        isRenewing.current = false
      }
    }
  }, [connection])
  if (!connection || !renew) return null
  return (
    <Renewal value={renew}>
      <Page session={session} connection={connection} onLogOut={onLogOut} />
    </Renewal>
  )
}

/** A log-in may be older than the list of machines, so the server is asked. */
function learnServers({ token, servers }: Session): void {
  PAGE_SERVERS.learn(servers)
  const current = new ApiClient(token).read<Omit<Session, 'token'>>('/sessions/current')
  current.then(
    (told) => PAGE_SERVERS.learn(told.servers),
    () => {},
  )
}

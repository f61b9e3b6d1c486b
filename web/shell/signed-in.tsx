import { type ComponentType, useEffect, useState } from 'react'
import type { Session } from '#api/contract'
import { LogIn } from '../features/log-in/log-in.tsx'
import { ApiClient } from '../models/api-client.ts'
import { browserClock } from '../models/clock.ts'
import { LiveConnection, type Socket } from '../models/live-connection.ts'
import { SessionModel } from '../models/session.ts'
import { useStore } from '../ui/use-store.ts'

/** What a page is given of the person who looks at it. */
export interface SignedInProps {
  readonly session: Session
  /** What changes on the server, as it changes. */
  readonly connection: LiveConnection
  readonly onLogOut: () => void
}

/** The log-in, or the page of whoever is logged in. */
export function SignedIn({ page }: { page: ComponentType<SignedInProps> }) {
  const [sessions] = useState(() => new SessionModel({ tab: sessionStorage, browser: localStorage }, Date.now()))
  const session = useStore(sessions)
  const [isOver, setIsOver] = useState(false)
  const leave = (over: boolean): void => {
    setIsOver(over)
    sessions.end()
  }
  if (!session) {
    return (
      <LogIn
        isOver={isOver}
        onLogIn={(begun) => {
          setIsOver(false)
          sessions.begin(begun)
        }}
      />
    )
  }
  return (
    <Connected
      key={session.token}
      session={session}
      onLeave={leave}
      onRights={(rights) => {
        const known = sessions.get()
        if (known && known.rights?.join() !== rights.join()) sessions.learn({ ...known, rights })
      }}
      page={page}
    />
  )
}

function Connected(props: {
  session: Session
  onLeave: (over: boolean) => void
  onRights: (rights: Session['rights']) => void
  page: ComponentType<SignedInProps>
}) {
  const { session, onLeave, onRights, page: Page } = props
  const [connection, setConnection] = useState<LiveConnection | undefined>()
  // biome-ignore lint/correctness/useExhaustiveDependencies: one connection a session; leaving is always the same.
  useEffect(() => {
    const made = new LiveConnection({
      open: () => new WebSocket(`${location.origin.replace(/^http/, 'ws')}/ws`) as unknown as Socket,
      token: session.token,
      clock: browserClock,
      onRights,
      onOver: () => onLeave(true),
    })
    setConnection(made)
    addEventListener('online', made.retryNow)
    document.addEventListener('visibilitychange', made.retryNow)
    return () => {
      removeEventListener('online', made.retryNow)
      document.removeEventListener('visibilitychange', made.retryNow)
      made.close()
    }
  }, [session.token])
  const logOut = (): void => {
    void new ApiClient(session.token).logOut().catch(() => {})
    onLeave(false)
  }
  return connection ? <Page session={session} connection={connection} onLogOut={logOut} /> : null
}

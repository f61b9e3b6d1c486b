import { useEffect, useState } from 'react'
import { LogIn } from '../../features/log-in/log-in.tsx'
import { homeOf } from '../../models/apps.ts'
import { SessionModel } from '../../models/session.ts'
import { useStore } from '../../ui/use-store.ts'

/** Where everybody comes in: the log-in, and on to the page of one's work. */
export function Home() {
  const [sessions] = useState(() => new SessionModel({ tab: sessionStorage, browser: localStorage }, Date.now()))
  const session = useStore(sessions)
  useEffect(() => {
    if (session) location.replace(homeOf(session))
  }, [session])
  return session ? null : <LogIn isOver={false} onLogIn={(begun) => sessions.begin(begun)} />
}

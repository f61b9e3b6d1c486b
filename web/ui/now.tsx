import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'
import { ageMs, clockDuration } from '../models/duration.ts'

const NowContext = createContext({ now: 0, clockOffsetMs: 0 })

/** One tick a second for every timer on the page, so that all turn over together. */
export function NowProvider({ clockOffsetMs, children }: { clockOffsetMs: number; children: ReactNode }) {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  return <NowContext value={{ now: Math.max(now, 0), clockOffsetMs }}>{children}</NowContext>
}

/** How old a moment is, by the server's clock, at the last tick. */
export function useAgeMs(since: string | null): number | undefined {
  const { now, clockOffsetMs } = useContext(NowContext)
  return since === null ? undefined : ageMs(since, now, clockOffsetMs)
}

/** A clock that counts up from a moment. Screen readers are not told of every second. */
export function Elapsed({ since, fallback = '' }: { since: string | null; fallback?: string }) {
  const age = useAgeMs(since)
  return <span role="timer">{age === undefined ? fallback : clockDuration(age)}</span>
}

/** A clock that counts down to a moment and stays at nothing. */
export function Remaining({ until }: { until: string }) {
  const age = useAgeMs(until) ?? 0
  return <span role="timer">{clockDuration(Math.max(0, -age))}</span>
}

import { type Finding, type Seen, starvedMs } from './seen.ts'

/** The pass mark of the fault itself: a new call is answered again in time. Part of invariant 1. */
export function checkGaps(seen: Seen): Finding[] {
  const { nemesis, marks } = seen
  return nemesis
    .filter(({ op }) => op === 'takeover')
    .flatMap(({ at, value }) => {
      const { fault, ms } = value as { fault: string; ms: number | null }
      const allowed = marks.controlGapMs + (ms === null ? 0 : starvedMs(seen, at - ms, at))
      const what =
        ms === null ? 'no new call was answered again' : `a new call was answered after ${ms} ms, not ${allowed} ms`
      return ms === null || ms > allowed ? [{ checker: 'gaps', invariant: 1, who: fault, what }] : []
    })
}

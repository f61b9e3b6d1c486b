import type { Finding, Seen } from './seen.ts'

/** The pass mark of the fault itself: a new call is answered again in time. Part of invariant 1. */
export function checkGaps({ nemesis, marks }: Seen): Finding[] {
  return nemesis
    .filter(({ op }) => op === 'takeover')
    .flatMap(({ value }) => {
      const { fault, ms } = value as { fault: string; ms: number | null }
      const what =
        ms === null
          ? 'no new call was answered again'
          : `a new call was answered after ${ms} ms, not ${marks.controlGapMs} ms`
      return ms === null || ms > marks.controlGapMs ? [{ checker: 'gaps', invariant: 1, who: fault, what }] : []
    })
}

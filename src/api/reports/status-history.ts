import { moment, type StatusStretch } from '#api/contract'
import type { Millis } from '#base'
import { type Fact, MEASURES, type Measure, type Term } from '#kernel/statistics'

/** How the measures of an agent's statuses begin. */
const STATUS = 'status-'

/** The measures that say what an agent was. */
export const STATUS_TERMS: readonly Term[] = (Object.keys(MEASURES) as Measure[]).filter((name) =>
  name.startsWith(STATUS),
)

/** A stretch, whose end may be to come. */
interface Stretch {
  readonly begun: Millis
  readonly ended: Millis | undefined
  readonly status: StatusStretch['status']
  readonly reason: string | null
}

/**
 * Every status that an agent had, oldest first, each with the moment at which it came to be so (AGS-01). What nothing is noted of lies
 * between: the agent was logged off. `facts`: with whether they still go on.
 */
export function statusHistory(
  facts: readonly { readonly fact: Fact; readonly runs: boolean }[],
  { to, now }: { readonly to: Millis; readonly now: Millis },
): StatusStretch[] {
  const known = facts.map(({ fact, runs }) => stretchOf(fact, runs)).sort((a, b) => a.begun - b.begun)
  const all = known.flatMap((stretch, index) => {
    const next = known[index + 1]?.begun
    return [stretch, ...offAfter(stretch, next ?? (to < now ? to : undefined), now)]
  })
  return all.map(({ begun, ended, status, reason }) => ({
    ...{ from: moment(begun), to: ended === undefined ? null : moment(ended), ms: (ended ?? now) - begun },
    ...{ status, reason },
  }))
}

function stretchOf({ measure, detail, at, ms }: Fact, runs: boolean): Stretch {
  const status = measure.slice(STATUS.length) as StatusStretch['status']
  return { begun: at - ms, ended: runs ? undefined : at, status, reason: detail ?? null }
}

/** The time until the next stretch, until the end of what was asked for, or until now. */
function offAfter({ ended }: Stretch, next: Millis | undefined, now: Millis): readonly Stretch[] {
  if (ended === undefined || ended >= (next ?? now)) return []
  return [{ begun: ended, ended: next, status: 'logged-off', reason: null }]
}

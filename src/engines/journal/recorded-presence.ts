import type { Millis } from '#base'

/** A stretch of an agent's status. */
export interface StatusRow {
  readonly agent: string
  readonly status: string
  readonly from: Millis
  readonly to: Millis
}

/** A stretch in which an agent served a queue. */
export interface ServedRow {
  readonly agent: string
  readonly from: Millis
  readonly to: Millis
}

/** Statuses in which an agent takes calls of queues, or will when the one at hand is over. */
const AT_WORK: ReadonlySet<string> = new Set(['ready', 'offered', 'busy', 'wrapping-up', 'ring-no-answer'])

/**
 * When each agent was there for calls of queues, in stretches as long as they were. Who was busy without serving a queue (a call of its own, one
 * that was dialled to it) was not there for so long.
 */
export function presencesOf(
  statuses: readonly StatusRow[],
  served: readonly ServedRow[],
): readonly { readonly user: string; readonly from: Millis; readonly to: Millis }[] {
  const servedBy = Map.groupBy(served, ({ agent }) => agent)
  const found: { user: string; from: Millis; to: Millis }[] = []
  for (const [agent, rows] of Map.groupBy(statuses, (row) => row.agent)) {
    const work = servedBy.get(agent) ?? []
    let open: { user: string; from: Millis; to: Millis } | undefined
    for (const { status, from, to } of [...rows].sort((a, b) => a.from - b.from)) {
      const elsewhere = status === 'busy' && !work.some((one) => one.from < to && one.to > from)
      if (!AT_WORK.has(status) || elsewhere) {
        open = undefined
        continue
      }
      if (open && open.to >= from) open.to = to
      else found.push((open = { user: agent, from, to }))
    }
  }
  return found
}

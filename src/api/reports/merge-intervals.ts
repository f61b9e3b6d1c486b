import type { AgentIntervalRow, QueueIntervalRow } from './figures.ts'

/** Adds rows up to longer intervals (a multiple of the kept one), counted from 1970 in UTC; sorted by time, then name. */
export function mergeQueueRows(rows: readonly QueueIntervalRow[], intervalMs: number): QueueIntervalRow[] {
  return merge(
    rows,
    intervalMs,
    (row) => row.queue,
    (a, b) => ({
      queue: a.queue,
      startAt: a.startAt,
      offered: a.offered + b.offered,
      answered: a.answered + b.answered,
      answeredInTime: a.answeredInTime + b.answeredInTime,
      abandoned: a.abandoned + b.abandoned,
      shortAbandoned: a.shortAbandoned + b.shortAbandoned,
      redirected: a.redirected + b.redirected,
      waitAnsweredMs: a.waitAnsweredMs + b.waitAnsweredMs,
      waitMsMax: Math.max(a.waitMsMax, b.waitMsMax),
      talkMs: a.talkMs + b.talkMs,
      holdMs: a.holdMs + b.holdMs,
      wrapUpMs: a.wrapUpMs + b.wrapUpMs,
    }),
  )
}

/** The same for agents. */
export function mergeAgentRows(rows: readonly AgentIntervalRow[], intervalMs: number): AgentIntervalRow[] {
  return merge(
    rows,
    intervalMs,
    (row) => row.agent,
    (a, b) => ({
      agent: a.agent,
      startAt: a.startAt,
      offered: a.offered + b.offered,
      answered: a.answered + b.answered,
      notAnswered: a.notAnswered + b.notAnswered,
      statusMs: addAll(a.statusMs, b.statusMs),
    }),
  )
}

function merge<R extends { readonly startAt: number }>(
  rows: readonly R[],
  intervalMs: number,
  nameOf: (row: R) => string,
  add: (a: R, b: R) => R,
): R[] {
  const merged = new Map<string, R>()
  for (const row of rows) {
    const startAt = Math.floor(row.startAt / intervalMs) * intervalMs
    const key = `${startAt} ${nameOf(row)}`
    const moved = { ...row, startAt }
    const known = merged.get(key)
    merged.set(key, known ? add(known, moved) : moved)
  }
  return [...merged.values()].sort((a, b) => a.startAt - b.startAt || (nameOf(a) < nameOf(b) ? -1 : 1))
}

function addAll(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): Record<string, number> {
  const sum: Record<string, number> = { ...a }
  for (const [name, value] of Object.entries(b)) sum[name] = (sum[name] ?? 0) + value
  return sum
}

import type { QueueLive, Threshold } from '#api/contract'
import type { Board } from './board.ts'

/** A threshold that is crossed at a queue. */
export interface RunningAlert {
  /** Threshold and queue: the same one as long as it goes on. */
  readonly key: string
  readonly threshold: Threshold
  readonly queue: string
  /** What the figure is now. */
  readonly value: number
  /** Since when it has been so, by this page. */
  readonly since: number
}

/** Which thresholds are crossed since when; one that is not crossed any more is forgotten. */
export type Crossed = ReadonlyMap<string, number>

/** What the figure is now, or undefined while there is nothing to go by. */
export function watchedValue(queue: QueueLive, figure: Threshold['figure'], serverNow: number): number | undefined {
  switch (figure) {
    case 'waiting':
      return queue.waiting
    case 'longest-wait':
      return queue.longestWaitSince === null ? 0 : Math.max(0, serverNow - Date.parse(queue.longestWaitSince))
    case 'ready':
      return queue.agents.ready ?? 0
    case 'service-level':
      return queue.serviceLevelToday.percent ?? undefined
    case 'abandoned':
      return queue.serviceLevelToday.abandoned
  }
}

/** Looks at every threshold once: who is crossed, and since when; `alerts` are those that have been so for long enough, the critical first. */
export function lookAt(
  board: Board,
  thresholds: readonly Threshold[],
  before: Crossed,
  now: number,
): { readonly crossed: Crossed; readonly alerts: readonly RunningAlert[] } {
  const crossed = new Map<string, number>()
  const alerts: RunningAlert[] = []
  for (const threshold of thresholds) {
    for (const queue of queuesOf(board, threshold)) {
      const value = watchedValue(queue, threshold.figure, now + board.clockOffsetMs)
      if (value === undefined || !isCrossed(threshold, value)) continue
      const key = `${threshold.name} ${queue.name}`
      const since = before.get(key) ?? now
      crossed.set(key, since)
      if (now - since >= (threshold.forMs ?? 0)) alerts.push({ key, threshold, queue: queue.name, value, since })
    }
  }
  return { crossed, alerts: alerts.sort(bySeverity) }
}

function queuesOf({ queues }: Board, { queue }: Threshold): readonly QueueLive[] {
  if (queue === undefined) return [...queues.values()]
  const found = queues.get(queue)
  return found ? [found] : []
}

function isCrossed({ comparison, value: limit }: Threshold, value: number): boolean {
  return comparison === 'above' ? value > limit : value < limit
}

function bySeverity(a: RunningAlert, b: RunningAlert): number {
  return rank(a) - rank(b) || a.since - b.since || a.key.localeCompare(b.key)
}

function rank({ threshold }: RunningAlert): number {
  return threshold.level === 'critical' ? 0 : 1
}

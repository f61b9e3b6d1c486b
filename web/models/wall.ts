import type { QueueLive } from '#api/contract'
import type { Board } from './board.ts'

/** What a screen on the wall shows is part of its address, so that it survives a power cut: `/wall?queues=sales,support`. */
export function queuesFrom(search: string): readonly string[] {
  const named = new URLSearchParams(search).get('queues') ?? ''
  return named.split(',').flatMap((name) => name.trim() || [])
}

/** The address that shows these queues; all of them when none is named. */
export function searchFor(queues: readonly string[]): string {
  return queues.length === 0 ? '' : `?queues=${queues.map(encodeURIComponent).join(',')}`
}

/** The chosen queues in the order in which they were chosen; every queue by name when none is. */
export function wallQueues({ queues }: Board, chosen: readonly string[]): readonly QueueLive[] {
  if (chosen.length > 0) return chosen.flatMap((name) => queues.get(name) ?? [])
  return [...queues.values()].sort((a, b) => a.name.localeCompare(b.name))
}

/** How pressing a queue is, in words as well as in colour: `late` when somebody waits longer than promised, `waiting` when somebody waits. */
export type Press = 'calm' | 'waiting' | 'late'

/** How pressing the queue is, when its longest wait is that old. */
export function pressOf(queue: QueueLive, waitMs: number | undefined): Press {
  if (queue.waiting === 0) return 'calm'
  return waitMs !== undefined && waitMs > queue.serviceLevelToday.withinMs ? 'late' : 'waiting'
}

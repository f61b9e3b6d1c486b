import type { AlertView, QueueLive, Threshold } from '#api/contract'
import type { Board } from './board.ts'

/** An alert that goes on, with what its figure is at this moment. */
export interface RunningAlert extends AlertView {
  readonly now: number
}

/** The alerts that go on, in the order of the server, with the present figures of the board. */
export function runningAlerts(alerts: readonly AlertView[], board: Board, now: number): readonly RunningAlert[] {
  return alerts.map((alert) => {
    const queue = board.queues.get(alert.queue)
    const value = queue && watchedValue(queue, alert.threshold.figure, now + board.clockOffsetMs)
    return { ...alert, now: value ?? alert.value }
  })
}

/** What the figure is now, or undefined while there is nothing to go by. The core says the same: a page that took it from the contract would load every schema. */
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
    case 'overdue':
      // The board does not count them: the alert says how many there were.
      return undefined
  }
}

/** Those that this user has not seen yet: each is told of once. */
export function unseenBy(
  alerts: readonly Pick<AlertView, 'id' | 'seen'>[],
  user: string,
  told: ReadonlySet<string>,
): readonly string[] {
  return alerts.filter(({ id, seen }) => !told.has(id) && !seen.some((one) => one.user === user)).map(({ id }) => id)
}

import { erlangC } from './erlang-c.ts'
import { SIZING_ERRORS } from './errors.ts'
import { checkDuration, checkLoad } from './range.ts'

/** Callers of several priorities before the same agents; a talk that has begun is never broken off. */
export interface PriorityQueue {
  /** The load of each class in erlangs, the highest priority first; within a class the first come are served first. */
  readonly loads: readonly number[]
  readonly agents: number
  /** The same for all classes. */
  readonly handleMs: number
}

/**
 * Mean wait of each class, those who need not wait included (Cobham 1954; for several agents Kella and Yechiali 1985): what is left of
 * the talks that run, over the share of time that is left by the classes before, with and without one's own. Infinite for a class that is not all served.
 */
export function priorityWaits({ loads, agents, handleMs }: PriorityQueue): readonly number[] {
  for (const load of loads) checkLoad(load)
  checkDuration('the handling time', handleMs)
  const load = loads.reduce((sum, one) => sum + one, 0)
  return waitsByClass(
    (erlangC(load, agents) * handleMs) / agents,
    loads.map((one) => one / agents),
  )
}

/** One class before one agent: arrivals by the hour, and the first two moments of the time that one takes. */
export interface PriorityClass {
  readonly callsPerHour: number
  readonly handleMs: number
  /** Mean of the squared handling time, in ms²; twice the square of the mean when it is exponential, the square itself when it is always the same. */
  readonly handleSquared: number
}

/** Cobham's formula for one agent and any distribution of handling times, which may differ between classes. */
export function cobhamWaits(classes: readonly PriorityClass[]): readonly number[] {
  const shares = classes.map(({ callsPerHour, handleMs }) => (callsPerHour * handleMs) / 3_600_000)
  for (const { handleMs, handleSquared } of classes) {
    if (handleSquared < handleMs * handleMs) {
      const what = 'the mean of the squared handling time'
      throw SIZING_ERRORS['sizing.range']({ what, found: handleSquared, least: handleMs * handleMs, most: 'any' })
    }
  }
  // A class that is not all served takes no more than what is left of the agent's time.
  let left = 1
  let running = 0
  for (const [index, { handleMs, handleSquared }] of classes.entries()) {
    const share = Math.min(left, shares[index]!)
    left -= share
    running += (share * handleSquared) / (2 * handleMs)
  }
  return waitsByClass(running, shares)
}

function waitsByClass(runningMs: number, shares: readonly number[]): readonly number[] {
  let taken = 0
  return shares.map((share) => {
    const before = 1 - taken
    taken += share
    return taken >= 1 ? Number.POSITIVE_INFINITY : runningMs / (before * (1 - taken))
  })
}

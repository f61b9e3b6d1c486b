import { isTandemError, type Millis } from '#base'
import type { Log } from '#seams/log'

type ReadLog = Pick<Log, 'read' | 'head'>

/** The sequence after which everything happened at the moment or later: where a webhook begins that was configured then. */
export function placeOf(log: ReadLog, at: Millis): Promise<number> {
  return lastOf(log, 0, async (after) => {
    const [next] = await log.read(after, 1)
    return next !== undefined && next.at < at
  })
}

/** The sequence after which the log still keeps everything, when it does not keep what follows on the one given. */
export function firstKept(log: ReadLog, after: number): Promise<number> {
  return lastOf(log, after, async (place) => {
    await log.read(place, 1)
    return false
  })
}

/** The first sequence of which the question is not true any more, by halves; what is pruned is before it in any case. */
async function lastOf(log: ReadLog, from: number, isBefore: (after: number) => Promise<boolean>): Promise<number> {
  let low = from
  let high = await log.head()
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const before = await isBefore(middle).catch((cause: unknown) => {
      if (isTandemError(cause, 'log.pruned')) return true
      throw cause
    })
    if (before) low = middle + 1
    else high = middle
  }
  return low
}

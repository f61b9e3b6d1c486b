import type { Millis } from '#base'
import { OrderedSet } from './ordered-set.ts'

/**
 * Who waits in a queue. A point of priority is worth so much waiting, and so the order is that of one moment, `rankAt`: when it would
 * have entered to have its place with no priority. It never changes, so nothing is ever sorted anew; whoever comes late enough comes
 * behind, whatever its priority, so nobody waits for ever.
 */
export interface WaitingEntry {
  readonly interaction: string
  readonly priority: number
  readonly enteredAt: Millis
  readonly rankAt: Millis
}

/** Answers whose moments are remembered, for the expected wait: enough that one odd pause does not decide, few enough to follow the day. */
export const ANSWERS_MAX = 20

/** A queue: who waits in which order, when calls were last answered, and how well it does. The first follows from the interactions. */
export interface QueueState {
  readonly name: string
  readonly waiting: OrderedSet<WaitingEntry>
  /** The last answers, oldest first. */
  answers: readonly Millis[]
  /** The share of the last contacts that were answered in time, in thousandths; undefined before the first. */
  level?: number
}

/** Who is served first comes first: by rank, then whoever entered earlier, then by id, so that the order is total. */
export function compareWaiting(a: WaitingEntry, b: WaitingEntry): number {
  return a.rankAt - b.rankAt || a.enteredAt - b.enteredAt || compareText(a.interaction, b.interaction)
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** A queue without anybody. */
export function newQueue(name: string): QueueState {
  return { name, waiting: new OrderedSet(compareWaiting), answers: [] }
}

/** Somebody begins to wait. */
export function enter(queue: QueueState, entry: WaitingEntry): void {
  queue.waiting.add(entry)
}

/** Somebody waits no more; the entry is the one it entered with. */
export function leave(queue: QueueState, entry: WaitingEntry): void {
  queue.waiting.delete(entry)
}

/** Notes that a caller of the queue was answered. */
export function noteAnswer(queue: QueueState, at: Millis): void {
  queue.answers = [...queue.answers, at].slice(-ANSWERS_MAX)
}

/** The last so many contacts say how well a queue does: enough that one is not much, few enough that a bad half hour is over soon. */
const LEVEL_OVER = 32

/** Notes whether a contact was answered in time; one that was lost was not. */
export function noteLevel(queue: QueueState, inTime: boolean): void {
  const level = queue.level ?? 1_000
  queue.level = Math.round(level + ((inTime ? 1_000 : 0) - level) / LEVEL_OVER)
}

/** Whether someone with these skills meets what a queue asks for: each at its least proficiency or above; 0 is the same as none. */
export function meetsSkills(has: Readonly<Record<string, number>>, needs: Readonly<Record<string, number>>): boolean {
  for (const skill in needs) {
    const least = needs[skill]!
    if (least > 0 && (Object.hasOwn(has, skill) ? has[skill]! : 0) < least) return false
  }
  return true
}

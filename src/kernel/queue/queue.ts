import type { Millis } from '#base'
import { OrderedSet } from './ordered-set.ts'
import {
  type ExpectedWait,
  judgeWait,
  NO_ACCURACY,
  NO_PACE,
  noteVerdict,
  type Pace,
  paceAnswered,
  paceLost,
  paceOffered,
  type WaitAccuracy,
} from './pace.ts'

/**
 * Who waits in a queue. A point of priority is worth so much waiting, and so the order is that of one moment, `rankAt`: when it would
 * have entered to have its place with no priority. No time that passes changes it, so nothing is ever sorted anew (who is given another
 * priority leaves and enters); whoever comes late enough comes behind, whatever its priority, so nobody waits for ever.
 */
export interface WaitingEntry {
  readonly interaction: string
  readonly priority: number
  readonly enteredAt: Millis
  readonly rankAt: Millis
}

/** A queue: who waits in which order, how fast it moves, and how well it does. The first follows from the interactions. */
export interface QueueState {
  readonly name: string
  readonly waiting: OrderedSet<WaitingEntry>
  /** How fast it moves, for the expected wait. */
  pace: Pace
  /** How announced waits have come out. */
  accuracy: WaitAccuracy
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
  return { name, waiting: new OrderedSet(compareWaiting), pace: NO_PACE, accuracy: NO_ACCURACY }
}

/** Somebody begins to wait. */
export function enter(queue: QueueState, entry: WaitingEntry): void {
  queue.waiting.add(entry)
}

/** Somebody waits no more; the entry is the one it entered with. */
export function leave(queue: QueueState, entry: WaitingEntry): void {
  queue.waiting.delete(entry)
}

/** What happened to somebody who waited, as far as the pace of the queue and its announcements are concerned. */
export type WaitNote =
  | { readonly type: 'offered'; readonly enteredAt: Millis; readonly at: Millis }
  | {
      readonly type: 'answered'
      readonly enteredAt: Millis
      readonly at: Millis
      readonly rangMs: Millis
      readonly told?: ToldWait | undefined
    }
  | { readonly type: 'lost'; readonly enteredAt: Millis; readonly at: Millis; readonly told?: ToldWait | undefined }

/** A range that somebody was told, and when. */
export interface ToldWait extends ExpectedWait {
  readonly at: Millis
}

/** Notes what happened to somebody who waited in the queue. */
export function noteWait(queue: QueueState, note: WaitNote): void {
  const { enteredAt, at } = note
  if (note.type === 'offered') {
    queue.pace = paceOffered(queue.pace, enteredAt, at)
    return
  }
  const answered = note.type === 'answered'
  queue.pace = answered ? paceAnswered(queue.pace, at - enteredAt, note.rangMs) : paceLost(queue.pace, at - enteredAt)
  const verdict = note.told && judgeWait(note.told, at - note.told.at, answered)
  if (verdict) queue.accuracy = noteVerdict(queue.accuracy, verdict)
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

import type { Millis } from '#base'
import { OrderedSet } from './ordered-set.ts'

/** Who waits in a queue. Higher priority is served first, then whoever entered earlier, then by id, so that the order is total. */
export interface WaitingEntry {
  readonly interaction: string
  readonly priority: number
  readonly enteredAt: Millis
}

/** An agent who fits the queue. Free ones come first, longest idle in front; those who are not even there come last. */
export interface MemberEntry {
  readonly user: string
  readonly free: boolean
  /** Logged off or without a phone: of no interest to whoever asks why somebody was passed over. */
  readonly away: boolean
  readonly idleSince: Millis
}

/** Answers whose moments are remembered, for the expected wait: enough that one odd pause does not decide, few enough to follow the day. */
export const ANSWERS_MAX = 20

/**
 * A queue: who waits in which order, who could serve, and when calls were last answered. The first two follow from interactions and
 * agents and are kept by whoever changes those ({@link enter}, {@link leave}, {@link seat}, {@link unseat}).
 */
export interface QueueState {
  readonly name: string
  readonly waiting: OrderedSet<WaitingEntry>
  readonly members: OrderedSet<MemberEntry>
  /** How many of the members are free: the first so many. */
  free: number
  /** The last answers, oldest first. */
  answers: readonly Millis[]
}

/** Who is served first comes first. */
export function compareWaiting(a: WaitingEntry, b: WaitingEntry): number {
  return b.priority - a.priority || a.enteredAt - b.enteredAt || compareText(a.interaction, b.interaction)
}

/** Free agents first, longest idle in front; then those who are there, then the others, by name. */
export function compareMembers(a: MemberEntry, b: MemberEntry): number {
  if (a.free !== b.free) return a.free ? -1 : 1
  if (a.away !== b.away) return a.away ? 1 : -1
  return (a.free ? a.idleSince - b.idleSince : 0) || compareText(a.user, b.user)
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** A queue without anybody. */
export function newQueue(name: string): QueueState {
  return {
    name,
    waiting: new OrderedSet(compareWaiting),
    members: new OrderedSet(compareMembers),
    free: 0,
    answers: [],
  }
}

/** Somebody begins to wait. */
export function enter(queue: QueueState, entry: WaitingEntry): void {
  queue.waiting.add(entry)
}

/** Somebody waits no more; the entry is the one it entered with. */
export function leave(queue: QueueState, entry: WaitingEntry): void {
  queue.waiting.delete(entry)
}

/** An agent who fits the queue is there. */
export function seat(queue: QueueState, entry: MemberEntry): void {
  const size = queue.members.size
  queue.members.add(entry)
  if (entry.free) queue.free += queue.members.size - size
}

/** The agent is there no more, or no more as this entry says. */
export function unseat(queue: QueueState, entry: MemberEntry): void {
  if (queue.members.delete(entry) && entry.free) queue.free--
}

/** Notes that a caller of the queue was answered. */
export function noteAnswer(queue: QueueState, at: Millis): void {
  queue.answers = [...queue.answers, at].slice(-ANSWERS_MAX)
}

/** Whether someone with these skills meets what a queue asks for: each at its least proficiency or above; 0 is the same as none. */
export function meetsSkills(has: Readonly<Record<string, number>>, needs: Readonly<Record<string, number>>): boolean {
  for (const skill in needs) {
    const least = needs[skill]!
    if (least > 0 && (Object.hasOwn(has, skill) ? has[skill]! : 0) < least) return false
  }
  return true
}

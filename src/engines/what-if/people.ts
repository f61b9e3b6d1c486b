import type { Millis } from '#base'
import type { WaitResult } from './recorded-day.ts'

/** One who calls. */
export interface Contact {
  readonly id: string
  readonly at: Millis
  /** The number that is dialled: it leads where the configuration says. */
  readonly to: string
  /** How long it would wait who is never answered, from entering its first queue; without end if not said. */
  readonly patienceMs?: Millis
}

/** An offer to an agent, as those who act see it. */
export interface OfferMade {
  readonly contact: Contact
  readonly user: string
  readonly queue: string | undefined
  /** When the centre takes the call back. */
  readonly until: Millis
}

/** What people do: asked once for each offer, talk and work after it. All durations are whole milliseconds. */
export interface People {
  /** How long the phone rings before the agent answers; undefined when it is left to ring. */
  ringMs(offer: OfferMade): Millis | undefined
  talkMs(offer: OfferMade): Millis
  /** When the agent ends the work after the call itself; undefined: it takes the time that the queue gives. */
  wrapUpMs(offer: OfferMade): Millis | undefined
}

/** How a wait ended. */
export interface WaitOutcome {
  readonly contact: Contact
  readonly queue: string
  readonly enteredAt: Millis
  readonly endedAt: Millis
  readonly result: WaitResult
  readonly user?: string
}

/** A stretch in which an agent was on a call of a queue, or worked after it. */
export interface WorkDone {
  readonly user: string
  readonly queue: string | undefined
  readonly from: Millis
  readonly to: Millis
}

/** Who is told what happened. */
export interface Audience {
  waitEnded?(outcome: WaitOutcome): void
  workEnded?(work: WorkDone): void
}

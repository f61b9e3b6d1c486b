import type { Millis } from '#base'

/** What matters of an event of a timeline for how somebody waited and was served. */
export interface TimelineRow {
  readonly interaction: string
  readonly at: Millis
  readonly type: string
  /** Of the participant that the event is about. */
  readonly participant: string | null
  readonly user: string | null
  readonly queue: string | null
  readonly priority: number | null
  readonly until: Millis | null
  readonly reason: string | null
}

/** A wait in a queue and how it went on; see `RecordedWait` of engines/what-if. */
export interface WaitRow {
  readonly interaction: string
  readonly queue: string
  readonly priority: number
  readonly enteredAt: Millis
  readonly waitedMs: Millis
  readonly result: 'answered' | 'abandoned' | 'short-abandoned' | 'left'
  readonly follows: boolean
  readonly agent?: string
  readonly ringMs?: Millis
  readonly talkMs?: Millis
  readonly wrapUpMs?: Millis
  readonly wrapUpWhole?: boolean
}

/** Offers of queues to an agent, and those that came to nothing through the agent. */
export interface OffersOf {
  offered: number
  unanswered: number
}

type Open = { -readonly [Key in keyof WaitRow]: WaitRow[Key] }

/** Reads one interaction's timeline, in its order, as waits. Offers are added up. */
export function waitsOf(timeline: readonly TimelineRow[], offers: Map<string, OffersOf>): readonly WaitRow[] {
  const reader = new WaitReader(offers)
  for (const row of timeline) reader.read(row)
  return reader.waits
}

class WaitReader {
  readonly waits: Open[] = []
  readonly #offers: Map<string, OffersOf>
  readonly #rings = new Map<string, { readonly user: string; readonly at: Millis }>()
  /** The wait that is not over. */
  #waiting: Open | undefined
  /** The wait that was answered, while its agent talks or wraps up. */
  #served: { readonly wait: Open; readonly participant: string; readonly at: Millis } | undefined
  #wrapUp: { readonly at: Millis; readonly until: Millis } | undefined

  constructor(offers: Map<string, OffersOf>) {
    this.#offers = offers
  }

  read(row: TimelineRow): void {
    switch (row.type) {
      case 'Queued':
        return this.#queued(row)
      case 'StepEntered':
        return this.#end(row.at, 'left')
      case 'Offered':
        return this.#offered(row)
      case 'OfferEnded':
        return this.#offerEnded(row)
      case 'ParticipantConnected':
        return this.#connected(row)
      case 'ParticipantCleared':
        return this.#cleared(row)
      case 'WrapUpStarted':
        if (row.participant === this.#served?.participant) this.#wrapUp = { at: row.at, until: row.until ?? row.at }
        return
      case 'WrapUpEnded':
        return this.#wrapUpEnded(row)
      case 'InteractionClosed':
        return this.#end(row.at, isAbandoned(row.reason) ? row.reason : 'left')
      default:
        return
    }
  }

  #queued({ interaction, at, queue, priority }: TimelineRow): void {
    const follows = this.#waiting !== undefined
    this.#end(at, 'left')
    if (queue === null) return
    const wait: Open = {
      interaction,
      queue,
      priority: priority ?? 0,
      enteredAt: at,
      waitedMs: 0,
      result: 'left',
      follows,
    }
    this.waits.push(wait)
    this.#waiting = wait
  }

  #end(at: Millis, result: WaitRow['result']): void {
    if (!this.#waiting) return
    this.#waiting.waitedMs = at - this.#waiting.enteredAt
    this.#waiting.result = result
    this.#waiting = undefined
  }

  #offered({ user, queue, participant, at }: TimelineRow): void {
    if (user === null || participant === null || queue === null) return
    this.#rings.set(participant, { user, at })
    const sum = this.#offers.get(user) ?? { offered: 0, unanswered: 0 }
    this.#offers.set(user, { ...sum, offered: sum.offered + 1 })
  }

  #offerEnded({ participant, reason }: TimelineRow): void {
    const ring = this.#rings.get(participant ?? '')
    this.#rings.delete(participant ?? '')
    const sum = ring && this.#offers.get(ring.user)
    // A caller who hung up, or another who answered first, says nothing of this agent.
    if (sum && reason !== 'withdrawn') sum.unanswered++
  }

  #connected({ participant, at }: TimelineRow): void {
    const ring = this.#rings.get(participant ?? '')
    const wait = this.#waiting
    if (!ring || !wait || participant === null) return
    this.#rings.clear()
    this.#end(at, 'answered')
    wait.agent = ring.user
    wait.ringMs = at - ring.at
    this.#served = { wait, participant, at }
    this.#wrapUp = undefined
  }

  #cleared({ participant, at }: TimelineRow): void {
    const served = this.#served
    if (!served || served.participant !== participant) return
    served.wait.talkMs = at - served.at
    if (!this.#wrapUp) this.#served = undefined
  }

  #wrapUpEnded({ participant, at }: TimelineRow): void {
    const served = this.#served
    if (!served || !this.#wrapUp || served.participant !== participant) return
    served.wait.wrapUpMs = at - this.#wrapUp.at
    served.wait.wrapUpWhole = at >= this.#wrapUp.until
    this.#served = undefined
  }
}

function isAbandoned(reason: string | null): reason is 'abandoned' | 'short-abandoned' {
  return reason === 'abandoned' || reason === 'short-abandoned'
}

import type { SipRequest } from '#protocols/sip'
import type { CommittedEvent } from './context.ts'

/** What an adapter has done since its start for the first time. A call is answered when its 200 has left. */
export type VoiceMilestone = 'media linked' | 'edge linked' | 'call heard' | 'call taken' | 'call answered'

/** Watches how far an adapter has come since its start, until the first call that came since then is answered. */
export class Milestones {
  readonly #tell: (milestone: VoiceMilestone) => void
  readonly #passed = new Set<VoiceMilestone>()
  /** Legs that came since the start, until one of them is answered. */
  readonly #legs = new Set<string>()

  constructor(tell: ((milestone: VoiceMilestone) => void) | undefined) {
    this.#tell = tell ?? (() => {})
  }

  /** Tells it, the first time. */
  reached(milestone: VoiceMilestone): void {
    if (this.#passed.has(milestone)) return
    this.#passed.add(milestone)
    this.#tell(milestone)
  }

  /** A request is looked at: that of a new call counts. */
  heard({ method, to }: SipRequest): void {
    if (method === 'INVITE' && to.tag === undefined) this.reached('call heard')
  }

  /** To be called with what was committed, when all that follows from it has been sent. */
  committed(batch: readonly CommittedEvent[]): void {
    if (this.#passed.has('call answered')) return
    for (const { machine, event } of batch) {
      if (machine !== 'voice') continue
      if (event.type === 'LegArrived') {
        this.#legs.add(event.leg.id)
        this.reached('call taken')
      }
      if (event.type === 'LegAnswered' && this.#legs.has(event.leg)) {
        this.#legs.clear()
        this.reached('call answered')
      }
      if (event.type === 'LegEnded') this.#legs.delete(event.leg)
    }
  }
}

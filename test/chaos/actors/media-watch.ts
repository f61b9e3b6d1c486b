import type { PhoneCall } from '../../kit/phone-call.ts'
import type { Gap } from '../../kit/rtp-stream.ts'
import type { HistoryWriter } from '../history.ts'

/** Shorter silences are what a busy machine makes by itself. */
const GAP_MS_MIN = 60

/** Writes what a party hears that is worth a line: gaps, and the first packet of every other party. */
export class MediaWatch {
  readonly #history: HistoryWriter
  readonly #who: string
  readonly #call: string | undefined

  constructor(history: HistoryWriter, who: string, call?: string) {
    this.#history = history
    this.#who = who
    this.#call = call
  }

  gap({ ms, transitMs, lost, stream, at }: Gap): void {
    if (ms < GAP_MS_MIN && transitMs < GAP_MS_MIN && lost === 0) return
    const value = { ms: Math.round(ms), transitMs: Math.round(transitMs), lost, stream }
    this.#history.write({ at, who: this.#who, type: 'info', op: 'gap', value })
  }

  /** Tells of each party that is heard, once. */
  follow(call: PhoneCall): void {
    const told = new Set<number>()
    const look = (): void => {
      for (const stream of call.media.heard.keys()) {
        if (told.has(stream)) continue
        told.add(stream)
        this.#history.note(this.#who, 'info', 'heard', { stream, ...(this.#call ? { caller: this.#call } : {}) })
      }
    }
    const timer = setInterval(look, 20)
    void call.ended.then(() => {
      clearInterval(timer)
      look()
    })
  }
}

/** What a phone knows of a call that is over. */
export function describeEnd(call: PhoneCall): Record<string, unknown> {
  return {
    end: call.end ?? { by: 'nobody' },
    stream: call.media.stream,
    sent: call.media.sent,
    heard: [...call.media.heard.values()].map((heard) => ({ ...heard })),
    otherPackets: call.media.otherPackets,
  }
}

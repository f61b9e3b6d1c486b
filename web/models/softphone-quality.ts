import type { CallQuality } from './softphone-state.ts'

/** What is counted of one side at one moment: since the call began. */
export interface CallCounts {
  readonly at: number
  readonly packetsIn: number
  readonly lostIn: number
  readonly packetsOut: number
  /** The other side's word on what it lost of ours (RTCP). */
  readonly lostOut: number
  readonly jitterMs: number
  readonly roundTripMs?: number
  /** When the other side's last report came, by its own clock; absent before the first. */
  readonly reportedAt?: number
}

/** Promise 10: one-way sound is shown within three seconds; a second is left for the look itself. */
export const SILENT_MS = 2000

/** Reports come every second; two that stay away say that what we send, or what is said of it, does not get through. */
const UNREPORTED_MS = 2500

/** ITU-T G.113: with concealment 1 % is hardly heard, 5 % is annoying. */
const LOSS_FAIR = 1
const LOSS_POOR = 5

/** ITU-T G.114: up to 400 ms there and back goes unnoticed. A jitter buffer of a browser takes 60 ms. */
const ROUND_TRIP_FAIR_MS = 400
const JITTER_FAIR_MS = 60

/** What has been heard and reported lately; one for each call. */
export class QualityMeter {
  #first: CallCounts | undefined
  #last: CallCounts | undefined
  #heardAt = 0
  #reportedAt = 0
  #reportSeen: number | undefined

  /** Takes what is counted now, and says how the call is. */
  look(counts: CallCounts): CallQuality {
    const { at, jitterMs, roundTripMs } = counts
    const before = this.#last
    if (!this.#first) {
      this.#first = counts
      this.#heardAt = this.#reportedAt = at
    }
    if (before === undefined || counts.packetsIn > before.packetsIn) this.#heardAt = at
    if (counts.reportedAt !== undefined && counts.reportedAt !== this.#reportSeen) {
      this.#reportSeen = counts.reportedAt
      this.#reportedAt = at
    }
    this.#last = counts
    const lossIn = share(counts.lostIn - (before?.lostIn ?? 0), counts.packetsIn - (before?.packetsIn ?? 0))
    const lossOut = share(counts.lostOut - (before?.lostOut ?? 0), counts.packetsOut - (before?.packetsOut ?? 0))
    const figures = { lossIn, lossOut, jitterMs, ...(roundTripMs !== undefined && { roundTripMs }) }
    return { ...figures, verdict: this.#verdict(counts, figures) }
  }

  #verdict({ at, packetsIn, packetsOut }: CallCounts, figures: Omit<CallQuality, 'verdict'>): CallQuality['verdict'] {
    if (at - this.#heardAt >= SILENT_MS) return 'silent-in'
    if (packetsOut > 0 && this.#reportSeen !== undefined && at - this.#reportedAt >= UNREPORTED_MS) return 'silent-out'
    if (packetsIn === 0) return 'unknown'
    const { lossIn, lossOut, jitterMs, roundTripMs = 0 } = figures
    const loss = Math.max(lossIn, lossOut)
    if (loss >= LOSS_POOR) return 'poor'
    if (loss >= LOSS_FAIR || jitterMs >= JITTER_FAIR_MS || roundTripMs >= ROUND_TRIP_FAIR_MS) return 'fair'
    return 'good'
  }
}

function share(lost: number, arrived: number): number {
  const whole = Math.max(0, lost) + Math.max(0, arrived)
  return whole === 0 ? 0 : Math.round((1000 * Math.max(0, lost)) / whole) / 10
}

/** Reads the counters of a connection. */
export function countsOf(report: RTCStatsReport, at: number): CallCounts {
  let counts: CallCounts = { at, packetsIn: 0, lostIn: 0, packetsOut: 0, lostOut: 0, jitterMs: 0 }
  report.forEach((entry: Record<string, unknown> & { type: string; kind?: string }) => {
    if (entry.kind !== undefined && entry.kind !== 'audio') return
    const number = (name: string): number => Number(entry[name] ?? 0)
    switch (entry.type) {
      case 'inbound-rtp':
        counts = {
          ...counts,
          packetsIn: number('packetsReceived'),
          lostIn: number('packetsLost'),
          jitterMs: Math.round(1000 * number('jitter')),
        }
        return
      case 'outbound-rtp':
        counts = { ...counts, packetsOut: number('packetsSent') }
        return
      case 'remote-inbound-rtp': {
        const roundTrip = entry['roundTripTime']
        counts = {
          ...counts,
          lostOut: number('packetsLost'),
          reportedAt: number('timestamp'),
          ...(typeof roundTrip === 'number' && { roundTripMs: Math.round(1000 * roundTrip) }),
        }
      }
    }
  })
  return counts
}

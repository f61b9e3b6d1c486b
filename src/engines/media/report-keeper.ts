import { ntpMiddle, type Reception, type ReportBlock, readRtcp, writeRtcp } from '#protocols/rtp'
import type { OutStream } from './out-stream.ts'

/** A party answers the last report or, when they cross on the way, the one before. */
const SENT_REPORTS_MAX = 3

/** A longer way there and back is a mistake in the party's report. */
const ROUND_TRIP_MS_MAX = 30_000

const DELAY_UNITS_PER_MS = 65.536

interface HeardReport {
  readonly lastReport: number
  readonly atMs: number
}

/** When a report is written, and on which clock. */
export interface ReportTime {
  readonly nowMs: number
  readonly wallMs: number
  /** It is the last one. */
  readonly bye: boolean
  /** Steps of the party's clock in one of 8 kHz: what is said in timestamps is said in the party's. One, unless told. */
  readonly steps?: number
}

/** The RTCP side of a session: what is reported, and what the party reported (RFC 3550 6.4). */
export class ReportKeeper {
  readonly #out: OutStream
  readonly #reception: Reception
  readonly #cname: string
  #packetsReported = 0
  #arrivedReported = 0
  #heard: HeardReport | undefined
  /** Our last reports; by the clock that never jumps, so that the wall clock may. */
  readonly #sent: HeardReport[] = []
  #roundTripMs: number | undefined
  #lostShare = 0
  /** RTCP packets that could not be read. */
  malformed = 0

  constructor(out: OutStream, reception: Reception, cname: string) {
    this.#out = out
    this.#reception = reception
    this.#cname = cname
  }

  /** The way to the party and back, as its last report tells it (RFC 3550 6.4.1); undefined while none did. */
  get roundTripMs(): number | undefined {
    return this.#roundTripMs
  }

  /** How much of what we sent lately the party's last report calls lost, 0 to 1 (RFC 3550 6.4.1). */
  get lostShare(): number {
    return this.#lostShare
  }

  /** A sender report if anything was sent since the last one, else a receiver report. */
  write(at: ReportTime): Buffer {
    const { ssrc, packets, octets } = this.#out
    // RFC 3550 6.4: on sources "from which RTP data packets have been received since the last report". A party that is not
    // heard learns it by the reports that stay away.
    const arrived = this.#reception.packetsReceived
    const received = arrived > this.#arrivedReported ? this.#reception.report() : undefined
    const { steps = 1 } = at
    this.#arrivedReported = arrived
    const heard = this.#heard
    const since = heard ? Math.min(0xffffffff, Math.round(((at.nowMs - heard.atMs) / 1000) * 65_536)) : 0
    const sent = packets > this.#packetsReported
    this.#packetsReported = packets
    const timestamp = (this.#out.timestampAt(at.nowMs) * steps) % 0x1_0000_0000
    if (sent) this.#sent.unshift({ lastReport: ntpMiddle(at.wallMs), atMs: at.nowMs })
    this.#sent.length = Math.min(this.#sent.length, SENT_REPORTS_MAX)
    return writeRtcp({
      ssrc,
      cname: this.#cname,
      bye: at.bye,
      ...(sent && { sender: { wallMs: at.wallMs, timestamp, packets, octets } }),
      ...(received && {
        block: { ...received, jitter: received.jitter * steps, lastReport: heard?.lastReport ?? 0, delay: since },
      }),
    })
  }

  /** Takes the party's packet; any bytes may be given. */
  read(packet: Buffer, nowMs: number): void {
    const input = readRtcp(packet)
    if (!input) {
      this.malformed++
      return
    }
    const sender = input.senders.find((report) => report.ssrc === this.#reception.ssrc)
    if (sender) this.#heard = { lastReport: sender.lastReport, atMs: nowMs }
    const block = input.blocks.find((report) => report.ssrc === this.#out.ssrc)
    if (!block) return
    this.#lostShare = block.fractionLost / 256
    this.#measure(block, nowMs)
  }

  #measure(block: ReportBlock, nowMs: number): void {
    const sent = this.#sent.find((report) => report.lastReport === block.lastReport)
    if (!sent) return
    const ms = nowMs - sent.atMs - block.delay / DELAY_UNITS_PER_MS
    // The two clocks do not run alike: on a short way the difference may come out below zero.
    if (ms > -1000 && ms < ROUND_TRIP_MS_MAX) this.#roundTripMs = Math.max(0, ms)
  }
}

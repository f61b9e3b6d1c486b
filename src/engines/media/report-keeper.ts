import { type Reception, readRtcp, writeRtcp } from '#protocols/rtp'
import type { OutStream } from './out-stream.ts'

interface HeardReport {
  readonly lastReport: number
  readonly atMs: number
}

/** The RTCP side of a session: what is reported, and what the party reported (RFC 3550 6.4). */
export class ReportKeeper {
  readonly #out: OutStream
  readonly #reception: Reception
  readonly #cname: string
  #packetsReported = 0
  #heard: HeardReport | undefined
  /** RTCP packets that could not be read. */
  malformed = 0

  constructor(out: OutStream, reception: Reception, cname: string) {
    this.#out = out
    this.#reception = reception
    this.#cname = cname
  }

  /** A sender report if anything was sent since the last one, else a receiver report. */
  write(at: { nowMs: number; wallMs: number; bye: boolean }): Buffer {
    const { ssrc, packets, octets } = this.#out
    const received = this.#reception.report()
    const heard = this.#heard
    const since = heard ? Math.min(0xffffffff, Math.round(((at.nowMs - heard.atMs) / 1000) * 65_536)) : 0
    const sent = packets > this.#packetsReported
    this.#packetsReported = packets
    const timestamp = this.#out.timestampAt(at.nowMs)
    return writeRtcp({
      ssrc,
      cname: this.#cname,
      bye: at.bye,
      ...(sent && { sender: { wallMs: at.wallMs, timestamp, packets, octets } }),
      ...(received && { block: { ...received, lastReport: heard?.lastReport ?? 0, delay: since } }),
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
  }
}

import { createSocket, type Socket } from 'node:dgram'
import type { AddressInfo } from 'node:net'
import type { Clock, Millis } from '#base'
import { RTP_HEADER_BYTES, writeRtpHeader } from '#protocols/rtp'
import { type Call, openUserAgent, type UserAgent } from '#protocols/sip'

const FRAME_MS = 20
const FRAME_BYTES = 160
/** µ-law silence: nobody has to hear a drill. */
const SILENCE = 0xff
const ANSWER_POLL_MS = 10

/** Where test calls go: the edge, and a number that sends back what it hears. */
export interface TestCallPlace {
  readonly host: string
  readonly port: number
  readonly number: string
}

/** One call of our own to the echo: a caller like any other, who also notes when nothing comes back. */
export class TestCall {
  readonly #clock: Clock
  readonly #agent: UserAgent
  readonly #socket: Socket
  readonly #arrivals: Millis[] = []
  #call: Call | undefined
  #timer: NodeJS.Timeout | undefined
  #remote: { readonly host: string; readonly port: number } | undefined
  #sent = 0
  #ended = false
  #hungUp = false

  private constructor(clock: Clock, agent: UserAgent, socket: Socket) {
    this.#clock = clock
    this.#agent = agent
    this.#socket = socket
    socket.on('message', () => this.#arrivals.push(clock.monotonic()))
    socket.on('error', () => {})
  }

  /** Dials. */
  static async place({ host, port, number }: TestCallPlace, clock: Clock): Promise<TestCall> {
    const agent = await openUserAgent({ user: 'drill', address: host, proxy: { address: host, port } })
    const socket = createSocket('udp4')
    await new Promise<void>((resolve, reject) => socket.once('error', reject).bind(0, host, resolve))
    const test = new TestCall(clock, agent, socket)
    const sdp = describe(host, (socket.address() as AddressInfo).port)
    test.#call = agent.call(
      { to: `sip:${number}@${host}:${port}`, sdp },
      {
        onAnswered: (_, response) => test.#talk(response.body),
        onEnded: () => {
          test.#ended = true
        },
      },
    )
    return test
  }

  /** Whether it is over although we did not hang up. */
  get over(): boolean {
    return this.#ended && !this.#hungUp
  }

  /** Waits for the answer; false when none came in time or the call was refused. */
  async answered(ms: Millis): Promise<boolean> {
    for (let waitedMs = 0; waitedMs < ms; waitedMs += ANSWER_POLL_MS) {
      if (this.#remote) return true
      if (this.#ended) return false
      await new Promise<void>((resolve) => this.#clock.after(ANSWER_POLL_MS, resolve))
    }
    return false
  }

  /** The longest time since that moment in which nothing came back, less the time of one packet. */
  longestSilenceMs(since: Millis): Millis {
    const moments = [since, ...this.#arrivals.filter((at) => at > since), this.#clock.monotonic()]
    const gaps = moments.slice(1).map((at, index) => at - moments[index]! - FRAME_MS)
    return Math.max(0, ...gaps)
  }

  /** Says goodbye; a call that is not answered yet is cancelled. */
  async hangUp(): Promise<void> {
    this.#hungUp = true
    this.#call?.hangUp()
    for (let waitedMs = 0; !this.#ended && waitedMs < HANG_UP_MS_MAX; waitedMs += ANSWER_POLL_MS)
      await new Promise<void>((resolve) => this.#clock.after(ANSWER_POLL_MS, resolve))
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    this.#socket.close()
    await this.#agent.close()
  }

  #talk(sdp: string): void {
    const host = /^c=IN IP4 (\S+)/m.exec(sdp)?.[1]
    const port = Number(/^m=audio (\d+)/m.exec(sdp)?.[1] ?? 0)
    if (host === undefined || port === 0 || this.#hungUp) return
    const remote = { host, port }
    this.#remote = remote
    this.#timer ??= setInterval(() => this.#send(), FRAME_MS)
  }

  #send(): void {
    if (!this.#remote || this.#ended) return
    const packet = Buffer.alloc(RTP_HEADER_BYTES + FRAME_BYTES, SILENCE)
    const sequence = this.#sent++
    writeRtpHeader(packet, {
      payloadType: 0,
      marker: sequence === 0,
      sequence: sequence & 0xffff,
      timestamp: (sequence * FRAME_BYTES) >>> 0,
      ssrc: 1,
    })
    this.#socket.send(packet, this.#remote.port, this.#remote.host)
  }
}

/** A goodbye that nobody answers for so long is the same as none. */
const HANG_UP_MS_MAX = 5_000

function describe(host: string, port: number): string {
  return [
    'v=0',
    `o=- 1 1 IN IP4 ${host}`,
    's=-',
    `c=IN IP4 ${host}`,
    't=0 0',
    `m=audio ${port} RTP/AVP 0`,
    'a=rtpmap:0 PCMU/8000',
    'a=ptime:20',
    'a=sendrecv',
    '',
  ].join('\r\n')
}

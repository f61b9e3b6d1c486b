import { checkRange, checkWhole } from './range.ts'

/** More than any installation; beyond it a figure is mistyped. */
const COUNT_MAX = 1_000_000_000

/** Concurrent calls that one server of the least specification takes at a planned peak (CAP-02). */
export const CALLS_PER_SERVER = { physical: 70, virtual: 50 } as const

/** What one such server can hold of one kind alone (CAP-06). */
export const KIND_LIMITS = { ivr: 40, agent: 100 } as const

/** Desks that one desktop server serves (CAP-10). */
export const DESKS_PER_SERVER = 1_000

/** Media points that a media server has (CAP-17). */
export const POINTS_PER_MEDIA_SERVER = { small: 240, medium: 480, large: 960 } as const

/** Servers for a peak of concurrent calls, one more with high availability (CAP-03). */
export function serversFor(peak: number, platform: keyof typeof CALLS_PER_SERVER, highAvailability: boolean): number {
  checkWhole('the peak of concurrent calls', peak, 0, COUNT_MAX)
  return Math.ceil(peak / CALLS_PER_SERVER[platform]) + (highAvailability ? 1 : 0)
}

/** What share of one server calls in menus and calls with agents take together; above 1 is too much (CAP-07). */
export function serverShare({ ivr, agent }: { readonly ivr: number; readonly agent: number }): number {
  checkRange('the calls in menus', ivr, 0, COUNT_MAX)
  checkRange('the calls with agents', agent, 0, COUNT_MAX)
  return ivr / KIND_LIMITS.ivr + agent / KIND_LIMITS.agent
}

/** Instances of the desktop server, all of them live; one more when one may fail (CAP-10). */
export function desktopServersFor(desks: number, spare: boolean): number {
  checkWhole('the number of desks', desks, 0, COUNT_MAX)
  return Math.ceil(desks / DESKS_PER_SERVER) + (spare ? 1 : 0)
}

/** How calls spend their time, on average; the ledger's reference centre where nothing is said (ACD-16, CAP-11). */
export interface CallPattern {
  readonly callsPerSecond: number
  readonly qualificationMs: number
  /** Share of the calls that wait in a queue: 0-100 percent. */
  readonly queuedPercent: number
  readonly queueMs: number
  readonly talkMs: number
}

/** The reference centre of the ledger: half of the calls wait; 60 s, 120 s, 180 s. */
export const REFERENCE_PATTERN = {
  qualificationMs: 60_000,
  queuedPercent: 50,
  queueMs: 120_000,
  talkMs: 180_000,
} as const

/** Mean concurrent calls (Little's law: rate × time each is there) and calls in an hour at that rate (CAP-13, CAP-14). */
export function concurrentCalls(pattern: CallPattern): {
  readonly callMs: number
  readonly concurrent: number
  readonly busyHourCalls: number
} {
  const { callsPerSecond, qualificationMs, queuedPercent, queueMs, talkMs } = pattern
  checkRange('calls a second', callsPerSecond, 0, COUNT_MAX)
  checkRange('the share of queued calls in percent', queuedPercent, 0, 100)
  for (const ms of [qualificationMs, queueMs, talkMs]) checkRange('a time of a call in milliseconds', ms, 0, 86_400_000)
  const callMs = qualificationMs + (queuedPercent / 100) * queueMs + talkMs
  return { callMs, concurrent: (callsPerSecond * callMs) / 1_000, busyHourCalls: callsPerSecond * 3_600 }
}

/** Media points: one a call, half a one more when it is transcribed (CAP-15). */
export function mediaPoints({ calls, transcribed }: { readonly calls: number; readonly transcribed: number }): number {
  checkWhole('the number of calls', calls, 0, COUNT_MAX)
  checkWhole('the number of transcribed calls', transcribed, 0, calls)
  return calls + transcribed / 2
}

/** Media servers for so many points, and one that may fail (CAP-18). */
export function mediaServersFor(points: number, kind: keyof typeof POINTS_PER_MEDIA_SERVER): number {
  checkRange('the number of points', points, 0, COUNT_MAX)
  return Math.ceil(points / POINTS_PER_MEDIA_SERVER[kind]) + 1
}

/** Bit rates of kept recordings: 8 kbit/s a channel (CAP-19). */
export const RECORDING_BITS = { mono: 8_000, stereo: 16_000 } as const

/** Bytes that recordings take: bit rate × seconds ÷ 8 × number kept (CAP-19). */
export function recordingBytes({
  bitsPerSecond,
  seconds,
  kept,
}: {
  readonly bitsPerSecond: number
  readonly seconds: number
  readonly kept: number
}): number {
  checkRange('the bit rate', bitsPerSecond, 1, COUNT_MAX)
  checkRange('the length in seconds', seconds, 0, COUNT_MAX)
  checkRange('the number of recordings kept', kept, 0, COUNT_MAX)
  return ((bitsPerSecond * seconds) / 8) * kept
}

/** Bits a second of the sound itself. */
export const CODEC_BITS = { g711: 64_000, g729: 8_000 } as const

/** RTP (12), UDP (8), IPv4 (20) and Ethernet with its check sum (18) around the sound of each packet. */
const PACKET_OVERHEAD_BYTES = 58

/** Bits a second in one direction of so many calls on Ethernet, with packets of 20 ms (NET: RFC 3550, RFC 3551). */
export function callBandwidth(calls: number, codec: keyof typeof CODEC_BITS, packetMs = 20): number {
  checkWhole('the number of calls', calls, 0, COUNT_MAX)
  checkRange('the length of a packet in milliseconds', packetMs, 10, 200)
  return calls * (CODEC_BITS[codec] + (PACKET_OVERHEAD_BYTES * 8 * 1_000) / packetMs)
}

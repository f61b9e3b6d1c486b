import { timestampDelta } from './rtp.ts'

/** The events of RFC 4733 3.2, in the order of their codes 0 to 15. */
const DIGITS = '0123456789*#ABCD'

/** The clock of the events is that of the sound: 8 kHz. */
const SAMPLES_PER_MS = 8

/** A party repeats an event every 20 to 50 ms while it lasts; after this long without one its end was lost. */
const LOST_END_MS = 240

/** RFC 4733 2.5.1.4: the end is sent three times; it lets one be lost, and two. */
const END_REPEATS = 3

/** An event that was counted on another clock begins and ends on a rounded sample of ours. */
const ROUNDED_SAMPLES = 1

/** Octets of the payload of an event (RFC 4733 2.3). */
const EVENT_BYTES = 4

/** What one packet tells of an event. */
export interface TelephoneEvent {
  readonly digit: string
  readonly end: boolean
  /** In samples, from the timestamp of the packet on. */
  readonly duration: number
}

/**
 * Reads the payload of one packet; undefined when it is too short or no key. Any bytes may be given.
 *
 *    0                   1                   2                   3
 *   |     event     |E|R|  volume   |           duration            |
 */
export function readTelephoneEvent(payload: Uint8Array): TelephoneEvent | undefined {
  const digit = payload.length < EVENT_BYTES ? undefined : DIGITS[payload[0]!]
  if (digit === undefined) return undefined
  return { digit, end: (payload[1]! & 0x80) !== 0, duration: (payload[2]! << 8) | payload[3]! }
}

/** A key that was pressed, and for how long. */
export interface Digit {
  readonly digit: string
  readonly durationMs: number
}

interface Current {
  readonly digit: string
  readonly timestamp: number
  /** Samples of segments that are over (RFC 4733 2.5.1.3). */
  readonly before: number
  duration: number
  seenAtMs: number
}

/**
 * Makes one digit of the many packets that tell of it: they share a timestamp. A digit is told at its end; where the end was
 * lost it is told when the next one begins, or after 240 ms without a packet.
 */
export class TelephoneEventReceiver {
  #current: Current | undefined
  /** The last event that is over; its repeated ends, and anything older, say nothing new. */
  #over: number | undefined

  /** Whether a digit is under way: then {@link expire} is to be called now and then. */
  get busy(): boolean {
    return this.#current !== undefined
  }

  /** Takes the payload of one packet; gives the digits that are complete with it, at most two. */
  receive(payload: Uint8Array, timestamp: number, nowMs: number): readonly Digit[] {
    const event = readTelephoneEvent(payload)
    if (!event) return []
    if (this.#over !== undefined && timestampDelta(timestamp, this.#over) <= 0) return []
    const { digit, duration } = event
    const done: Digit[] = []
    const current = this.#current
    if (current && timestampDelta(timestamp, current.timestamp) < 0) return []
    if (!current || current.timestamp !== timestamp) {
      const goesOn = current !== undefined && this.#continues(current, digit, timestamp)
      if (current && !goesOn) done.push(this.#finish(current))
      const before = goesOn ? current.before + current.duration : 0
      this.#current = { digit, timestamp, before, duration, seenAtMs: nowMs }
    } else {
      current.duration = Math.max(current.duration, duration)
      current.seenAtMs = nowMs
    }
    if (event.end) done.push(this.#finish(this.#current!))
    return done
  }

  /** The digit whose end was lost, if there is one. */
  expire(nowMs: number): Digit | undefined {
    const current = this.#current
    return current && nowMs - current.seenAtMs >= LOST_END_MS ? this.#finish(current) : undefined
  }

  /** The party began a new stream: its timestamps say nothing about the old one. Gives the digit that was under way. */
  restart(): Digit | undefined {
    const digit = this.#current && this.#finish(this.#current)
    this.#over = undefined
    return digit
  }

  /** A very long event is told in segments, each beginning where the one before ended. */
  #continues(current: Current, digit: string, timestamp: number): boolean {
    const apart = timestampDelta(timestamp, current.timestamp) - current.duration
    return digit === current.digit && Math.abs(apart) <= ROUNDED_SAMPLES
  }

  #finish(current: Current): Digit {
    this.#current = undefined
    this.#over = current.timestamp
    const durationMs = Math.round((current.before + current.duration) / SAMPLES_PER_MS)
    return { digit: current.digit, durationMs }
  }
}

/** What one packet of an event carries. */
export interface EventPacket {
  readonly marker: boolean
  readonly payload: Uint8Array
}

/**
 * The payloads of one digit, to be sent one every packet time with one timestamp: the marker on the first, the end three times
 * (RFC 4733 2.5.1). Gives none for a character that is not a digit.
 */
export function telephoneEventPackets(digit: string, durationMs: number, ptimeMs = 20): readonly EventPacket[] {
  const code = DIGITS.indexOf(digit.toUpperCase())
  if (digit.length !== 1 || code < 0) return []
  const packets: EventPacket[] = []
  const steps = Math.max(1, Math.round(durationMs / ptimeMs))
  for (let step = 1; step <= steps + END_REPEATS - 1; step++) {
    const duration = Math.min(0xffff, Math.min(step, steps) * ptimeMs * SAMPLES_PER_MS)
    const end = step >= steps
    const volume = 10
    packets.push({
      marker: step === 1,
      payload: Uint8Array.of(code, (end ? 0x80 : 0) | volume, duration >> 8, duration & 0xff),
    })
  }
  return packets
}

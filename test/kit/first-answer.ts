import { systemClock } from '#base'
import { firstAnswer as firstAnswerOf, type ProbeCall } from '#engines/drill'
import type { Phone } from './phone.ts'
import type { PhoneCall } from './phone-call.ts'
import { sharedNow } from './rtp-stream.ts'

/** The number that sends back what it hears. */
export const ECHO = '1009'

/** How a new call is tried until one is answered. */
export interface Probing {
  /** A fresh call so long after the one before, given how long nobody has answered: the resolution of the time. 50 ms unless told. */
  readonly everyMs?: (waitedMs: number) => number
  /** Nobody answers any more after this; 30 s unless told. */
  readonly giveUpMs?: number
  /** A machine that was busy answers to all the goodbyes by then; 10 s unless told. */
  readonly goodbyeMs?: number
}

const CLOCK = { monotonic: sharedNow, after: systemClock.after }

/** Dials the echo from each phone in turn until one of the calls is answered: how long that took since a moment, or `Infinity`. All calls are hung up. */
export function firstAnswer(phones: readonly Phone[], since: number, probing: Probing = {}): Promise<number> {
  const { everyMs = () => 50, giveUpMs = 30_000, goodbyeMs = 10_000 } = probing
  const dial = async (turn: number) => probeOf(await phones[turn % phones.length]!.dial(ECHO))
  return firstAnswerOf(dial, { clock: CLOCK, since, everyMs, giveUpMs, goodbyeMs })
}

function probeOf(call: PhoneCall): ProbeCall {
  call.media.sending = false
  return {
    answered: (withinMs) =>
      call.connected(withinMs).then(
        () => {
          // At once: so many calls that stand would be a load.
          void call.hangUp()
          return true
        },
        () => {
          call.drop()
          return false
        },
      ),
    async hangUp() {
      if (call.state !== 'connected' && call.state !== 'ended') void call.hangUp()
      await call.ended
    },
  }
}

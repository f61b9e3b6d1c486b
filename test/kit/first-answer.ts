import type { Phone } from './phone.ts'
import { sharedNow } from './rtp-stream.ts'

/** The number that sends back what it hears. */
const ECHO = '1009'

/** How a new call is tried until one is answered. */
export interface Probing {
  /** A fresh call so long after the one before, given how long nobody has answered: the resolution of the time. 50 ms unless told. */
  readonly everyMs?: (waitedMs: number) => number
  /** Nobody answers any more after this; 30 s unless told. */
  readonly giveUpMs?: number
  /** A machine that was busy answers to all the goodbyes by then; 10 s unless told. */
  readonly goodbyeMs?: number
}

/** Dials the echo from each phone in turn until one of the calls is answered: how long that took since a moment, or `Infinity`. All calls are hung up. */
export async function firstAnswer(phones: readonly Phone[], since: number, probing: Probing = {}): Promise<number> {
  const { everyMs = () => 50, giveUpMs = 30_000, goodbyeMs = 10_000 } = probing
  let answeredAt: number | undefined
  for (let turn = 0; answeredAt === undefined && sharedNow() - since < giveUpMs; turn++) {
    const call = await phones[turn % phones.length]!.dial(ECHO)
    call.media.sending = false
    void call
      .connected(giveUpMs)
      .then(() => {
        answeredAt ??= sharedNow()
        return call.hangUp()
      })
      .catch(() => call.drop())
    await new Promise((resolve) => setTimeout(resolve, everyMs(sharedNow() - since)))
  }
  // Who still waits hangs up: so many at once would be a flood.
  const calls = phones.flatMap((phone) => [...phone.calls.values()])
  for (const call of calls) if (call.state !== 'connected') void call.hangUp()
  await Promise.race([
    Promise.all(calls.map(({ ended }) => ended)),
    new Promise((resolve) => setTimeout(resolve, goodbyeMs)),
  ])
  return answeredAt === undefined ? Number.POSITIVE_INFINITY : answeredAt - since
}

import type { Clock, Millis } from '#base'

/** One new call that is tried, whoever places it. */
export interface ProbeCall {
  /** Waits for the answer; false when none came in time or the call was refused. */
  answered(withinMs: Millis): Promise<boolean>
  /** Says goodbye, whether it was answered or not, and resolves when it is over. */
  hangUp(): Promise<void>
}

/** How new calls are tried until one is answered. */
export interface Probing {
  /** Of any clock that never goes back; `since` is one of its moments. */
  readonly clock: Pick<Clock, 'monotonic' | 'after'>
  readonly since: Millis
  /** A fresh call so long after the one before, given how long nobody has answered: the resolution of the time. */
  everyMs(waitedMs: Millis): Millis
  /** Nobody answers any more after this. */
  readonly giveUpMs: Millis
  /** A machine that was busy answers to all the goodbyes by then. */
  readonly goodbyeMs: Millis
}

/**
 * Places one call after the other, whatever became of those before, until one of them is answered: how long that took, or `Infinity`. What a
 * caller meets who comes in a takeover is measured so, by drills and from outside alike. All calls are hung up.
 */
export async function firstAnswer(dial: (turn: number) => Promise<ProbeCall>, probing: Probing): Promise<Millis> {
  const { clock, since, everyMs, giveUpMs, goodbyeMs } = probing
  const waited = () => clock.monotonic() - since
  const calls: ProbeCall[] = []
  let answeredMs = Number.POSITIVE_INFINITY
  for (let turn = 0; answeredMs === Number.POSITIVE_INFINITY && waited() < giveUpMs; turn++) {
    const call = await dial(turn)
    calls.push(call)
    void call.answered(giveUpMs).then((ok) => {
      if (ok) answeredMs = Math.min(answeredMs, waited())
    })
    await pause(clock, everyMs(waited()))
  }
  // Who still waits hangs up: so many at once would be a flood.
  await Promise.race([Promise.all(calls.map((call) => call.hangUp())), pause(clock, goodbyeMs)])
  return answeredMs
}

function pause(clock: Probing['clock'], ms: Millis): Promise<void> {
  return new Promise((resolve) => clock.after(ms, resolve))
}

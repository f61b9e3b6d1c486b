import { ApiProblem } from './api-client.ts'
import type { Clock } from './clock.ts'

/** A takeover is over within some seconds, on a busy machine within twenty; who waits longer wants to know that nothing comes of it. */
export const PATIENCE_MS = 20_000

/** From one try to the next. */
export const AGAIN_MS = 400

/**
 * Asks for something, and asks again while there is no primary or the server does not answer: what is pressed during a takeover is done after it
 * (DSK-09). An answer that was lost may have been to something that was done: what is refused after that is no failure, for the page shows
 * what is so.
 */
export async function patiently<T>(ask: () => Promise<T>, clock: Clock): Promise<T | undefined> {
  const until = clock.now() + PATIENCE_MS
  let isUnknown = false
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      const status = error instanceof ApiProblem ? error.status : undefined
      const isAway = status === 0 || status === 503
      if (isUnknown && (status === 403 || status === 404 || status === 409)) return undefined
      if (!isAway || clock.now() >= until) throw error
      isUnknown ||= status === 0
    }
    await new Promise<void>((resolve) => clock.after(AGAIN_MS, resolve))
  }
}

import type { Logger } from '#base'

/** How often a port is tried that a dying predecessor still holds: a browser that waits notices no more than this. */
const RETRY_MS = 20

/**
 * Listens, and goes on trying while the port is taken: calls are served meanwhile, and a primary that ended for want of its
 * pages would take them with it.
 */
export async function listenWhenFree(
  listen: () => Promise<unknown>,
  closed: AbortSignal,
  logger: Logger,
): Promise<void> {
  for (let tries = 0; !closed.aborted; tries++) {
    try {
      await listen()
      return
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause
      if (tries === 0)
        logger.warn({}, 'the port of API and pages is taken; calls go on, and it is tried until it is free')
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
    }
  }
}

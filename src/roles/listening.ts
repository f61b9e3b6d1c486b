import type { Logger } from '#base'
import { isFreeTcp } from './ports.ts'

/** How often a port is tried that a dying predecessor, or the other core of the machine, holds: a browser that waits notices no more. */
const RETRY_MS = 50

/** A server that can be told to listen. */
interface Listener {
  listen(place: { readonly host: string; readonly port: number }): Promise<unknown>
}

/**
 * Listens, and goes on trying while the port is taken: calls are served meanwhile, and a primary that ended for want of its
 * pages would take them with it. The backup of a machine waits so for as long as it is one; the port is looked at without the server, which
 * would keep something of each attempt.
 */
export async function listenWhenFree(
  server: Listener,
  place: { readonly host: string; readonly port: number },
  closed: AbortSignal,
  logger: Logger,
): Promise<void> {
  for (let tries = 0; !closed.aborted; tries++) {
    try {
      if (await isFreeTcp(place.host, place.port)) {
        await server.listen(place)
        return
      }
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause
    }
    if (tries === 0)
      logger.warn({}, 'the port of API and pages is taken; calls go on, and it is tried until it is free')
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
  }
}

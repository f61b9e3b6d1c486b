import type { Clock, Logger, Millis } from '#base'
import type { Links } from '#engines/link'
import type { Lease } from '#seams/lease'

/** How often it is looked whether they have met. */
const LOOK_MS = 50
/** A link takes some milliseconds once the database has told of a core; where none comes about, a core that can take over is better than none. */
const MEET_MS_MAX: Millis = 5_000

/** What a core that has just started meets the primary by. */
export interface MeetingOptions {
  readonly lease: Pick<Lease, 'current'>
  readonly links: Pick<Links, 'peers'>
  readonly clock: Clock
  readonly logger: Logger
}

/**
 * Returns when the primary is linked with this core, or there is none to meet. A primary that does not reach the database lets nothing
 * out without the cores that may take over, and learns by the database alone where they are: so none may before it can be asked. While
 * the database is away, and until they have met, this core counts as one that has no process.
 */
export async function meetPrimary({ lease, links, clock, logger }: MeetingOptions): Promise<void> {
  const until = clock.monotonic() + MEET_MS_MAX
  let primary: string | undefined
  for (;;) {
    const held = await lease.current().then(
      (found) => ({ found }),
      () => undefined,
    )
    if (held) primary = held.found && held.found.msLeft > 0 ? held.found.holder : undefined
    if (held && primary === undefined) return
    if (links.peers().some(({ life, main, auxiliary }) => life === primary && (main || auxiliary))) return
    if (held && clock.monotonic() >= until) {
      logger.warn({ primary }, 'no link with the primary; while the database is away it would wait for this core')
      return
    }
    await new Promise<void>((resolve) => clock.after(LOOK_MS, resolve))
  }
}

import { join } from 'node:path'
import type { Clock, Logger, Millis } from '#base'
import { ConsentingCore, END, FEED } from '#engines/consent'
import { type Lease, PostgresLease } from '#seams/lease'
import { FollowingLog, HeldSpool, type Log, type Told } from '#seams/log'
import type { Store } from '#seams/store'
import type { CoreLink } from './core-link.ts'
import { CORES } from './local-status.ts'
import { spoolFolderOf } from './primary-log.ts'
import { isRunning, readPid } from './process-table.ts'
import type { CoreOptions } from './role-options.ts'

/** What a core's part in the pool's outages is made of. */
export interface ConsentOptions {
  readonly options: CoreOptions
  readonly store: Store
  readonly log: Log
  /** What the primary tells. */
  readonly told: Told
  readonly fold: { readonly sequence: number }
  readonly clock: Clock
  readonly logger: Logger
}

/** A core's lease and log, guarded where it may meet primaries of other machines. */
export interface Consent {
  readonly lease: Lease
  /** What the follower reads. */
  readonly followed: Log
  /** When a primary of another machine gave this core all that is not in the store yet; long ago where none does. */
  fedAt(): Millis
  /** Answers primaries from now on. */
  answer(link: CoreLink): void
}

/** Makes a core's side of consent; on a machine that is alone there is none, and lease and log are what they are. */
export async function openConsent(consent: ConsentOptions): Promise<Consent> {
  const { options, store, log, told, fold, clock, logger } = consent
  const { node, process, data, runFolder } = options
  const lease = new PostgresLease(store)
  const alone = { lease, followed: new FollowingLog({ store: log, told }), fedAt: () => Number.NEGATIVE_INFINITY }
  if (!options.shared) return { ...alone, answer: () => {} }
  const position = () => fold.sequence
  const held = new HeldSpool({ folder: spoolFolderOf(data), process, logger, position })
  await held.open().catch((cause: unknown) => {
    logger.error({ problem: String(cause) }, 'what was kept for another machine cannot be read')
  })
  const name = `${node}-${process}`
  const siblings = CORES.filter((other) => other !== process)
  const core = new ConsentingCore({
    ...{ core: name, lease, held, clock, logger },
    probe: () => lease.probe(name),
    gone: () => siblings.filter((other) => !isReady(runFolder, other)).map((other) => `${node}-${other}`),
  })
  return {
    lease: core,
    followed: new FollowingLog({ store: log, told, held }),
    fedAt: () => core.fedAt,
    answer({ links }) {
      links.answer(FEED, (body) => core.feed(body))
      links.answer(END, (body) => core.end(body))
    },
  }
}

/** Whether that core may take a lease: before it says that it is ready it does not, and after that it waits first. */
function isReady(runFolder: string, process: string): boolean {
  const pid = readPid(join(runFolder, `${process}.ready`))
  return pid !== undefined && isRunning(pid, ['core'])
}

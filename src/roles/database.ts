import { join } from 'node:path'
import { type Clock, isTandemError, type Logger, type Timer } from '#base'
import type { DrillHistory } from '#engines/drill'
import { DrillRecords, JOURNAL_MIGRATIONS, type JournalTables } from '#engines/journal'
import { PostgresLease } from '#seams/lease'
import { type Log, PostgresLog } from '#seams/log'
import { type Members, PostgresMembers } from '#seams/members'
import {
  type Drills,
  type EmbeddedPostgres,
  openStore,
  PostgresCredentials,
  PostgresDrills,
  type Store,
  sharedSecret,
  startEmbedded,
} from '#seams/store'
import { watchFencedCore } from './fenced-core.ts'
import { seedCredentials } from './seed.ts'
import type { Settings } from './settings.ts'

/** A database that cannot come up (a full disk) is tried again this often, so that it comes back unattended. */
const RESTART_DELAY_MS = 1_000

export interface DatabaseOptions {
  readonly settings: Settings
  readonly clock: Clock
  readonly logger: Logger
  progress(line: string): void
  /** For the first start of a centre that is no demo. */
  readonly administratorPassword?: string | undefined
}

/** The PostgreSQL that log, lease and history lie in: one of the operator's own, or an embedded one that is kept running. */
export interface Database {
  readonly url: string
  /** Gives the first users of an empty database their passwords. */
  seed(demo: boolean): Promise<void>
  /** Who belongs to the pool. */
  readonly members: Members
  /** What a drill needs: its table, the log, and history. */
  readonly drilling: { readonly drills: Drills; readonly log: Log; readonly history: DrillHistory }
  /** A secret of the pool: this machine's own if it is the first to bring one. */
  shareSecret(name: string, own: string): Promise<string>
  /** The core that is primary now, on whichever machine. */
  primary(): Promise<string | undefined>
  /** Gives the lease up for a core that was seen dead. */
  handBackLease(holder: string): Promise<boolean>
  close(): Promise<void>
}

/** Each try waits two seconds for a connection. All that is asked at a start may be asked twice. */
const TRIES_MAX = 10

/** Opens the operator's PostgreSQL if one is named, else starts the embedded one in the data folder and keeps it running. */
export async function openDatabase(options: DatabaseOptions, data: string): Promise<Database> {
  const named = options.settings.postgresUrl
  const keeper = named ? undefined : new DatabaseKeeper(options, join(data, 'postgres'))
  let store: Store | undefined
  const close = async () => {
    await store?.close()
    await keeper?.close()
  }
  try {
    const url = named ?? (await keeper?.start()) ?? ''
    const { clock, logger } = options
    store = await inTime(() => openStore({ url, clock, logger, name: 'tandem supervisor' }), logger)
    const opened = store
    await inTime(() => opened.migrate([JOURNAL_MIGRATIONS]), logger)
    return describe(options, { url, store, data, close })
  } catch (cause) {
    await close()
    throw cause
  }
}

/** A machine that is busy with its start answers late: whoever does not listen at all is told of at once, whoever does not answer is asked again. */
async function inTime<T>(work: () => Promise<T>, logger: DatabaseOptions['logger']): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (cause) {
      const isLate = isTandemError(cause, 'store.unreachable') && /time ?out/i.test(cause.message)
      if (!isLate || tries >= TRIES_MAX) throw cause
      logger.warn({ tries, problem: cause.message }, 'the database answers late; it is asked again')
    }
  }
}

function describe(
  { settings, clock, logger, administratorPassword }: DatabaseOptions,
  { url, store, data, close }: { url: string; store: Store; data: string; close(): Promise<void> },
): Database {
  const lease = new PostgresLease(store)
  const log = new PostgresLog(store)
  const fenced = watchFencedCore({ lease, node: settings.node, runFolder: join(data, 'run'), clock, logger })
  return {
    url,
    seed: (demo) =>
      inTime(
        () =>
          seedCredentials(new PostgresCredentials(store), {
            demo,
            data,
            password: administratorPassword,
            now: clock.now(),
          }),
        logger,
      ),
    members: new PostgresMembers(store),
    drilling: {
      drills: new PostgresDrills(store),
      log,
      history: new DrillRecords(store.tables<JournalTables>()),
    },
    shareSecret: (name, own) => inTime(() => sharedSecret(store, name, own), logger),
    async primary() {
      const held = await lease.current()
      return held && held.msLeft > 0 ? held.holder : undefined
    },
    handBackLease: (holder) => lease.handBack(holder),
    async close() {
      fenced.close()
      await lease.close()
      await log.close()
      await close()
    },
  }
}

/** Starts the embedded PostgreSQL again, on the same port, whenever it ends by itself. */
class DatabaseKeeper {
  readonly #options: DatabaseOptions
  readonly #folder: string
  #running: EmbeddedPostgres | undefined
  #timer: Timer | undefined
  #closed = false

  constructor(options: DatabaseOptions, folder: string) {
    this.#options = options
    this.#folder = folder
  }

  async start(): Promise<string> {
    const { logger, progress } = this.#options
    const running = await startEmbedded({ folder: this.#folder, logger, progress })
    this.#running = running
    void running.exited.then(() => this.#ended())
    if (this.#closed) await running.close()
    return running.url
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#timer?.stop()
    await this.#running?.close()
  }

  #ended(): void {
    if (this.#closed) return
    const { clock, logger } = this.#options
    logger.error({}, 'the database ended and is started again')
    this.start().catch((cause: unknown) => {
      logger.error({ problem: String(cause) }, 'the database could not be started; trying again')
      this.#timer = clock.after(RESTART_DELAY_MS, () => this.#ended())
    })
  }
}

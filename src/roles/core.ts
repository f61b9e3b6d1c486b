import { join } from 'node:path'
import { createVoiceAdapter, type VoiceAdapter, type VoiceAdapterOptions } from '#adapters/voice'
import { isTandemError, type Logger, type Millis, steadyClock, systemClock } from '#base'
import { Fold, Follower, Sequencer } from '#engines/sequencer'
import type { Grant } from '#engines/switchover'
import type { Lease } from '#seams/lease'
import { PostgresLog } from '#seams/log'
import { openStore, PostgresCredentials, PostgresRecordings, type Store } from '#seams/store'
import { announce } from './announce.ts'
import { type ConsentOptions, openConsent } from './consent.ts'
import type { CoreLink } from './core-link.ts'
import { CORE_MACHINES, type CoreMachines } from './core-machines.ts'
import { CoreMail, preloadMail } from './core-mail.ts'
import type { CoreServing } from './core-serving.ts'
import { CoreSms, preloadSms } from './core-sms.ts'
import { CoreSwitchover } from './core-switchover.ts'
import { HandOver } from './hand-over.ts'
import { KnownCredentials } from './known-credentials.ts'
import { watchMachine } from './machine-watch.ts'
import { meetPrimary } from './meet-primary.ts'
import { peersOf } from './pool.ts'
import { PoolView } from './pool-view.ts'
import { gone, openPrimaryLog, type PrimaryLog, type PrimaryLogOptions, spoolFolderOf } from './primary-log.ts'
import { isRunning, readPid, signal } from './process-table.ts'
import { openRegisters } from './registers.ts'
import { rehearse } from './rehearsal.ts'
import { LOG_FORMATS } from './release-formats.ts'
import { type CoreOptions, leaseHolder } from './role-options.ts'
import { firstConfiguration, phoneCredentialOf } from './seed.ts'
import { TakeoverStages } from './takeover-stages.ts'
import { CoreTelling } from './telling.ts'
import { trunkPasswords } from './trunk-passwords.ts'
import { weigh } from './weight.ts'

/** How often the database is tried while it is not there. */
const DATABASE_RETRY_MS = 100
/** What a database that stays away costs: one line of log at every this many tries. */
const DATABASE_TRIES_TOLD = 100
/** How long a new primary keeps API and pages back for edge and media, which connect within a few ms when they are there. */
const PAGES_WAIT_MS_MAX = 500
/** How long a new primary keeps back what nobody on a call waits for, until every call has been compared: hundreds take some 100 ms. */
const SETTLED_MS_MAX = 500
/** How often a new primary looks whether edge and media are connected. */
const CONNECTED_POLL_MS = 5

/**
 * Starts a core. It is a backup first: it folds the log as it arrives and waits for the lease. With the lease it makes the world
 * match, and then opens what nobody on a call waits for (history, API, pages).
 */
export async function startCore(options: CoreOptions, logger: Logger): Promise<{ close(): Promise<void> }> {
  const clock = systemClock
  const store = await openWhenThere(options.databaseUrl, logger)
  const holder = leaseHolder(options.node, process.pid)
  const end = enderOf(logger)
  const following = await follow({ options, store, clock, logger, end })
  const { fold, log, telling, lease, follower } = following
  const machine = watchMachine(options, clock, logger)
  const pool = new PoolView({ options, store, holder, machine, clock, logger })
  await pool.open()
  // Loaded now, so that a takeover finds it in memory.
  const { CoreServing: Serving } = await import('./core-serving.ts')
  await preloadMail(fold)
  await preloadSms(fold)
  const registers = openRegisters(options.redisUrl, clock, logger)
  const part = new CoreSwitchover({
    ...{ fold, holder, clock, logger, lease, core: options, members: pool.list },
    synchronise: () => follower.wake(),
    lost: end('another core is primary; this one ends'),
  })
  pool.linked(await part.open())
  following.linked(part.link)
  const credentials = new KnownCredentials(new PostgresCredentials(store), { clock, logger })
  credentials.load()
  const serving = new Serving({
    ...{ options, store, log, fold, pool, part, told: telling.told, registers, credentials },
    ...{ holder, clock, logger, heardAt: () => Math.max(follower.heardAt, telling.told.heardAt, following.fedAt()) },
  })
  if (options.shared) await meetPrimary({ lease, links: part.link.links, clock, logger })
  // It costs little from here on, and must see at once that it is needed.
  weigh('normal')
  announce(options.readyFile, logger)
  const grant = await awaitLease(part, serving, logger)
  const { term } = grant
  const since = clock.monotonic()
  const stages = new TakeoverStages({ clock, logger, term })
  const parts = { store: log, lease, term, clock, logger, part, fold, follower, telling, end, stages }
  const { own, sequencer } = await openSequencer(options, parts)
  pool.knows((names) => own.setCores(names))
  const voice = startVoice(options, pool, {
    ...{ sequencer, logger, clock, core: holder, term },
    credentialOf: phoneCredentialOf(credentials, () => fold.states.centre.configuration, serving.softphones),
    passwordOf: trunkPasswords(options.data, clock),
    isDraining: (name) => fold.states.pool.draining.has(name),
    fenced: end('edge or media obey a newer core; this one ends'),
    reached: (milestone) => stages.reached(milestone),
  })
  stages.reached('voice started')
  part.lead(sequencer, voice)
  const callsMs = connected(voice).then(() => Math.round(clock.monotonic() - since))
  // Callers come first; but without edge or media people must at least see that.
  noteTakeover(sequencer, grant, holder, { callsMs: await within(callsMs, PAGES_WAIT_MS_MAX), logger })
  await within(settled(voice, stages), SETTLED_MS_MAX)
  await serving.open()
  stages.reached('pages served')
  const handOver = new HandOver({ part, fold, sequencer, voice, logger })
  const canWrite = () => writes(part.switchover.keeper, own)
  const sms = new CoreSms({ sequencer, options, clock, logger })
  const recordings = new PostgresRecordings(store)
  const mail = new CoreMail({
    ...{ sequencer, recordings, blobs: () => serving.blobs(), data: options.data, clock, logger },
  })
  serving.lead({ term, sequencer, voice, sms, mail, handOver, spool: own.status, canWrite })
  const servingMs = Math.round(clock.monotonic() - since)
  logger.info({ term, sequence: fold.sequence, callsMs: await callsMs, servingMs }, 'primary')
  announce(join(options.runFolder, 'core.ready'), logger)
  const kept = [machine, registers, credentials, own.log, log, store]
  return inTurn([serving, mail, sms, voice, sequencer, { close: own.release }, telling, part, pool, ...kept])
}

/** What a core has as long as it lives, whatever it is in the pool: the state of the log, and what keeps it there. */
interface Following {
  readonly fold: Fold<CoreMachines>
  readonly log: PostgresLog
  readonly telling: CoreTelling
  readonly lease: Lease
  readonly follower: Follower<CoreMachines>
  /** When a primary gave this core all that it had let out, while the database was away. */
  fedAt(): Millis
  /** Other cores are told, and asked, over these links from now on. */
  linked(link: CoreLink): void
}

async function follow({
  options,
  store,
  clock,
  logger,
  end,
}: Pick<ConsentOptions, 'options' | 'store' | 'clock' | 'logger'> & Pick<SequencerParts, 'end'>): Promise<Following> {
  const fold = new Fold(CORE_MACHINES, logger, LOG_FORMATS.lift)
  const telling = new CoreTelling({ position: () => fold.sequence, clock, logger })
  const log = new PostgresLog(store, (batch) => telling.written(batch))
  const consent = { options, store, log, told: telling.told, fold, clock, logger }
  const { lease, followed, fedAt, answer } = await openConsent(consent)
  const onStopped = end('the log cannot be followed')
  const follower = await Follower.open({ fold, log: followed, clock, logger, onStopped })
  const linked = (link: CoreLink): void => {
    answer(link)
    telling.linked(link)
  }
  return { fold, log, telling, lease, follower, fedAt, linked }
}

/** What the sequencer of a core that has the lease is made of. */
interface SequencerParts extends Pick<PrimaryLogOptions, 'store' | 'lease' | 'term' | 'clock' | 'logger'> {
  readonly part: CoreSwitchover
  readonly fold: Fold<CoreMachines>
  readonly follower: Follower<CoreMachines>
  readonly telling: CoreTelling
  readonly end: (reason: string) => (cause?: unknown) => void
  readonly stages: TakeoverStages
}

/** From here on this core decides, whoever did before on this machine being dead; in an empty log it decides the first configuration. */
async function openSequencer(
  { data, runFolder, shared, demo }: CoreOptions,
  { part, fold, follower, telling, end, stages, ...parts }: SequencerParts,
): Promise<{ readonly own: PrimaryLog; readonly sequencer: Sequencer<CoreMachines> }> {
  await endPredecessor(runFolder, parts.logger)
  announce(join(runFolder, 'core.pid'), parts.logger)
  await follower.close()
  stages.reached('predecessor ended')
  const own = await openPrimaryLog({
    ...parts,
    folder: spoolFolderOf(data),
    pool: shared ? { core: part.name, links: part.link.links } : undefined,
    over: end('another core can do what this one cannot; it ends'),
  })
  telling.lead(parts.term, fold.sequence, () => writes(part.switchover.keeper, own))
  stages.reached('lease opened')
  const sequencer = await Sequencer.open({
    ...parts,
    machines: CORE_MACHINES,
    log: own.log,
    fold,
    refusing: () => own.status()?.refusing !== undefined,
    lift: LOG_FORMATS.lift,
    lower: LOG_FORMATS.lowerTo(() => fold.states.pool.level),
    onStopped: end('the log takes nothing more from this core; it ends'),
  })
  if (sequencer.committed.sequence === 0) {
    await sequencer.submit([{ machine: 'centre', command: firstConfiguration(demo) }])
  }
  stages.reached('log caught up')
  return { own, sequencer }
}

/** Closes one after the other: what is used goes after who uses it. */
function inTurn(parts: readonly { close(): Promise<void> }[]): { close(): Promise<void> } {
  return {
    async close() {
      for (const part of parts) await part.close()
    },
  }
}

/** Voice works with the edges and media processes of the whole pool, whichever come and go. */
function startVoice(
  options: CoreOptions,
  { list }: PoolView,
  own: Omit<VoiceAdapterOptions, 'edges' | 'media' | 'secret'>,
): VoiceAdapter {
  const clock = steadyClock(systemClock)
  const voice = createVoiceAdapter({ ...own, clock, ...peersOf(options, list.all()), secret: options.secret })
  list.onChanged(() => voice.setPeers(peersOf(options, list.all())))
  voice.start()
  return voice
}

/** What it gives, or undefined when that takes longer. */
function within<T>(giving: Promise<T>, waitMs: number): Promise<T | undefined> {
  return Promise.race([
    giving,
    new Promise<undefined>((resolve) => systemClock.after(waitMs, () => resolve(undefined))),
  ])
}

/** Writes down why this core is primary and how long that took. Nothing depends on it, so a store that is away only delays it. */
function noteTakeover(
  sequencer: Sequencer<CoreMachines>,
  { term, why, from, tookMs }: Grant,
  to: string,
  { callsMs, logger }: { readonly callsMs: number | undefined; readonly logger: Logger },
): void {
  const takeover = { term, to, from, why, leaseMs: tookMs, callsMs }
  sequencer.submit([{ machine: 'pool', command: { type: 'NoteTakeover', takeover } }]).catch((cause: unknown) => {
    logger.warn({ problem: String(cause), ...takeover }, 'the takeover could not be noted')
  })
}

/** A backup serves pages and reads, and rehearses; a core that is primary at once has callers to serve before. */
async function awaitLease({ switchover }: CoreSwitchover, serving: CoreServing, logger: Logger): Promise<Grant> {
  const needed = new AbortController()
  const grant = await switchover.acquire(() => {
    void serving.open()
    void prepare(needed.signal, logger)
  })
  needed.abort()
  return grant
}

/** Runs beforehand what a primary runs; nothing depends on it. */
async function prepare(needed: AbortSignal, logger: Logger): Promise<void> {
  const begunAt = systemClock.monotonic()
  try {
    const rehearsed = await rehearse(needed)
    logger.info({ ...rehearsed, tookMs: Math.round(systemClock.monotonic() - begunAt) }, 'rehearsed a takeover')
  } catch (cause) {
    logger.warn({ problem: String(cause) }, 'the takeover could not be rehearsed; it will be slower')
  }
}

/** What ends this process at once, saying why. */
function enderOf(logger: Logger): (reason: string) => (cause?: unknown) => void {
  return (reason) => (cause) => {
    logger.error({ problem: String(cause ?? '') }, reason)
    process.exit(1)
  }
}

/** A core without a database waits for it: there is nothing that it could do before. */
async function openWhenThere(url: string, logger: Logger): Promise<Store> {
  for (let tries = 0; ; tries++) {
    try {
      return await openStore({ url, clock: systemClock, logger, name: 'tandem core' })
    } catch (cause) {
      if (!isTandemError(cause, 'store.unreachable')) throw cause
      if (tries % DATABASE_TRIES_TOLD === 0) logger.warn({ problem: cause.message }, 'waiting for the database')
      await new Promise((resolve) => setTimeout(resolve, DATABASE_RETRY_MS))
    }
  }
}

async function connected(voice: VoiceAdapter): Promise<void> {
  for (;;) {
    const { edges, media } = voice.status()
    if (edges.some((edge) => edge.connected) && media.some((process) => process.connected)) return
    await new Promise((resolve) => setTimeout(resolve, CONNECTED_POLL_MS))
  }
}

async function settled(voice: VoiceAdapter, stages: TakeoverStages): Promise<void> {
  while (!voice.status().settled) await new Promise((resolve) => setTimeout(resolve, CONNECTED_POLL_MS))
  stages.reached('calls compared')
}

/** Whether what is decided now becomes durable: by the store, or by the spool while that is away. */
function writes({ confirmed }: { readonly confirmed: boolean }, { status }: PrimaryLog): boolean {
  const spool = status()
  return spool?.since === undefined ? confirmed : spool.confirmed && spool.refusing === undefined
}

/**
 * Ends the primary before this one, if it is a process of this machine that is left. It lost the lease and must end by itself;
 * one that was stopped or hangs cannot, and holds the port of the API. What it spooled is whole only when it is gone.
 */
async function endPredecessor(runFolder: string, logger: Logger): Promise<void> {
  const pid = readPid(join(runFolder, 'core.pid'))
  const words = ['core', runFolder]
  if (pid === undefined || pid === process.pid || !isRunning(pid, words)) return
  logger.warn({ predecessor: pid }, 'the primary before this one lost its lease and still exists; it is ended')
  signal(pid, 'SIGKILL')
  await gone(pid, words)
}

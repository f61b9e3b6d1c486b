import { existsSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { collectDefaultMetrics, Registry } from 'prom-client'
import type { PromptSounds } from '#adapters/prompts'
import type { WebhookAdapter } from '#adapters/webhook'
import { AlertWatch } from '#api/alerts'
import { TypingMarks } from '#api/chats'
import { createFront, createHttpApi, type HttpApiPorts, type Server } from '#api/http'
import type { CentrePort, CommittedEvent } from '#api/live'
import { RealtimeHub } from '#api/realtime'
import {
  AccountLocks,
  type Claims,
  LogOns,
  Passwords,
  PoolRevocations,
  SoftphoneSecrets,
  Throttle,
  Tokens,
} from '#api/sessions'
import { defineErrors } from '#base'
import { History, Journal, type JournalEvent, type JournalTables } from '#engines/journal'
import { decode, type Sequenced } from '#engines/sequencer'
import { type Blobs, DirectoryBlobs } from '#seams/blobs'
import type { LogRecord } from '#seams/log'
import { forwardProof } from '#seams/members'
import { DatabaseWatch, PostgresDrills, PostgresRecordings, PostgresWebhookPositions } from '#seams/store'
import { type CoreGauges, clusterOf } from './cluster.ts'
import type { CoreMachines } from './core-machines.ts'
import { tokenKey } from './local-token.ts'
import { addCentreMetrics, addFileMetrics, addWaitMetrics } from './metrics.ts'
import { PagesAddress } from './pages-address.ts'
import { PoolBlobs } from './pool-blobs.ts'
import { PoolCopies } from './pool-copies.ts'
import { PoolPeers } from './pool-peers.ts'
import { watchRecordings } from './recordings-watch.ts'
import { LOG_FORMATS } from './release-formats.ts'
import { openSeats } from './seats.ts'
import { REALM } from './seed.ts'
import type { Primacy, ServingOptions } from './serving-options.ts'
import { openSounds, soundsPort } from './sounds.ts'
import { addSwitchoverMetrics } from './switchover-metrics.ts'
import { CoreTouch } from './touch.ts'
import { startWebhooks } from './webhooks.ts'
import { openWhatIf } from './what-if.ts'

/** What can go wrong with what a core serves. */
export const SERVING_ERRORS = defineErrors({
  'core.backup': { sentence: 'this core is a backup and decides nothing', status: 503 },
})

/** Why a core is none to send a browser to. */
const OUT_OF_TOUCH = 'this core hears neither the database nor the primary: what it knows is old'

/** The files of this machine, and those of all. */
interface PooledBlobs {
  readonly own: DirectoryBlobs
  readonly pool: Blobs
  readonly copies: PoolCopies
  readonly sounds: PromptSounds
}

/**
 * API, live changes and pages, which every core serves from its own fold; history too is read by all. What only the primary may do
 * is passed on to it. The address that browsers know is had by one core of a machine at a time.
 */
export class CoreServing {
  readonly #serving: ServingOptions
  readonly #history: History
  readonly #loop = monitorEventLoopDelay({ resolution: 10 })
  readonly #metrics = new Registry()
  readonly #touch: CoreTouch
  readonly #tokens: Tokens
  readonly softphones: SoftphoneSecrets
  readonly #revoked: PoolRevocations
  readonly #typing: TypingMarks
  readonly #throttle: Throttle
  readonly #locks: AccountLocks
  readonly #seats: ReturnType<typeof openSeats>
  readonly #logOns: LogOns
  readonly #database: DatabaseWatch
  readonly #recordings: ReturnType<typeof watchRecordings>
  readonly #whatIf: ReturnType<typeof openWhatIf>
  #opening: Promise<void> | undefined
  #blobs: Promise<PooledBlobs> | undefined
  #realtime: RealtimeHub | undefined
  #alerts: AlertWatch | undefined
  #server: Server | undefined
  #address: PagesAddress | undefined
  #journal: Journal | undefined
  #webhooks: WebhookAdapter | undefined
  #primacy: Primacy | undefined

  constructor(serving: ServingOptions) {
    const { store, clock, options } = serving
    this.#serving = serving
    this.#touch = new CoreTouch(serving)
    this.#history = new History(store.tables<JournalTables>(), clock)
    this.#revoked = new PoolRevocations(serving)
    const { fold, registers, logger, holder } = serving
    const shared = { registers, logger, core: holder }
    this.#typing = new TypingMarks({ registers, clock })
    this.#throttle = new Throttle(clock, shared)
    this.#locks = new AccountLocks(clock, shared)
    const endedAt = (user: string) => fold.states.centre.configurationState.sessionsSince.get(user)
    const userOf = (extension: string) => fold.states.centre.configuration.extensions.get(extension) ?? ''
    this.#tokens = new Tokens(tokenKey(options.tokenKey), clock, this.#revoked, endedAt)
    this.softphones = new SoftphoneSecrets(tokenKey(options.tokenKey), clock, this.#revoked, (extension) =>
      endedAt(userOf(extension)),
    )
    this.#loop.enable()
    collectDefaultMetrics({ register: this.#metrics })
    addCentreMetrics(this.#metrics, serving, () => this.#primacy)
    addWaitMetrics(this.#metrics, serving)
    addSwitchoverMetrics(this.#metrics, serving, () => this.#primacy)
    this.#seats = openSeats(serving, this.#metrics)
    this.#database = new DatabaseWatch(store, clock)
    this.#recordings = watchRecordings(serving, this.#metrics)
    const holds = (claims: Claims) => this.#tokens.holds(claims)
    this.#logOns = new LogOns({ ...{ registers, clock, logger, holds }, node: options.node })
    this.#whatIf = openWhatIf(this.#history, clock, serving.logger)
  }

  /** Opens what a backup serves; a second call waits for the first. */
  open(): Promise<void> {
    this.#opening ??= this.#open()
    return this.#opening
  }

  /** From now on this core decides, and writes history. */
  lead(primacy: Primacy): void {
    const { store, log, clock, logger, pool } = this.#serving
    this.#primacy = primacy
    this.#touch.lead(primacy.canWrite)
    this.#journal = new Journal({
      db: store.tables<JournalTables>(),
      log,
      decode: centreEventOf,
      term: primacy.term,
      clock,
      logger,
      onFenced: (cause) => logger.warn({ problem: String(cause) }, 'the journal of a newer core has taken over'),
    })
    this.#webhooks = startWebhooks(this.#serving, primacy.term, centreEventOf)
    pool.leads(primacy.term)
  }

  async close(): Promise<void> {
    await this.#opening?.catch(() => {})
    this.#realtime?.close()
    this.#alerts?.close()
    this.#seats.seats.close()
    this.#logOns.close()
    this.#revoked.close()
    this.#typing.close()
    this.#throttle.close()
    this.#locks.close()
    this.#whatIf.close()
    await this.#address?.close()
    await this.#server?.close()
    const blobs = await this.#blobs?.catch(() => undefined)
    await blobs?.copies.close()
    await blobs?.sounds.close()
    this.#loop.disable()
    await this.#webhooks?.close()
    await this.#journal?.close()
  }

  /** The files of the whole pool. */
  async blobs(): Promise<Blobs> {
    return (await this.#openBlobs()).pool
  }

  #openBlobs(): Promise<PooledBlobs> {
    const { options, pool, clock, logger } = this.#serving
    const proof = forwardProof(options.secret)
    this.#blobs ??= DirectoryBlobs.open(join(options.data, 'blobs')).then((own) => {
      const peers = new PoolPeers({ node: options.node, cores: () => pool.cores(), proof, logger })
      const onChanged = (listener: () => void) => pool.list.onChanged(listener)
      const copies = new PoolCopies({ own, peers, onChanged, clock, logger })
      addFileMetrics(this.#metrics, copies)
      return {
        own,
        copies,
        pool: new PoolBlobs({ own, peers, copies, logger }),
        sounds: openSounds(this.#serving, own),
      }
    })
    return this.#blobs
  }

  async #open(): Promise<void> {
    const { options, clock, logger, pool } = this.#serving
    const centre = this.#centrePort()
    const { seats } = this.#seats
    this.#realtime = new RealtimeHub({
      ...{ centre, clock, logger },
      tokens: this.#tokens,
      touch: this.#touch,
      logOns: this.#logOns,
      seen: (user, claims, address) => {
        seats.seen(user)
        this.#logOns.seen(claims, address)
      },
    })
    // A core that closes is primary no more, for its voice is closed first.
    this.#alerts = new AlertWatch({ ...{ centre, clock, logger }, isPrimary: () => this.#isPrimary() })
    const server = await createHttpApi(await this.#ports(centre, this.#realtime))
    this.#server = server
    await server.listen({ host: options.peers.listen, port: 0 })
    const { port } = server.server.address() as AddressInfo
    pool.serves(`http://${options.peers.told}:${port}`)
    ;(await this.#openBlobs()).copies.start()
    this.#address = new PagesAddress({
      ...{ at: { host: options.listen, port: options.httpPort }, clock, logger },
      door: () => createFront(server),
      // What this core does not hear the primary knows, and that is the other one of this machine.
      isBetterServed: () => this.#touch.isOut() && pool.primary()?.node === options.node,
    })
  }

  #isPrimary(): boolean {
    return this.#primacy?.voice.status().open ?? false
  }

  async #ports(centre: CentrePort, realtime: RealtimeHub): Promise<HttpApiPorts> {
    const { options, store, clock, logger, pool } = this.#serving
    const { own: ownBlobs, pool: blobs, sounds } = await this.#openBlobs()
    const proof = forwardProof(options.secret)
    const webFolder = fileURLToPath(new URL('../../web/dist', import.meta.url))
    return {
      centre,
      typing: this.#typing,
      primary: {
        // It is one no longer from the moment that it closes.
        isPrimary: () => this.#isPrimary(),
        canWrite: () => this.#primacy?.canWrite() ?? false,
        address: () => pool.primary()?.pages,
      },
      forward: {
        to: () => pool.primary()?.http,
        isHere: () => pool.primary()?.node === options.node,
        proof,
        ownBlobs,
      },
      pool: () => this.#primacy?.handOver,
      calls: () => this.#primacy?.voice,
      mail: {
        state: () => this.#serving.fold.states.mail,
        submit: async (commands) => {
          if (!this.#primacy) throw SERVING_ERRORS['core.backup']()
          await this.#primacy.sequencer.submit(commands)
        },
      },
      sms: this.#smsPort(),
      history: this.#history,
      recordings: new PostgresRecordings(store),
      blobs,
      sounds: soundsPort(sounds),
      tokens: this.#tokens,
      passwords: new Passwords(this.#serving.credentials, REALM, clock),
      throttle: this.#throttle,
      locks: this.#locks,
      sipPort: options.sipPort,
      softphone: {
        port: options.sipWsPort,
        url: options.sipWsUrl,
        visitors: options.visitorCalls !== undefined,
        secrets: this.softphones,
      },
      trustedProxies: options.trustedProxies,
      ...this.#seats,
      logOns: this.#logOns,
      whatIf: this.#whatIf,
      drills: new PostgresDrills(store),
      webhooks: {
        // The primary knows what is not kept yet.
        positions: () => this.#webhooks?.positions() ?? new PostgresWebhookPositions(store).list(),
        test: (webhook) => this.#webhooks?.test(webhook),
      },
      cluster: () => clusterOf(this.#serving, this.#primacy, this.#gauges()),
      // It is asked over the very way that a browser would come: that it answers is the proof, if what it knows is what is.
      health: () => (this.#touch.isOut() ? { healthy: false, reason: OUT_OF_TOUCH } : { healthy: true }),
      metrics: this.#metrics,
      realtime,
      clock,
      logger,
      webFolder: existsSync(webFolder) ? webFolder : undefined,
    }
  }

  #gauges(): CoreGauges {
    return { journal: this.#journal, loop: this.#loop, database: this.#database, recordings: this.#recordings }
  }

  /** What the API sees of text messages. */
  #smsPort(): NonNullable<HttpApiPorts['sms']> {
    const primacy = (): Primacy => {
      if (!this.#primacy) throw SERVING_ERRORS['core.backup']()
      return this.#primacy
    }
    return {
      state: () => this.#serving.fold.states.sms,
      submit: async (commands) => primacy().sequencer.submit(commands),
      receive: async (account, call) => primacy().sms.receive(account, call),
    }
  }

  /** What the API sees of fold and sequencer: the centre alone. */
  #centrePort(): CentrePort {
    const { fold } = this.#serving
    return {
      state: () => fold.states.centre,
      sequence: () => fold.sequence,
      submit: async (commands) => {
        if (!this.#primacy) throw SERVING_ERRORS['core.backup']()
        const { sequence, events } = await this.#primacy.sequencer.submit(
          commands.map((command) => ({ machine: 'centre' as const, command })),
        )
        return { sequence, events: centreEvents(events) }
      },
      onCommitted: (listener) =>
        fold.onCommitted((batch) => {
          const events = centreEvents(batch)
          if (events.length > 0) listener(events)
        }),
    }
  }
}

/** The centre's event in a record; the voice adapter's own do not concern history. */
function centreEventOf(record: LogRecord): JournalEvent['event'] | undefined {
  const { machine, event } = decode(record, LOG_FORMATS.lift)
  return machine === 'centre' ? (event as JournalEvent['event']) : undefined
}

function centreEvents(batch: readonly Sequenced<CoreMachines>[]): readonly CommittedEvent[] {
  return batch.flatMap(({ machine, event, sequence, term, at }) =>
    machine === 'centre' ? [{ sequence, term, at, event: event as CommittedEvent['event'] }] : [],
  )
}

import { Registry } from 'prom-client'
import { PromptSounds } from '#adapters/prompts'
import { AlertWatch } from '#api/alerts'
import { TypingMarks } from '#api/chats'
import { createHttpApi, type HttpApiPorts, type Server } from '#api/http'
import type { CentrePort, CommittedEvent } from '#api/live'
import { RealtimeHub } from '#api/realtime'
import {
  AccountLocks,
  type Claims,
  LogOns,
  MemoryRevocations,
  Passwords,
  SeatKeeper,
  Throttle,
  Tokens,
} from '#api/sessions'
import { type Clock, type Logger, silentLogger, systemClock } from '#base'
import { History, JOURNAL_MIGRATIONS, Journal, type JournalTables } from '#engines/journal'
import { Fold, Sequencer } from '#engines/sequencer'
import { whatIf } from '#engines/what-if'
import { type CentreCommand, type CentreEvent, centreMachine } from '#kernel/centre'
import { demoCentre } from '#kernel/config'
import { type MailState, mailMachine } from '#kernel/mail'
import { smsMachine } from '#kernel/sms'
import { MemoryBlobs } from '#seams/blobs'
import { MemoryLease } from '#seams/lease'
import { MemoryLog } from '#seams/log'
import { MemoryRegisters } from '#seams/registers'
import { MemoryCredentials, MemoryDrills, MemoryRecordings, MemorySeatPeaks, MemorySounds } from '#seams/store'
import { freePort } from '../kit/free-ports.ts'
import { testDatabase } from './database.ts'

const machines = { centre: centreMachine, mail: mailMachine, sms: smsMachine }
type Machines = typeof machines

/** Who can log in to the page; the other users of the demo have no password here, for hashing 200 takes seconds. */
const PEOPLE = ['agent1', 'agent2', 'agent3', 'supervisor', 'attendant', 'admin'] as const

/** History is written by another connection. A server answers without what is not there within a second; a test wants to see it. */
const HISTORY_MS_MAX = 60_000

/** History that answers when it has everything, also on a machine where its second is not enough. */
class WholeHistory extends History {
  override async reached(sequence: number): Promise<boolean> {
    const isWhole = await super.reached(sequence, HISTORY_MS_MAX)
    if (!isWhole) throw new Error(`history did not reach ${sequence} in ${HISTORY_MS_MAX} ms`)
    return isWhole
  }
}

/** The only core there is knows all there is. */
const IN_TOUCH = { heardAt: () => systemClock.monotonic(), isOut: () => false }

/** What a test may want otherwise. */
export interface TestCentreOptions {
  readonly ports?: Partial<HttpApiPorts>
  readonly webFolder?: string
  readonly logger?: Logger
  readonly clock?: Clock
  /** The clock of the waits after wrong passwords, which a test may hold. */
  readonly throttleClock?: Clock
}

/** A core in this process: the real kernel, log, journal, API and socket, without telephony. What telephony would report is told with {@link submit}. */
export class TestCentre {
  readonly blobs = new MemoryBlobs(systemClock)
  readonly recordings = new MemoryRecordings()
  readonly sounds = new MemorySounds()
  readonly credentials = new MemoryCredentials()
  readonly registers: MemoryRegisters
  seats!: SeatKeeper
  logOns!: LogOns
  readonly locks: AccountLocks
  readonly #options: TestCentreOptions
  readonly #lease: MemoryLease
  readonly #log: MemoryLog
  readonly #database: Awaited<ReturnType<typeof testDatabase>>
  readonly #clock: Clock
  #sequencer!: Sequencer<Machines>
  #journal!: Journal
  #hub!: RealtimeHub
  #alerts!: AlertWatch
  #typing!: TypingMarks
  #server!: Server
  #port = 0
  primary = true

  private constructor(options: TestCentreOptions, database: Awaited<ReturnType<typeof testDatabase>>) {
    this.#options = options
    this.#database = database
    this.#clock = options.clock ?? systemClock
    this.registers = new MemoryRegisters(this.#clock)
    this.locks = new AccountLocks(this.#clock)
    this.#lease = new MemoryLease(this.#clock)
    this.#log = new MemoryLog(this.#lease)
  }

  /** Starts it with the demo's configuration. */
  static async start(options: TestCentreOptions = {}): Promise<TestCentre> {
    const centre = new TestCentre(options, await testDatabase({ lists: [JOURNAL_MIGRATIONS] }))
    const passwords = centre.passwords
    const users = demoCentre().flatMap((change) => (change.kind === 'user' && change.value ? [change.value] : []))
    for (const user of users) {
      if (PEOPLE.some((name) => name === user.name)) await passwords.set(user, `demo-${user.name}`)
    }
    await centre.#begin()
    await centre.submit({ type: 'ChangeConfiguration', by: 'demo', basedOn: 0, changes: demoCentre() })
    return centre
  }

  /** `http://127.0.0.1:PORT`. */
  get base(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  get passwords(): Passwords {
    return new Passwords(this.credentials, 'tandem', this.#clock)
  }

  get state() {
    return this.#sequencer.committed.states.centre
  }

  get mails(): MailState {
    return this.#sequencer.committed.states.mail
  }

  get texts() {
    return this.#sequencer.committed.states.sms
  }

  /** What an adapter tells of mails or texts, with what it means for the centre. */
  async submitMails(...commands: Parameters<Sequencer<Machines>['submit']>[0]): Promise<void> {
    await this.#sequencer.submit(commands)
  }

  get hub(): RealtimeHub {
    return this.#hub
  }

  get db() {
    return this.#database.store.tables<JournalTables>()
  }

  /** Tells the centre, one command after another; returns when they are in the log. */
  async submit(...commands: CentreCommand[]): Promise<void> {
    await this.#sequencer.submit(commands.map((command) => ({ machine: 'centre' as const, command })))
  }

  /** A caller arrives; returns the interaction. */
  async call(interaction: string, to = '1001', from = '+493012345'): Promise<string> {
    await this.submit({ type: 'Arrive', interaction, from, to })
    await this.submit({ type: 'ReportConnected', interaction, participant: `${interaction}.p1` })
    return interaction
  }

  /** The agent whom it is offered to answers; returns the agent's participant. */
  async answer(interaction: string): Promise<string> {
    const phase = this.state.interactions.get(interaction)?.phase
    const participant = phase?.state === 'offered' ? phase.participant : 'none'
    await this.submit({ type: 'ReportAlerting', interaction, participant })
    await this.submit({ type: 'ReportConnected', interaction, participant })
    return participant
  }

  /** Waits until history holds everything. */
  async settle(): Promise<void> {
    await new WholeHistory(this.db, systemClock).reached(this.#sequencer.committed.sequence)
  }

  /** The core dies, and when all is done that is to be seen without one, its next life goes on from the log, on the same port. */
  async restart(meanwhile?: () => Promise<unknown>): Promise<void> {
    await this.#end()
    try {
      await meanwhile?.()
    } finally {
      await this.#begin()
    }
    // The client keeps connections to the life before; it finds out with its next request.
    await fetch(`${this.base}/health`).catch(() => undefined)
  }

  async close(): Promise<void> {
    await this.#end()
    await this.#database.close()
  }

  async #begin(): Promise<void> {
    const clock = this.#clock
    const logger = this.#options.logger ?? silentLogger
    const { term } = (await this.#lease.acquire('core', 3_600_000))!
    const fold = new Fold(machines, silentLogger)
    this.#sequencer = await Sequencer.open({ machines, log: this.#log, clock, logger, term, fold, onStopped: () => {} })
    const db = this.db
    this.#journal = new Journal({
      ...{ db, log: this.#log, term, clock, logger },
      decode: ({ body }) => {
        const { m, e } = JSON.parse(body) as { m: string; e: CentreEvent }
        return m === 'centre' ? e : undefined
      },
    })
    const history = new WholeHistory(db, clock)
    const centre: CentrePort = {
      state: () => fold.states.centre,
      sequence: () => fold.sequence,
      submit: async (commands) => {
        const outcome = await this.#sequencer.submit(
          commands.map((command) => ({ machine: 'centre' as const, command })),
        )
        return { sequence: outcome.sequence, events: outcome.events as readonly CommittedEvent[] }
      },
      onCommitted: (listener) =>
        fold.onCommitted((batch) =>
          listener(batch.filter(({ machine }) => machine === 'centre') as unknown as readonly CommittedEvent[]),
        ),
    }
    const tokens = new Tokens(Buffer.alloc(32, 1), clock, new MemoryRevocations(), (user) =>
      fold.states.centre.configurationState.sessionsSince.get(user),
    )
    const seatPeaks = new MemorySeatPeaks()
    const pools = () => fold.states.centre.configuration.seats
    const roles = () => fold.states.centre.configuration.roles
    this.seats = new SeatKeeper({ registers: this.registers, pools, roles, peaks: seatPeaks, clock, logger })
    const configuration = () => fold.states.centre.configuration
    const sounds = new PromptSounds({ sounds: this.sounds, blobs: this.blobs, configuration, clock, logger })
    const holds = (claims: Claims) => tokens.holds(claims)
    this.logOns = new LogOns({ ...{ registers: this.registers, clock, logger, holds }, node: 'here' })
    this.#hub = new RealtimeHub({
      ...{ centre, tokens, clock, logger, logOns: this.logOns, touch: IN_TOUCH },
      seen: (user, claims, address) => {
        this.seats.seen(user)
        this.logOns.seen(claims, address)
      },
    })
    this.#alerts = new AlertWatch({ centre, isPrimary: () => this.primary, clock, logger, everyMs: 100 })
    this.#typing = new TypingMarks({ registers: this.registers, clock })
    this.#server = await createHttpApi({
      typing: this.#typing,
      ...{ centre, history, tokens, clock, logger, recordings: this.recordings, blobs: this.blobs },
      sounds: {
        take: (file, how) => sounds.take(file, how),
        file: (sound) => sounds.file(sound),
        missing: (ids) => sounds.missing(ids),
        builtIn: async (name) => (name === 'greeting' ? Buffer.from('RIFF') : undefined),
      },
      realtime: this.#hub,
      mail: { state: () => fold.states.mail, submit: (commands) => this.#sequencer.submit(commands) },
      sms: {
        state: () => fold.states.sms,
        submit: (commands) => this.#sequencer.submit(commands),
        receive: async () => 'taken',
      },
      whatIf: {
        run: async ({ from, to, ...asked }) => whatIf({ day: await history.recordedDay(from, to, 1_000), ...asked }),
      },
      passwords: this.passwords,
      throttle: new Throttle(this.#options.throttleClock ?? clock),
      locks: this.locks,
      ...{ seats: this.seats, logOns: this.logOns, seatPeaks, drills: new MemoryDrills() },
      webhooks: { positions: () => [], test: () => undefined },
      // Not the usual one: the page must name it.
      sipPort: 15_060,
      primary: { isPrimary: () => this.primary, canWrite: () => true, address: () => 'http://10.0.0.9:8080' },
      cluster: () => ({
        primary: 'core',
        term,
        position: fold.sequence,
        cores: [{ name: 'core', role: 'primary', term, position: fold.sequence, lag: 0, modules: [] }],
      }),
      pool: () => ({
        switchTo: async (to) => ({ from: 'core', to: to ?? 'backup', switching: true }),
        drain: async () => ({ from: 'core', to: 'core', switching: false }),
        endDrain: async () => {},
        raiseLevel: async (level) => level,
      }),
      health: () => ({ healthy: true }),
      metrics: new Registry(),
      webFolder: this.#options.webFolder,
      ...this.#options.ports,
    })
    await this.#listen()
  }

  /** On a port that no connection takes while the core is away; another test that takes it first is passed by. */
  async #listen(): Promise<void> {
    if (this.#port > 0) return void (await this.#server.listen({ host: '127.0.0.1', port: this.#port }))
    for (;;) {
      const port = await freePort()
      try {
        await this.#server.listen({ host: '127.0.0.1', port })
        this.#port = port
        return
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
      }
    }
  }

  async #end(): Promise<void> {
    this.#hub.close()
    this.#alerts.close()
    this.#typing.close()
    this.seats.close()
    this.logOns.close()
    await this.#server.close()
    await this.#journal.close()
    await this.#sequencer.close()
  }
}

/** What a client of the API gets back. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape.
  readonly body: any
}

/** Asks as one user; `token` is empty before the log-in. */
export class Asker {
  readonly #base: string
  readonly token: string

  constructor(base: string, token = '') {
    this.#base = base
    this.token = token
  }

  static async as(base: string, user: string): Promise<Asker> {
    const { body } = await new Asker(base).ask('POST', '/sessions', { user, password: `demo-${user}` })
    return new Asker(base, body.token)
  }

  async ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await fetch(path.startsWith('http') ? path : `${this.#base}/api/v1${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(this.token ? { authorization: `Bearer ${this.token}` } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    const json = (response.headers.get('content-type') ?? '').includes('json')
    return { status: response.status, headers: response.headers, body: json && text ? JSON.parse(text) : text }
  }
}

import { isTandemError, type Millis, type Timer } from '#base'
import type {
  ChannelAddress,
  ChannelClient,
  MediaAnswer,
  MediaEvent,
  MediaGreeting,
  MediaLocal,
  MediaRequest,
  MediaSpec,
  RecordingSpec,
  SealedRecording,
} from '#protocols/control'
import type { VoiceContext } from './context.ts'
import type { PeerOptions } from './edge-pool.ts'
import { sameLocal } from './upkeep.ts'

/** A refused or timed-out request is tried again after this: long enough not to hurry a busy process, short enough for a caller. */
const RETRY_MS = 250

/** Events that one submit takes: a burst of a takeover goes in some dozen appends. */
const EVENTS_PER_SUBMIT = 64

/** Unconfirmed events are kept by the media process too, so what is beyond this here is simply told again. */
const EVENTS_MAX = 10_000

/**
 * A media process that says nothing for so long is doubted, and another one is asked whether it lives, which has as long. A busy one
 * answers within some ms; so a call that must move has sound again well within a second.
 */
const DOUBT_MS_MIN = 300

/** Doubts that were wrong (a network that loses or delays) double the next, up to this: as long as a dead machine may go unnoticed. */
const DOUBT_MS_MAX = 2400

/** After so long without a doubt the network is trusted again. */
const TRUST_MS = 60_000

/** What the adapter does with what a media process says. */
export interface MediaHandlers {
  /** Sessions and recordings that shall exist there. */
  claims(process: string): { readonly sessions: readonly string[]; readonly recordings: readonly string[] }
  connected(process: string): void
  /** The connection is gone; why, it does not say. */
  lost(): void
  /** The port of a session is known, or another one. */
  placed(session: string): void
  /** Makes the events durable; they are confirmed when it resolves, and brought again when it rejects. */
  events(process: string, instance: string, events: readonly MediaEvent[]): Promise<void>
  sealed(sealed: SealedRecording): void
  recordingFailed(recording: string, reason: string): void
  fenced(): void
}

/** What a process told of itself, and how much of it is in use by our count. */
export interface MediaOffer {
  readonly name: string
  readonly points: number
  readonly node: string | undefined
}

interface Wanted {
  /** What shall be asked for; nothing more when it equals `done`. */
  text: string
  request: MediaRequest
  done: string | undefined
  inFlight: boolean
  local: MediaLocal | undefined
}

/**
 * One media process. It is told how each session shall be, whenever that differs from what it confirmed last; after a new
 * connection everything is told again.
 */
export class MediaLink {
  readonly #context: VoiceContext
  readonly #handlers: MediaHandlers
  readonly address: ChannelAddress
  readonly #wanted = new Map<string, Wanted>()
  #client: ChannelClient | undefined
  #greeting: MediaGreeting | undefined
  #claimed = false
  #lostAt: Millis | undefined
  #doubtMs = DOUBT_MS_MIN
  #doubtedAt: Millis = Number.NEGATIVE_INFINITY
  #fullUntil: Millis = 0
  #events: MediaEvent[] = []
  #submitting = false
  #timers = new Set<Timer>()
  #closed = false

  constructor(context: VoiceContext, address: ChannelAddress, handlers: MediaHandlers) {
    this.#context = context
    this.address = address
    this.#handlers = handlers
  }

  get name(): string | undefined {
    return this.#greeting?.name
  }

  /** Whether orders reach it. */
  get ready(): boolean {
    return this.#claimed && (this.#client?.connected ?? false)
  }

  /** Whether it has just refused a session for want of room: then what is there goes first, and no new calls are sent to it. */
  get full(): boolean {
    return this.#context.clock.monotonic() < this.#fullUntil
  }

  /** Since when it has been away, by the monotonic clock. */
  get lostAt(): Millis | undefined {
    return this.#lostAt
  }

  /** What it has to give, once it has said so. */
  get offer(): MediaOffer | undefined {
    const greeting = this.#greeting
    if (!greeting) return undefined
    return { name: greeting.name, points: greeting.points ?? Number.POSITIVE_INFINITY, node: greeting.node }
  }

  /** Whether this process sees another one alive, which has as long to show it as it may be silent; undefined when it cannot say. */
  async sees(other: MediaLink): Promise<boolean | undefined> {
    if (!this.ready) return undefined
    const { host, port } = other.address
    const withinMs = other.#doubtMs
    const answer = this.#ask({ type: 'witness', host, port, withinMs }) as Promise<MediaAnswer<'witness'>>
    return answer.then(
      ({ alive }) => alive,
      () => undefined,
    )
  }

  start(peers: PeerOptions): void {
    const { secret, core, term, connect } = peers
    const { logger, clock } = this.#context
    this.#client = connect({
      address: this.address,
      secret,
      core,
      term,
      logger,
      clock,
      silentMsMax: () => this.#doubt(),
      connected: (greeting) => void this.#greet(greeting as MediaGreeting),
      disconnected: () => this.#lost(),
      refused: (error) => isTandemError(error, 'channel.fenced') && this.#handlers.fenced(),
      notice: (notice) => this.#event(notice as MediaEvent),
    })
  }

  setSession(session: string, spec: MediaSpec): void {
    this.#want(`session ${session}`, { type: 'set', session, spec })
  }

  removeSession(session: string): void {
    if (this.#wanted.has(`session ${session}`)) this.#want(`session ${session}`, { type: 'remove', session })
  }

  localOf(session: string): MediaLocal | undefined {
    return this.#wanted.get(`session ${session}`)?.local
  }

  record(recording: string, spec: RecordingSpec): void {
    this.#want(`recording ${recording}`, { type: 'record', recording, spec })
  }

  seal(recording: string): void {
    this.#want(`recording ${recording}`, { type: 'seal', recording })
  }

  forgetRecording(recording: string): void {
    this.#wanted.delete(`recording ${recording}`)
  }

  status(): { address: string; name?: string; connected: boolean; points?: number } {
    const { host, port } = this.address
    const points = this.#greeting?.points
    return {
      ...{ address: `${host}:${port}`, connected: this.ready },
      ...(this.name !== undefined && { name: this.name }),
      ...(points !== undefined && { points }),
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    for (const timer of this.#timers) timer.stop()
    await this.#client?.close()
  }

  /** How long a silence is borne on the next connection. */
  #doubt(): Millis {
    const sinceMs = this.#context.clock.monotonic() - this.#doubtedAt
    if (sinceMs > TRUST_MS) this.#doubtMs = DOUBT_MS_MIN
    return this.#doubtMs
  }

  async #greet(greeting: MediaGreeting): Promise<void> {
    // The same one is back: it lived, and we had lost patience too soon.
    if (this.#lostAt !== undefined && this.#greeting?.instance === greeting.instance) {
      this.#doubtMs = Math.min(2 * this.#doubtMs, DOUBT_MS_MAX)
      this.#doubtedAt = this.#context.clock.monotonic()
    }
    this.#greeting = greeting
    this.#claimed = false
    this.#events = []
    for (const wanted of this.#wanted.values()) wanted.done = undefined
    try {
      const claims = this.#handlers.claims(greeting.name)
      await this.#ask({
        type: 'claim',
        sessions: this.#withOwn('set', claims.sessions),
        recordings: this.#withOwn('record', claims.recordings),
      })
      this.#claimed = true
      this.#lostAt = undefined
      this.#handlers.connected(greeting.name)
      for (const [key, wanted] of this.#wanted) this.#pump(key, wanted)
      void this.#submitEvents()
    } catch (error) {
      this.#context.logger.warn(
        { error: String(error), process: greeting.name },
        'media process does not take the claim',
      )
      if (this.#client?.connected) this.#later(() => this.#greet(greeting))
    }
  }

  /** Sessions that are not in the log yet are wanted too. */
  #withOwn(type: 'set' | 'record', ids: readonly string[]): readonly string[] {
    const own = new Set(ids)
    for (const { request } of this.#wanted.values()) {
      if (type === 'set' && request.type === 'set') own.add(request.session)
      if (type === 'record' && (request.type === 'record' || request.type === 'seal')) own.add(request.recording)
    }
    return [...own]
  }

  #lost(): void {
    this.#claimed = false
    this.#lostAt ??= this.#context.clock.monotonic()
    if (!this.#closed) this.#handlers.lost()
  }

  #want(key: string, request: MediaRequest): void {
    const text = JSON.stringify(request)
    const known = this.#wanted.get(key)
    if (known?.text === text) return
    const wanted = known ?? { text, request, done: undefined, inFlight: false, local: undefined }
    // Another path is another port: what was said of the one before holds no more.
    if (pathOf(wanted.request) !== pathOf(request)) wanted.local = undefined
    wanted.text = text
    wanted.request = request
    this.#wanted.set(key, wanted)
    this.#pump(key, wanted)
  }

  #pump(key: string, wanted: Wanted): void {
    if (!this.ready || wanted.inFlight || wanted.done === wanted.text || this.#closed) return
    wanted.inFlight = true
    const { text, request } = wanted
    this.#ask(request)
      .then((answer) => {
        wanted.inFlight = false
        wanted.done = text
        this.#answered(key, wanted, request, answer)
        this.#pump(key, wanted)
      })
      .catch((error: unknown) => {
        wanted.inFlight = false
        this.#refused(key, wanted, request, error)
      })
  }

  #answered(key: string, wanted: Wanted, request: MediaRequest, answer: unknown): void {
    if (request.type === 'set') {
      const { local } = answer as MediaAnswer<'set'>
      if (pathOf(wanted.request) !== pathOf(request)) return
      const changed = !sameLocal(wanted.local, local)
      wanted.local = local
      if (changed) this.#handlers.placed(request.session)
    } else if (request.type === 'seal') this.#handlers.sealed(answer as SealedRecording)
    else if (request.type === 'remove' && wanted.text === wanted.done) this.#wanted.delete(key)
  }

  #refused(key: string, wanted: Wanted, request: MediaRequest, error: unknown): void {
    const code = isTandemError(error) ? error.code : String(error)
    // One line tells of a full process, not one for each of thousands of sessions.
    if (!this.full)
      this.#context.logger.warn({ code, request: request.type, process: this.name }, 'media process refuses')
    if (code === 'media.sessions-full') this.#fullUntil = this.#context.clock.monotonic() + 2 * RETRY_MS
    const gone = !code.startsWith('channel.')
    if (request.type === 'remove' && gone) this.#wanted.delete(key)
    else if ((request.type === 'seal' || request.type === 'record') && gone) {
      wanted.done = wanted.text
      this.#handlers.recordingFailed(request.recording, code)
    } else this.#later(() => this.#pump(key, wanted))
  }

  /** Digits are sent or they are not: there is nothing to be made so later. */
  async digits(session: string, id: string, digits: string): Promise<void> {
    await this.#ask({ type: 'digits', session, id, digits })
  }

  #ask(request: MediaRequest): Promise<unknown> {
    return this.#client!.request(request)
  }

  #event(event: MediaEvent): void {
    if (this.#events.length >= EVENTS_MAX) return
    this.#events.push(event)
    void this.#submitEvents()
  }

  /** One submit at a time: what comes meanwhile shares the next one, and confirming the last confirms all before. */
  async #submitEvents(): Promise<void> {
    if (this.#submitting || !this.ready || !this.#greeting || this.#events.length === 0) return
    this.#submitting = true
    const { name, instance } = this.#greeting
    const events = this.#events.slice(0, EVENTS_PER_SUBMIT)
    try {
      await this.#handlers.events(name, instance, events)
      if (this.#greeting.instance === instance && this.#events[0] === events[0]) this.#events.splice(0, events.length)
      await this.#ask({ type: 'confirm', event: events.at(-1)!.number })
      this.#submitting = false
    } catch (error) {
      this.#context.logger.warn({ error: String(error), process: name }, 'media events wait')
      await new Promise<void>((resolve) => this.#later(resolve))
      this.#submitting = false
    }
    if (!this.#closed) void this.#submitEvents()
  }

  #later(call: () => void): void {
    if (this.#closed) return
    const timer = this.#context.clock.after(RETRY_MS, () => {
      this.#timers.delete(timer)
      if (!this.#closed) call()
    })
    this.#timers.add(timer)
  }
}

function pathOf(request: MediaRequest): number {
  return request.type === 'set' ? (request.spec.path ?? 0) : 0
}

import { ALIVE_EVERY_MS, moment, type Resume, type ServerMessage } from '#api/contract'
import { type CentrePort, type CommittedEvent, QueueMembers } from '#api/live'
import { dayStart } from '#api/reports'
import type { Claims, LogOns, Tokens } from '#api/sessions'
import { type Clock, isTandemError, type Logger, type Millis, type Timer } from '#base'
import { timeZoneOf, type User } from '#kernel/config'
import { rightsOf } from '#kernel/permission'
import { bytesOf, CLOSE_CODES, Client, parseResume, type Said, type Socket } from './client.ts'
import { addTouched, sizeOf, type Touched, TouchedRing, untouched } from './touched.ts'
import { Tracker } from './tracker.ts'
import { type Spectator, Viewer } from './viewer.ts'

/** Eyes see no difference below a tenth of a second; one message for all that happened in it saves the rest. */
const FLUSH_MS = 80
/** So many events are looked at together at most, so that a backup with much to read keeps few of them. */
const UNSEEN_MAX = 1000
/** Every browser of a large centre; each costs about 20 KB. */
const CLIENTS_MAX = 5000
/** A browser says who it is at once; one that does not is none. */
const FIRST_MESSAGE_MS = 5000
/** A backup is some milliseconds behind; a browser that has seen more than it waits so long before it is given less. */
const BEHIND_MS_MAX = 2000

/** What a browser is told whom this core would show what was: another core, or this one later, can show what is. */
const OUT_OF_TOUCH = 'this server is cut off from the others, and what it knows is old: connect to another, or again'

/** Whether this core knows what is so. */
export interface Touch {
  /** The last moment of which this core knows all that was durable then; by the monotonic clock. */
  heardAt(): Millis
  /** Whether that is so long ago that what it would show is not to be taken for what is. */
  isOut(): boolean
}

/** What the hub is made of. */
export interface RealtimeOptions {
  readonly centre: CentrePort
  readonly tokens: Tokens
  readonly touch: Touch
  /** Told again and again who is there: keeps people's seats. */
  readonly seen: (user: User, claims: Claims, address: string) => void
  readonly logOns: Pick<LogOns, 'isOn' | 'onChanged'>
  readonly clock: Clock
  readonly logger: Logger
}

/**
 * Tells browsers what changed. It is level-triggered: a message holds the present views of what was touched, so a browser
 * that missed some, or connects to another core, is right again with the next message or a snapshot. A slow browser never slows the core.
 */
export class RealtimeHub {
  readonly #options: RealtimeOptions
  readonly #members = new QueueMembers()
  readonly #tracker: Tracker
  readonly #viewer: Viewer
  readonly #ring: TouchedRing
  readonly #clients = new Set<Client>()
  readonly #stops: readonly (() => void)[]
  #touched: Touched = untouched()
  /** Committed, and not looked at yet: what ten events do to a call is looked at once. */
  #unseen: CommittedEvent[] = []
  #flushTimer: Timer | undefined
  #aliveTimer: Timer
  #day: Millis
  /** Of the configuration, as everybody was told last. */
  #version: number

  constructor(options: RealtimeOptions) {
    const { centre } = options
    this.#options = options
    this.#tracker = new Tracker(centre.state(), this.#members)
    const isLoggedOn = (user: string) => options.logOns.isOn(user)
    this.#viewer = new Viewer({ ...options, members: this.#members, tracker: this.#tracker, isLoggedOn })
    this.#day = this.#dayStart()
    this.#version = centre.state().configuration.version
    this.#ring = new TouchedRing(centre.sequence())
    this.#stops = [
      centre.onCommitted((batch) => this.#follow(batch)),
      options.logOns.onChanged((user) => this.#touch(user)),
    ]
    this.#aliveTimer = options.clock.after(ALIVE_EVERY_MS, () => this.#alive())
  }

  /** How many browsers are connected. */
  get size(): number {
    return this.#clients.size
  }

  /** Takes a socket over until its end. */
  connect(socket: Socket, address: string): void {
    const { clock, logger } = this.#options
    const client = new Client(socket, address)
    if (this.#clients.size >= CLIENTS_MAX)
      return client.refuse(CLOSE_CODES.full, 503, 'too many browsers are connected')
    this.#clients.add(client)
    const timer = clock.after(FIRST_MESSAGE_MS, () => {
      if (!client.said) client.refuse(CLOSE_CODES.malformed, 400, 'no resume message came')
    })
    const gone = (): void => {
      timer.stop()
      client.closed = true
      this.#clients.delete(client)
    }
    socket.on('close', gone)
    socket.on('error', gone)
    socket.on('message', (data, isBinary) => {
      const resume = isBinary ? undefined : parseResume(data.toString())
      if (!resume) {
        logger.info({ pii: { address } }, 'a browser said what is no message')
        return client.refuse(CLOSE_CODES.malformed, 400, 'this is no message')
      }
      client.said = this.#prove(resume)
      this.#resume(client, resume.sequence, clock.monotonic())
    })
  }

  /** Ends every connection; browsers connect to another core, or to the next life of this one. */
  close(): void {
    for (const stop of this.#stops) stop()
    this.#flushTimer?.stop()
    this.#aliveTimer.stop()
    for (const client of this.#clients) client.close(1012, 'this core restarts')
  }

  #follow(batch: readonly CommittedEvent[]): void {
    for (const entry of batch) this.#unseen.push(entry)
    // What begins is looked at before it can end: of what has begun and ended between two looks there would be nothing to show.
    if (this.#unseen.length >= UNSEEN_MAX || batch.some(({ event }) => event.type === 'InteractionCreated'))
      this.#look()
    this.#flushTimer ??= this.#options.clock.after(FLUSH_MS, () => this.#flush())
  }

  /** The tracker at the state. */
  #look(): void {
    if (this.#unseen.length === 0) return
    const batch = this.#unseen
    this.#unseen = []
    addTouched(this.#touched, this.#tracker.follow(batch, this.#options.centre.state()))
  }

  /** Something of a user is otherwise that does not stand in the log. */
  #touch(user: string): void {
    this.#touched.agents.add(user)
    this.#flushTimer ??= this.#options.clock.after(FLUSH_MS, () => this.#flush())
  }

  #flush(): void {
    this.#flushTimer?.stop()
    this.#flushTimer = undefined
    this.#look()
    const touched = this.#touched
    this.#touched = untouched()
    this.#ring.push(this.#options.centre.sequence(), touched)
    // After a takeover a thousand browsers come back at once: each asks for this, and nobody else has to be told of nothing.
    // Another configuration may give or take rights without touching anything.
    const { version } = this.#options.centre.state().configuration
    const isOther = version !== this.#version
    this.#version = version
    if (sizeOf(touched) > 0 || isOther) this.#tell(touched)
  }

  #tell(touched: Touched): void {
    // Who sees the same gets the same text: it is made once, and not for each of a thousand.
    const shared = new Map<string, Buffer | undefined>()
    const concerned = this.#viewer.concernedBy(touched)
    const remembered = this.#tracker.remembers(touched.interactions)
    for (const client of this.#clients) {
      const spectator = client.greeted ? this.#spectatorOf(client) : undefined
      if (!spectator) continue
      if (client.stale) this.#refresh(client, spectator)
      else if (!remembered || client.rights !== spectator.rights) this.#snapshot(client, spectator)
      else {
        const key = this.#viewer.sameFor(spectator, concerned)
        if (key !== undefined && !shared.has(key)) shared.set(key, this.#text(spectator, touched))
        this.#send(client, key === undefined ? this.#text(spectator, touched) : shared.get(key))
      }
    }
  }

  #text(spectator: Spectator, touched: Touched): Buffer | undefined {
    const changes = this.#viewer.changes(spectator, touched)
    return changes && bytesOf(changes)
  }

  #send(client: Client, text: Buffer | undefined): void {
    if (text === undefined) return
    client.send(text, this.#options.clock.monotonic())
    client.greeted = true
  }

  /** Answers a browser that came at `since`. Nobody is shown less than it has seen, unless this core has learnt since then that there is no more. */
  #resume(client: Client, seen: number | undefined, since: Millis): void {
    if (client.closed) return
    const { centre, clock, touch } = this.#options
    const spectator = this.#spectatorOf(client)
    if (!spectator) return
    const knowsLess = seen !== undefined && seen > centre.sequence()
    if (knowsLess && clock.monotonic() < since + BEHIND_MS_MAX) {
      clock.after(FLUSH_MS, () => this.#resume(client, seen, since))
      return
    }
    if (touch.isOut() || (knowsLess && touch.heardAt() < since))
      return client.refuse(CLOSE_CODES.behind, 503, OUT_OF_TOUCH)
    this.#flush()
    const touched = seen !== undefined && seen <= centre.sequence() ? this.#ring.since(seen) : undefined
    if (!touched || !this.#tracker.remembers(touched.interactions)) return this.#snapshot(client, spectator)
    client.rights = spectator.rights
    const message = this.#viewer.changes(spectator, touched, spectator.colleagues) ?? this.#aliveMessage()
    this.#send(client, bytesOf({ ...message, rights: [...spectator.rights] }))
  }

  #snapshot(client: Client, spectator: Spectator): void {
    this.#look()
    client.stale = false
    client.rights = spectator.rights
    this.#send(client, bytesOf(this.#viewer.snapshot(spectator)))
  }

  #refresh(client: Client, spectator: Spectator): void {
    if (client.isReadyAgain(this.#options.clock.monotonic())) this.#snapshot(client, spectator)
  }

  /** What a browser says, if its token is ours and holds. That is proved once: to prove it to each at every change was most of the work. */
  #prove({ token, topics, colleagues }: Resume): Said | undefined {
    try {
      return {
        claims: this.#options.tokens.verify(token),
        topics: new Set(topics),
        wants: [...topics].sort().join(),
        colleagues: new Set(colleagues),
      }
    } catch (error) {
      if (!isTandemError(error)) throw error
      return undefined
    }
  }

  /** Who looks, by a token that still holds and a user who is still there; anybody else is shown out. */
  #spectatorOf(client: Client): Spectator | undefined {
    const { tokens, centre } = this.#options
    const { said } = client
    if (said && tokens.holds(said.claims)) {
      const { configuration } = centre.state()
      const user = configuration.users.get(said.claims.user)
      const { topics, wants, colleagues } = said
      if (user && !user.disabled) return { user, topics, wants, colleagues, rights: rightsOf(configuration, user.role) }
    }
    client.refuse(CLOSE_CODES.unauthorized, 401, 'the session is over: log in again')
    return undefined
  }

  #alive(): void {
    const { clock, touch } = this.#options
    this.#aliveTimer = clock.after(ALIVE_EVERY_MS, () => this.#alive())
    if (touch.isOut()) {
      for (const client of this.#clients) client.refuse(CLOSE_CODES.behind, 503, OUT_OF_TOUCH)
      return
    }
    const day = this.#dayStart()
    if (day !== this.#day) {
      // Figures of today begin anew, with or without a call.
      this.#day = day
      for (const queue of this.#options.centre.state().configuration.queues.keys()) this.#touched.queues.add(queue)
      this.#flush()
    }
    const text = bytesOf(this.#aliveMessage())
    for (const client of this.#clients) {
      if (!client.greeted) continue
      const spectator = this.#spectatorOf(client)
      if (!spectator) continue
      this.#options.seen(spectator.user, client.said!.claims, client.address)
      if (client.stale) this.#refresh(client, spectator)
      else client.send(text, clock.monotonic())
    }
  }

  #dayStart(): Millis {
    const { centre, clock } = this.#options
    return dayStart(clock.now(), timeZoneOf(centre.state().configuration.parameters))
  }

  #aliveMessage(): Extract<ServerMessage, { type: 'alive' }> {
    // Not the state's own sequence: what was committed since the last flush has not been told yet.
    return { type: 'alive', sequence: this.#ring.end, serverTime: moment(this.#options.clock.now()) }
  }
}

import { assertNever, type Clock, isTandemError, type Logger, type Millis, type Timer } from '#base'
import type { Lease } from '#seams/lease'
import type { Connections } from './connections.ts'
import { describeAction, describeEvent, describeState } from './describe.ts'
import { LeaseKeeper } from './lease-keeper.ts'
import {
  initialSwitchover,
  type PairState,
  type SwitchoverAction,
  type SwitchoverEvent,
  type SwitchoverState,
} from './machine.ts'
import type { SwitchoverParameters } from './parameters.ts'
import { PingLoop } from './ping-loop.ts'
import type { Calibration, Probes } from './probes.ts'
import { stepSwitchover } from './step.ts'

/** How often the state machine polls, and the lease is looked at without being woken: what this adds to a lapse that nobody told. */
const POLL_MS = 250

/** A lease that lapses is looked at this long after its end, so that the look finds it lapsed. */
const AFTER_LAPSE_MS = 5

/** How often the lease is looked at while something is the matter with the primary: what this adds to seeing that it is gone. */
const TROUBLED_POLL_MS = 50

/**
 * A lease with so little left is late, and overdue. On a quick way it is renewed eight times in its 2 s: two renewals in a row were missed
 * then, each on a way of its own, or four; on a slow way it is longer by four round trips, and so is what may be missed. More, and a primary that
 * stood still for as long as callers do not notice (0.3 s) would be near it; less, and callers would notice that it is gone.
 */
const LATE_MS_LEFT = 1_400
const OVERDUE_MS_LEFT = 1_000

/** How often the probes are asked while all is well. */
const CALIBRATE_MS = 10_000

/** What happened last, for people: some minutes of an eventful life. */
const HISTORY_MAX = 100

/** What a switchover is made of. */
export interface SwitchoverOptions {
  readonly lease: Lease
  readonly holder: string
  readonly clock: Clock
  readonly logger: Logger
  readonly connections: Connections
  readonly probes: Probes
  /** What the pool's parameters say at this moment. */
  parameters(): SwitchoverParameters
  /** Where the primary's host is found; undefined while nobody knows, and asked for again at each check. */
  primaryHost(): string | undefined
  /** Who holds the lease is another than before. */
  primaryIs(holder: string): void
  /** Whether this core's release fits the pool's. */
  pair(): PairState
  /** Whether somebody has taken this core out of service. */
  draining(): boolean
  /** Keeps what is needed to tell afterwards why a module failed. */
  diagnose(why: string): void
  /** The log is read at once, in place of waiting to be woken. */
  synchronise(): void
  /** Another is primary, and this process must end. */
  lost(): void
}

/** Why and how this core became primary. */
export interface Grant {
  readonly term: number
  readonly why: string
  /** Who had the lease before, as far as it was seen. */
  readonly from: string | undefined
  /** From the first sign that something was the matter until the lease was granted. */
  readonly tookMs: Millis
}

/** What happened at one moment, in words. */
export interface Happening {
  readonly at: Millis
  readonly what: string
}

/** What an operator sees. */
export interface SwitchoverStatus {
  readonly state: string
  readonly role: SwitchoverState['role']
  readonly pair: PairState
  readonly network: string
  readonly host: string
  readonly connections: string
  readonly moduleMonitor: string
  readonly roundTripMs: Millis
  readonly probes: readonly Calibration[]
  readonly happened: readonly Happening[]
}

/** A core's part in who is primary: runs the state machine on real time, and does what it says. */
export class Switchover {
  readonly keeper: LeaseKeeper
  readonly #options: SwitchoverOptions
  readonly #notifier: PingLoop
  readonly #module: PingLoop
  #state: SwitchoverState
  #seen: { readonly holder: string; readonly term: number } | undefined
  #troubleSince: Millis | undefined
  #happened: Happening[] = []
  #polling: Timer | undefined
  #looking: Promise<void> | undefined
  #lookAgain = false
  #calibrating: Timer | undefined
  #reconnecting: Timer | undefined
  #unwatch: () => void = () => {}
  #unlisten: () => void = () => {}
  #claimed = Promise.withResolvers<Grant>()
  #waiting: (() => void) | undefined
  #closed = false

  constructor(options: SwitchoverOptions) {
    const { clock, connections } = options
    this.#options = options
    this.#state = initialSwitchover(clock.monotonic())
    this.keeper = new LeaseKeeper({ ...options, lost: () => this.#take({ type: 'lease', is: 'lost' }) })
    const ask = connections.ask.bind(connections)
    this.#notifier = new PingLoop({
      clock,
      kind: () => 'notifier',
      timeoutMs: () => options.parameters().notifierTimeoutMs,
      ask,
      heard: ({ answer }) => this.#take({ type: 'notifier ping', answer }),
    })
    this.#module = new PingLoop({
      clock,
      kind: () => options.parameters().watchedModule,
      timeoutMs: () => options.parameters().moduleTimeoutMs,
      ask,
      heard: ({ answer, detail }) => {
        if (detail !== undefined) this.#note(`the module says: ${detail}`)
        this.#take({ type: 'module ping', answer })
      },
    })
  }

  /** Waits for the lease as long as it takes; `waiting` is called once when it is not to be had at the first look. */
  acquire(waiting?: () => void): Promise<Grant> {
    this.#waiting = waiting
    this.#unwatch = this.#options.lease.watch(() => this.#look())
    this.#unlisten = this.#options.connections.onChanged(() => this.#connectionsChanged())
    this.#connectionsChanged()
    this.#look()
    this.#poll()
    this.#calibrate()
    return this.#claimed.promise
  }

  status(): SwitchoverStatus {
    const { role, pair, network, host, connections, moduleMonitor } = this.#state
    return {
      state: describeState(this.#state),
      role,
      pair,
      network,
      host,
      connections: role === 'primary' ? 'none needed' : connections,
      moduleMonitor,
      roundTripMs: Math.round(this.#notifier.roundTripMs * 10) / 10,
      probes: this.#options.probes.calibrations(),
      happened: this.#happened,
    }
  }

  /** Becomes primary because somebody asked for it, whatever the monitors think. */
  switchHere(): void {
    this.#take({ type: 'switch asked' })
  }

  /** Stops watching; gives the lease up if it has it. */
  async close(): Promise<void> {
    this.#closed = true
    this.#stopWatching()
    await this.keeper.close()
  }

  #stopWatching(): void {
    this.#unwatch()
    this.#unlisten()
    this.#notifier.cancel()
    this.#module.cancel()
    for (const timer of [this.#polling, this.#calibrating, this.#reconnecting]) timer?.stop()
  }

  #take(event: SwitchoverEvent): void {
    if (this.#closed) return
    const { clock, parameters } = this.#options
    const before = describeState(this.#state)
    const { state, actions } = stepSwitchover(this.#state, event, clock.monotonic(), parameters())
    this.#state = state
    const after = describeState(state)
    const told = actions.filter((action) => !('inMs' in action) && action.do !== 'restart module monitor')
    if (after !== before || told.length > 0) {
      const moved = after === before ? after : `${before} → ${after}`
      this.#note([describeEvent(event), moved, ...told.map(describeAction)].join('; '))
    }
    for (const action of actions) this.#do(action)
  }

  #note(what: string): void {
    this.#happened = [...this.#happened, { at: this.#options.clock.now(), what }].slice(-HISTORY_MAX)
    this.#options.logger.info({ what }, 'switchover')
  }

  #do(action: SwitchoverAction): void {
    const { connections, diagnose, synchronise, lost, parameters } = this.#options
    switch (action.do) {
      case 'ping notifier':
        return this.#notifier.ping(action.inMs)
      case 'ping module':
        return this.#module.ping(action.inMs)
      case 'stop module monitor':
        return this.#module.cancel()
      case 'restart module monitor':
        return this.#module.ping(Math.min(POLL_MS, parameters().modulePingDelayMs))
      case 'judge network':
        this.#troubleSince ??= this.#options.clock.monotonic()
        void this.#judge()
        return
      case 'reconnect':
        connections.reconnect()
        return this.#reconnectLater(action.inMs)
      case 'claim lease':
        void this.#claim(action.why)
        return
      case 'depose primary':
        void this.#depose(action.why)
        return
      case 'keep diagnosis':
        return diagnose(action.why)
      case 'synchronise anew':
        this.#troubleSince = undefined
        return synchronise()
      case 'end':
        return lost()
      case 'tell':
        return
      default:
        return assertNever(action)
    }
  }

  #connectionsChanged(): void {
    this.#take({ type: 'connections', are: this.#options.connections.status })
  }

  /** An attempt lasts as long as the pause before the next; then it has failed unless something is up. */
  #reconnectLater(inMs: Millis): void {
    this.#reconnecting?.stop()
    this.#reconnecting = this.#options.clock.after(Math.max(POLL_MS, inMs), () => {
      if (this.#options.connections.status === 'both down') this.#take({ type: 'reconnect failed' })
      else if (this.#state.role === 'reconnecting') this.#notifier.ping(0)
    })
  }

  #poll(): void {
    if (this.#closed || this.#state.role === 'primary') return
    this.#take({ type: 'releases', are: this.#options.pair() })
    this.#take({ type: 'drain', is: this.#options.draining() ? 'on' : 'off' })
    this.#take({ type: 'poll' })
    this.#polling = this.#options.clock.after(POLL_MS, () => this.#poll())
  }

  /** Looks at the lease, now and at its end; one look at a time. */
  #look(): void {
    if (this.#closed || this.#state.role === 'primary') return
    if (this.#looking) {
      this.#lookAgain = true
      return
    }
    this.#lookAgain = false
    this.#looking = this.#lookNow().then((nextMs) => {
      this.#looking = undefined
      this.#options.clock.after(this.#lookAgain ? 0 : nextMs, () => this.#look())
    })
  }

  async #lookNow(): Promise<Millis> {
    const { lease, holder } = this.#options
    try {
      const now = await lease.current()
      this.#take({ type: 'store', is: 'reachable' })
      if (now?.holder === holder) this.#take({ type: 'switch asked' })
      else if (!now || now.msLeft <= 0) {
        this.#troubleSince ??= this.#options.clock.monotonic()
        if (now) this.#see(now)
        this.#take({ type: 'lease', is: 'free' })
      } else {
        this.#see(now)
        this.#take({ type: 'lease', is: renewedSo(now.msLeft) })
        this.#tellWaiting()
        return Math.min(this.#isTroubled() ? TROUBLED_POLL_MS : POLL_MS, now.msLeft + AFTER_LAPSE_MS)
      }
    } catch (cause) {
      if (!isTandemError(cause)) throw cause
      this.#take({ type: 'store', is: 'away' })
      this.#tellWaiting()
    }
    return POLL_MS
  }

  #see(now: { readonly holder: string; readonly term: number }): void {
    const another = now.holder !== this.#seen?.holder
    this.#seen = now
    if (another) this.#options.primaryIs(now.holder)
  }

  /** Whether the primary should be looked at more closely. */
  #isTroubled(): boolean {
    return this.#state.connections === 'both down' || this.#state.notifierFailures > 0
  }

  #tellWaiting(): void {
    this.#waiting?.()
    this.#waiting = undefined
  }

  async #claim(why: string): Promise<void> {
    try {
      const term = await this.keeper.take()
      if (term === undefined) {
        this.#take({ type: 'lease', is: 'refused' })
        return this.#tellWaiting()
      }
      const since = this.#troubleSince ?? this.#options.clock.monotonic()
      const tookMs = Math.round(this.#options.clock.monotonic() - since)
      this.#take({ type: 'lease', is: 'granted' })
      this.#stopWatching()
      this.#claimed.resolve({ term, why, from: this.#seen?.holder, tookMs })
    } catch (cause) {
      if (!isTandemError(cause)) throw cause
      this.#take({ type: 'lease', is: 'refused' })
      this.#take({ type: 'store', is: 'away' })
    }
  }

  /** Takes the lease from the very primary that was found not to work, if it still is it. */
  async #depose(why: string): Promise<void> {
    const { lease, connections, logger, clock } = this.#options
    const seen = this.#seen
    this.#troubleSince ??= clock.monotonic()
    if (!seen || connections.peer !== seen.holder) return this.#take({ type: 'lease', is: 'refused' })
    logger.warn(
      { primary: seen.holder, term: seen.term, why },
      'the primary does not work and is made to give up the lease',
    )
    try {
      await lease.release(seen.term)
    } catch (cause) {
      if (!isTandemError(cause)) throw cause
      return this.#take({ type: 'lease', is: 'refused' })
    }
    await this.#claim(why)
  }

  async #judge(): Promise<void> {
    const { probes, parameters, primaryHost } = this.#options
    const judgement = await probes.judge(parameters(), primaryHost())
    this.#take({ type: 'network', ...judgement })
  }

  #calibrate(): void {
    if (this.#closed || this.#state.role === 'primary') return
    const { probes, parameters, primaryHost, clock } = this.#options
    void probes.calibrate(parameters(), primaryHost()).then(async () => {
      if (this.#state.diagnosing === undefined) await this.#judge()
      if (!this.#closed) this.#calibrating = clock.after(CALIBRATE_MS, () => this.#calibrate())
    })
  }
}

/** How a lease looks that somebody holds. */
function renewedSo(msLeft: Millis): 'held' | 'late' | 'overdue' {
  if (msLeft > LATE_MS_LEFT) return 'held'
  return msLeft > OVERDUE_MS_LEFT ? 'late' : 'overdue'
}

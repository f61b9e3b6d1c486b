import { assertNever, type Millis } from '#base'
import type { PairState, SwitchoverAction, SwitchoverEvent, SwitchoverState } from './machine.ts'
import { moduleSilenceMsMax, type SwitchoverParameters } from './parameters.ts'
import {
  type ConnectionStatus,
  type Determination,
  determine,
  type NetworkStatus,
  PING_TABLE,
  type PingAnswer,
} from './tables.ts'

/** A core that deposed a primary waits so long before the next: what ails the next one too is not mended by a third. */
const DEPOSE_PAUSE_MS = 30_000

/** A core that believes itself cut off lets every other go first; nobody came in so long, so nobody else can. */
export const CUT_OFF_YIELD_MS = 10_000

/**
 * While the store was away nobody could renew, and the lease looks lapsed when it is back. The sitting primary, whose calls went on,
 * shall have it: whoever else wants it waits until that one had the time for four renewals, if it lives.
 */
const RETURN_MS = 1_000

/** What one event leads to. */
export interface Step {
  readonly state: SwitchoverState
  readonly actions: readonly SwitchoverAction[]
}

/** The switchover state machine: one event at one moment. Pure; whoever calls it does the actions in order. */
export function stepSwitchover(
  state: SwitchoverState,
  event: SwitchoverEvent,
  now: Millis,
  parameters: SwitchoverParameters,
): Step {
  const pass = new Pass(state, now, parameters)
  pass.take(event)
  return { state: pass.state, actions: pass.actions }
}

/** Neither gateways nor test addresses answer this machine. That the primary's host does not says nothing of who is cut off. */
export function isCutOff(network: NetworkStatus): boolean {
  return network === 'Gateway Unreachable' || network === 'NetTest Unreachable'
}

const HOW_MANY_UP: Readonly<Record<ConnectionStatus, number>> = {
  'both up': 2,
  'main up, auxiliary down': 1,
  'auxiliary up, main down': 1,
  'both down': 0,
}

/** One pass through the machine: the state as far as it has come, and what is to be done. */
class Pass {
  state: SwitchoverState
  readonly actions: SwitchoverAction[] = []
  readonly #now: Millis
  readonly #parameters: SwitchoverParameters

  constructor(state: SwitchoverState, now: Millis, parameters: SwitchoverParameters) {
    this.state = state
    this.#now = now
    this.#parameters = parameters
  }

  take(event: SwitchoverEvent): void {
    if (this.state.role === 'primary') return this.#asPrimary(event)
    switch (event.type) {
      case 'connections':
        return this.#connections(event.are)
      case 'notifier ping':
        return this.#notifierPing(event.answer)
      case 'module ping':
        return this.#modulePing(event.answer)
      case 'network':
        this.#set({ network: event.status, host: event.host })
        return this.#judged()
      case 'reconnect failed':
        return this.#reconnectFailed()
      case 'lease':
        return this.#lease(event.is)
      case 'store':
        return this.#store(event.is === 'reachable')
      case 'releases':
        return this.#releases(event.are)
      case 'drain':
        return this.#set({ draining: event.is === 'on' })
      case 'switch asked':
        return this.#doClaim('a switchover was asked for')
      case 'poll':
        return this.#poll()
      default:
        return assertNever(event)
    }
  }

  #store(storeReachable: boolean): void {
    if (storeReachable && !this.state.storeReachable) this.#set({ storeBackAt: this.#now, leaseFreeSince: undefined })
    this.#set({ storeReachable })
  }

  #asPrimary(event: SwitchoverEvent): void {
    if (event.type === 'lease' && event.is === 'lost') this.#do({ do: 'end' })
    if (event.type === 'network') this.#set({ network: event.status, host: event.host })
    if (event.type === 'store') this.#set({ storeReachable: event.is === 'reachable' })
  }

  #connections(are: ConnectionStatus): void {
    const before = this.state.connections
    if (are === before) return
    this.#set({ connections: are, linked: this.state.linked || are !== 'both down' })
    const better = HOW_MANY_UP[are] > HOW_MANY_UP[before]
    if (!better) {
      this.#stopModuleMonitor()
      return this.#diagnose('connections')
    }
    this.#do({ do: 'ping notifier', inMs: 0 })
    if (are !== 'both up') return
    if (this.state.role === 'reconnecting') this.#backToBackup()
    this.#restartModuleMonitor()
  }

  #notifierPing(answer: PingAnswer): void {
    const { notifierPingDelayMs, notifierRetriesMax } = this.#parameters
    switch (this.#follows(answer)) {
      case 'next':
        this.#set({ notifierFailures: 0 })
        if (this.state.role === 'reconnecting') {
          this.#backToBackup()
          this.#restartModuleMonitor()
        }
        if (!this.state.resumed && this.state.connections !== 'both up') this.#resume()
        return this.#do({ do: 'ping notifier', inMs: notifierPingDelayMs })
      case 'standard ping':
        return this.#do({ do: 'ping notifier', inMs: notifierPingDelayMs })
      case 'retry': {
        const notifierFailures = this.state.notifierFailures + 1
        this.#set({ notifierFailures })
        if (notifierFailures <= notifierRetriesMax) return this.#do({ do: 'ping notifier', inMs: 0 })
        return this.#diagnose('notifier')
      }
      case 'nothing':
        return
    }
  }

  #modulePing(answer: PingAnswer): void {
    const { modulePingDelayMs, moduleRetryDelayMs, moduleFailuresMax } = this.#parameters
    this.#set({ moduleHeardAt: this.#now })
    switch (this.#follows(answer)) {
      case 'next':
        return this.#moduleAnswers(modulePingDelayMs)
      case 'standard ping':
        return this.#pingModule(modulePingDelayMs)
      case 'retry': {
        if (this.state.moduleMonitor === 'stopped') return
        // It says that it is ill: so the way to it is good, whatever became of pings of the notifier.
        if (answer === 'ill') this.#set({ notifierFailures: 0 })
        const moduleFailures = this.state.moduleFailures + 1
        this.#set({ moduleFailures })
        if (moduleFailures < moduleFailuresMax) return this.#pingModule(moduleRetryDelayMs)
        this.#stopModuleMonitor()
        this.#do({ do: 'keep diagnosis', why: `the module failed ${moduleFailures} times in a row` })
        return this.#diagnose('module')
      }
      case 'nothing':
        return
    }
  }

  #moduleAnswers(delayMs: Millis): void {
    const failed = this.state.moduleFailures
    this.#set({ moduleFailures: 0 })
    if (failed > 0) this.#do({ do: 'tell', what: `the module is slow: it answered when ${failed} in a row had failed` })
    if (this.state.diagnosing === 'module') {
      this.#set({ diagnosing: undefined })
      this.#resume()
      return this.#restartModuleMonitor()
    }
    if (!this.state.resumed) this.#resume()
    if (this.state.restartWanted) return this.#restartModuleMonitor()
    this.#pingModule(delayMs)
  }

  /** The probes have answered: what is the matter? */
  #judged(): void {
    const { diagnosing } = this.state
    if (!diagnosing) return this.#considerLease()
    this.#set({ diagnosing: undefined })
    const module = this.state.moduleFailures >= this.#parameters.moduleFailuresMax ? 'silent' : 'answers'
    const notifier = this.state.notifierFailures > 0 ? 'silent' : 'answers'
    const is = determine({ ...this.state, module, notifier })
    this.#do({ do: 'tell', what: `${is} (network ${this.state.network}, connections ${this.state.connections})` })
    this.#act(is)
  }

  #act(is: Determination): void {
    switch (is) {
      case 'module is down':
        return this.#depose()
      case 'module is up':
        this.#set({ notifierFailures: 0 })
        this.#do({ do: 'ping notifier', inMs: this.#parameters.notifierPingDelayMs })
        return this.#restartModuleMonitor()
      case 'a connection is down':
        if (this.state.notifierFailures > this.#parameters.notifierRetriesMax) return this.#reconnect()
        return this.#do({ do: 'ping notifier', inMs: 0 })
      case 'remote notifier is down':
        return this.#reconnect()
      case 'primary is unreachable':
        this.#reconnect()
        return this.#claim('the primary is unreachable')
      default:
        return assertNever(is)
    }
  }

  #reconnect(): void {
    this.#stopModuleMonitor()
    if (this.state.role === 'reconnecting') {
      // Connections that stand and bring nothing are asked on: nothing else would tell that they do again.
      if (this.state.connections !== 'both down')
        this.#do({ do: 'ping notifier', inMs: this.#parameters.notifierPingDelayMs })
      return
    }
    this.#set({ role: 'reconnecting', resumed: false, reconnect: { since: this.#now, attempts: 0 } })
    this.#do({ do: 'reconnect', inMs: 0 })
  }

  #reconnectFailed(): void {
    const { reconnect } = this.state
    if (this.state.role !== 'reconnecting' || !reconnect) return
    const { reconnectAttemptsMax, reconnectIntervalMs } = this.#parameters
    const attempts = reconnect.attempts + 1
    const all = attempts >= reconnectAttemptsMax
    this.#set({ reconnect: { since: all ? this.#now : reconnect.since, attempts: all ? 0 : attempts } })
    if (all) this.#claim(`${attempts} attempts to reach the primary have failed`)
    this.#do({ do: 'reconnect', inMs: Math.round(reconnectIntervalMs / reconnectAttemptsMax) })
  }

  #backToBackup(): void {
    this.#set({ role: 'backup', resumed: false, reconnect: undefined, notifierFailures: 0, moduleFailures: 0 })
  }

  #resume(): void {
    if (this.state.resumed) return
    this.#set({ resumed: true })
    this.#do({ do: 'synchronise anew' })
  }

  #lease(is: Extract<SwitchoverEvent, { type: 'lease' }>['is']): void {
    switch (is) {
      case 'held':
        return this.#set({ lease: 'held', leaseFreeSince: undefined })
      case 'late':
      case 'overdue':
        this.#set({ lease: 'held', leaseFreeSince: undefined })
        return this.#considerGone(is)
      case 'free':
        this.#set({ lease: 'free', leaseFreeSince: this.state.leaseFreeSince ?? this.#now })
        // Whoever takes it is another, and not linked with this core by what was before.
        this.#set({ linked: this.state.connections !== 'both down' })
        return this.#considerLease()
      case 'granted':
        this.#stopModuleMonitor()
        return this.#set({ role: 'primary', resumed: true, claiming: false, lease: 'held', reconnect: undefined })
      case 'refused':
        return this.#set({ claiming: false, lease: 'held', leaseFreeSince: undefined })
      case 'lost':
        return
    }
  }

  #releases(are: PairState): void {
    if (are === this.state.pair) return
    this.#set({ pair: are })
    const what =
      are === 'active'
        ? 'the releases fit each other: takeover is automatic'
        : `${are}: the releases do not fit each other, and only a switchover that is asked for makes this core the primary`
    this.#do({ do: 'tell', what })
    this.#considerLease()
  }

  #poll(): void {
    const { role, moduleMonitor, moduleHeardAt, reconnect } = this.state
    if (role === 'backup' && moduleMonitor === 'running') {
      const silentMs = this.#now - moduleHeardAt
      if (silentMs > moduleSilenceMsMax(this.#parameters)) {
        this.#do({ do: 'tell', what: 'the module monitor has stopped, and is started again' })
        this.#set({ restartWanted: true, moduleHeardAt: this.#now })
        this.#restartModuleMonitor()
      }
    }
    if (role === 'reconnecting' && reconnect && this.#now - reconnect.since >= this.#parameters.reconnectIntervalMs) {
      this.#set({ reconnect: { since: this.#now, attempts: 0 } })
      this.#claim('the time for reconnecting has run out')
    }
    this.#considerLease()
  }

  /** A free lease is taken by whoever may and can act, without waiting for what the monitors think. */
  #considerLease(): void {
    if (this.state.lease === 'free') this.#claim('nobody holds the lease')
  }

  #claim(why: string): void {
    if (this.#mayAct()) this.#doClaim(why)
  }

  /** One at a time: a second acquisition would fence the first. */
  #doClaim(why: string): void {
    if (this.state.claiming) return
    this.#set({ claiming: true })
    this.#do({ do: 'claim lease', why })
  }

  /** Whether this core may become primary without being asked to. */
  #mayAct(): boolean {
    const { pair, draining, storeReachable, storeBackAt, network, leaseFreeSince = this.#now } = this.state
    if (pair !== 'active' || draining || !storeReachable) return false
    if (storeBackAt !== undefined && this.#now - storeBackAt < RETURN_MS) return false
    return !isCutOff(network) || this.#now - leaseFreeSince >= CUT_OFF_YIELD_MS
  }

  /**
   * Whether the primary is gone though its lease stands. Two witnesses must agree: the connections to it, and the store, to which it does not
   * renew. Closed connections tell more than silent ones, so less is asked of the other witness then; that none stood yet tells nothing.
   */
  #considerGone(renewal: 'late' | 'overdue'): void {
    const { connections, linked, notifierFailures, moduleFailures, moduleMonitor, claiming, deposeNotBefore } =
      this.state
    const closed = linked && connections === 'both down'
    const silent = notifierFailures > 0 && (moduleFailures > 0 || moduleMonitor === 'stopped')
    if (!closed && !(silent && renewal === 'overdue')) return
    if (claiming || !this.#mayAct() || isCutOff(this.state.network) || this.#now < deposeNotBefore) return
    this.#set({ claiming: true, deposeNotBefore: this.#now + DEPOSE_PAUSE_MS })
    const why = closed ? 'its connections are closed' : 'it answers nothing'
    this.#do({ do: 'depose primary', why: `the primary is gone: ${why}, and its lease is not renewed` })
  }

  #depose(): void {
    const { network, deposeNotBefore } = this.state
    const why = `the module failed ${this.state.moduleFailures} times in a row, while network and connections are good`
    if (this.#mayAct() && !isCutOff(network) && this.#now >= deposeNotBefore) {
      this.#set({ claiming: true, deposeNotBefore: this.#now + DEPOSE_PAUSE_MS })
      return this.#do({ do: 'depose primary', why })
    }
    this.#do({ do: 'tell', what: `${why}; this core may not act` })
    this.#restartModuleMonitor()
  }

  #diagnose(what: NonNullable<SwitchoverState['diagnosing']>): void {
    this.#set({ diagnosing: what })
    this.#do({ do: 'judge network' })
  }

  #pingModule(inMs: Millis): void {
    if (this.state.moduleMonitor === 'running') this.#do({ do: 'ping module', inMs })
  }

  #stopModuleMonitor(): void {
    if (this.state.moduleMonitor === 'stopped') return
    this.#set({ moduleMonitor: 'stopped' })
    this.#do({ do: 'stop module monitor' })
  }

  /** Only where both connections are up; else it is remembered. */
  #restartModuleMonitor(): void {
    if (this.state.connections !== 'both up') return this.#set({ restartWanted: true })
    this.#set({ moduleMonitor: 'running', moduleFailures: 0, moduleHeardAt: this.#now, restartWanted: false })
    this.#do({ do: 'restart module monitor' })
  }

  #follows(answer: PingAnswer) {
    const mainUp = this.state.connections === 'both up' || this.state.connections === 'main up, auxiliary down'
    return PING_TABLE[answer][mainUp ? 0 : 1]
  }

  #set(changes: Partial<SwitchoverState>): void {
    this.state = { ...this.state, ...changes }
  }

  #do(action: SwitchoverAction): void {
    this.actions.push(action)
  }
}

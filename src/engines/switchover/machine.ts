import type { Millis } from '#base'
import type { ConnectionStatus, HostStatus, NetworkStatus, PingAnswer } from './tables.ts'

/**
 * What a core is to its pool.
 *
 *              connection or module problem          attempts or interval used up, lease free
 *   backup ──────────────────────────────▶ reconnecting ──────────────────────────▶ primary
 *     ▲  └───lease free, module down, primary gone┼────────────────────────────────────▲
 *     └──────reached again, and synchronised──────┘
 *
 * `primary` is entered by nothing but a granted lease: whatever the monitors conclude, they only ask for it.
 */
export type SwitchoverRole = 'backup' | 'reconnecting' | 'primary'

/** Whether the pool's members may take over for each other: `active`, or only when somebody asks for it. */
export type PairState = 'active' | 'upgrade-higher' | 'upgrade-lower'

/** What the lease looks like from here. */
export type LeaseSeen = 'held' | 'free' | 'unknown'

/** All that the machine remembers. */
export interface SwitchoverState {
  readonly role: SwitchoverRole
  /** False while a return from reconnecting has not proved itself: the role says backup, but service has not resumed. */
  readonly resumed: boolean
  readonly pair: PairState
  readonly connections: ConnectionStatus
  /** Whether a connection to this primary stood before: only then does it say something that both are down. */
  readonly linked: boolean
  readonly network: NetworkStatus
  readonly host: HostStatus
  readonly storeReachable: boolean
  /** When the store came back after it was away. */
  readonly storeBackAt?: Millis | undefined
  readonly lease: LeaseSeen
  /** Since when nobody holds the lease. */
  readonly leaseFreeSince?: Millis | undefined
  readonly draining: boolean
  readonly notifierFailures: number
  readonly moduleFailures: number
  readonly moduleMonitor: 'running' | 'stopped'
  /** When the module monitor was last heard of. */
  readonly moduleHeardAt: Millis
  /** A restart of the module monitor was asked for where it could not be done at once. */
  readonly restartWanted: boolean
  /** What the probes were asked for. */
  readonly diagnosing?: 'notifier' | 'module' | 'connections' | undefined
  readonly reconnect?: { readonly since: Millis; readonly attempts: number } | undefined
  /** No primary is deposed before this moment. */
  readonly deposeNotBefore: Millis
  /** A lease was asked for, and the answer has not come yet. */
  readonly claiming: boolean
}

/** What can happen. */
export type SwitchoverEvent =
  | { readonly type: 'connections'; readonly are: ConnectionStatus }
  | { readonly type: 'notifier ping'; readonly answer: PingAnswer }
  | { readonly type: 'module ping'; readonly answer: PingAnswer }
  | { readonly type: 'network'; readonly status: NetworkStatus; readonly host: HostStatus }
  | { readonly type: 'reconnect failed' }
  /** `late`: held, but not renewed for some renewals; `overdue`: for most of its time. */
  | { readonly type: 'lease'; readonly is: 'held' | 'late' | 'overdue' | 'free' | 'granted' | 'refused' | 'lost' }
  | { readonly type: 'store'; readonly is: 'reachable' | 'away' }
  | { readonly type: 'releases'; readonly are: PairState }
  | { readonly type: 'drain'; readonly is: 'on' | 'off' }
  | { readonly type: 'switch asked' }
  | { readonly type: 'poll' }

/** What is to be done about it. */
export type SwitchoverAction =
  | { readonly do: 'ping notifier'; readonly inMs: Millis }
  | { readonly do: 'ping module'; readonly inMs: Millis }
  | { readonly do: 'judge network' }
  | { readonly do: 'stop module monitor' }
  | { readonly do: 'restart module monitor' }
  | { readonly do: 'reconnect'; readonly inMs: Millis }
  | { readonly do: 'claim lease'; readonly why: string }
  | { readonly do: 'depose primary'; readonly why: string }
  | { readonly do: 'keep diagnosis'; readonly why: string }
  | { readonly do: 'synchronise anew' }
  | { readonly do: 'end' }
  | { readonly do: 'tell'; readonly what: string }

/** A core that has just started: a backup that has seen nothing yet. */
export function initialSwitchover(now: Millis): SwitchoverState {
  return {
    role: 'backup',
    resumed: true,
    pair: 'active',
    connections: 'both down',
    linked: false,
    network: 'Not Known',
    host: 'not tested',
    storeReachable: true,
    lease: 'unknown',
    draining: false,
    notifierFailures: 0,
    moduleFailures: 0,
    moduleMonitor: 'stopped',
    moduleHeardAt: now,
    restartWanted: false,
    deposeNotBefore: now,
    claiming: false,
  }
}

/**
 * What the backup concludes, as tables. The rows are those of the seeds; the scenario files of test/scenarios/switchover show them at
 * work, and docs/operations/switchover.md prints them.
 */

/** What a probe found out: whether this machine is on the network. `Not Known`: no probe carries weight. */
export type NetworkStatus =
  | 'Gateway Reached'
  | 'Gateway Unreachable'
  | 'NetTest Reached'
  | 'NetTest Unreachable'
  | 'Primary Reached'
  | 'Primary Unreachable'
  | 'Not Known'

/** Which kind of probe decides: the first that is configured and carries weight, and no other. */
export const NETWORK_STEPS = ['Gateway', 'NetTest', 'Primary'] as const
export type NetworkStep = (typeof NETWORK_STEPS)[number]

/** Network status by the step that decides and by whether any of its addresses answers. */
export const NETWORK_TABLE: Readonly<Record<NetworkStep, readonly [reached: NetworkStatus, none: NetworkStatus]>> = {
  Gateway: ['Gateway Reached', 'Gateway Unreachable'],
  NetTest: ['NetTest Reached', 'NetTest Unreachable'],
  Primary: ['Primary Reached', 'Primary Unreachable'],
}

/** Whether this machine is on the network. What nobody can know speaks against nobody. */
export function isGood(status: NetworkStatus): boolean {
  return !status.endsWith('Unreachable')
}

/** The two connections to the primary. */
export const CONNECTION_STATUSES = [
  'both up',
  'main up, auxiliary down',
  'auxiliary up, main down',
  'both down',
] as const
/** One of {@link CONNECTION_STATUSES}. */
export type ConnectionStatus = (typeof CONNECTION_STATUSES)[number]

/** The status of two connections, by whether each is up. */
export function connectionStatus(main: boolean, auxiliary: boolean): ConnectionStatus {
  if (main) return auxiliary ? 'both up' : 'main up, auxiliary down'
  return auxiliary ? 'auxiliary up, main down' : 'both down'
}

/** Whether the primary's host answers an echo: kept beside the network status, as either may go with either. */
export type HostStatus = 'reached' | 'not reached' | 'not tested'

/** What is the matter. */
export type Determination =
  | 'remote notifier is down'
  | 'primary is unreachable'
  | 'module is down'
  | 'module is up'
  | 'a connection is down'

/** A row of {@link DETERMINATIONS}; what a column leaves out does not matter to it. */
export interface DeterminationRow {
  readonly network?: 'good' | 'not good'
  readonly host?: readonly HostStatus[]
  readonly connections?: readonly ConnectionStatus[]
  readonly module?: 'answers' | 'silent'
  /** Whether the notifier's own pings, which go over the same connections, come back. */
  readonly notifier?: 'answers' | 'silent'
  readonly is: Determination
}

/**
 * The first row that fits decides. A module is down only where the way to it is good, and pings of the notifier say so: connections that lose what
 * goes one way stand for a while as if nothing were, and a primary that nobody hears for that, and who renews its lease, works.
 */
export const DETERMINATIONS: readonly DeterminationRow[] = [
  { network: 'not good', host: ['reached'], is: 'remote notifier is down' },
  { network: 'not good', is: 'primary is unreachable' },
  { network: 'good', host: ['not reached'], connections: ['both down'], is: 'primary is unreachable' },
  { network: 'good', connections: ['both down'], is: 'remote notifier is down' },
  { network: 'good', connections: ['both up'], module: 'silent', notifier: 'silent', is: 'remote notifier is down' },
  { network: 'good', connections: ['both up'], module: 'silent', is: 'module is down' },
  { network: 'good', connections: ['both up'], module: 'answers', is: 'module is up' },
  { network: 'good', is: 'a connection is down' },
]

/** What stands in front of whoever determines. */
export interface Findings {
  readonly network: NetworkStatus
  readonly host: HostStatus
  readonly connections: ConnectionStatus
  readonly module: 'answers' | 'silent'
  readonly notifier: 'answers' | 'silent'
}

export function determine(found: Findings): Determination {
  const network = isGood(found.network) ? 'good' : 'not good'
  const fits = (row: DeterminationRow) =>
    (row.network ?? network) === network &&
    (row.host?.includes(found.host) ?? true) &&
    (row.connections?.includes(found.connections) ?? true) &&
    (row.module ?? found.module) === found.module &&
    (row.notifier ?? found.notifier) === found.notifier
  return DETERMINATIONS.find(fits)?.is ?? 'a connection is down'
}

/** How a ping came back. `ill`: the primary answered in time that its module does not work. */
export const PING_ANSWERS = ['success', 'ill', 'timeout', 'rejected', 'connection lost', 'cancelled'] as const
/** One of {@link PING_ANSWERS}. */
export type PingAnswer = (typeof PING_ANSWERS)[number]

/** What follows: `next` after the delay; `retry` after the shorter one while retries are left, else `diagnose`; or nothing. */
export type PingFollows = 'next' | 'retry' | 'standard ping' | 'nothing'

/** What follows each answer, by whether the main connection is up. */
export const PING_TABLE: Readonly<Record<PingAnswer, readonly [mainUp: PingFollows, mainDown: PingFollows]>> = {
  success: ['next', 'next'],
  ill: ['retry', 'retry'],
  timeout: ['retry', 'retry'],
  rejected: ['retry', 'retry'],
  'connection lost': ['standard ping', 'retry'],
  cancelled: ['nothing', 'nothing'],
}

export { causeOf, TAKEOVER_CAUSES, type TakeoverCause } from './causes.ts'
export type { Answered, Connections, PingKind } from './connections.ts'
export { describeAction, describeEvent, describeState } from './describe.ts'
export { systemEcho, tcpEcho } from './echo.ts'
export { SWITCHOVER_ERRORS } from './errors.ts'
export { type Format, formatsOf, type LoggedEvent, pairOf, type Reads } from './formats.ts'
export { listGateways } from './gateways.ts'
export { LeaseKeeper } from './lease-keeper.ts'
export {
  initialSwitchover,
  type PairState,
  type SwitchoverAction,
  type SwitchoverEvent,
  type SwitchoverRole,
  type SwitchoverState,
} from './machine.ts'
export { readParameters, type SwitchoverParameters } from './parameters.ts'
export { type PoolCommand, type PoolEvent, type PoolState, poolMachine, type Takeover } from './pool-machine.ts'
export { Probes } from './probes.ts'
export { stepSwitchover } from './step.ts'
export { type Grant, Switchover, type SwitchoverOptions, type SwitchoverStatus } from './switchover.ts'
export {
  CONNECTION_STATUSES,
  type ConnectionStatus,
  connectionStatus,
  DETERMINATIONS,
  type HostStatus,
  type NetworkStatus,
  PING_ANSWERS,
  PING_TABLE,
  type PingAnswer,
} from './tables.ts'

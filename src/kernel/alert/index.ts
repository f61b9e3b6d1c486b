export {
  type Alert,
  type AlertState,
  alertOf,
  CROSSINGS_MAX,
  type Crossing,
  crossingKey,
  newAlertState,
  restoreAlerts,
  SEEN_MAX,
  type WatchedValue,
} from './alert.ts'
export type * from './event.ts'
export { acknowledgeAlert, evolveAlerts, lookAtThresholds, seeAlert } from './machine.ts'

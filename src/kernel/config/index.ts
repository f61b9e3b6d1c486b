export { CHANGES_MAX, type ChangeConfiguration, decideConfiguration, OBJECTS_MAX } from './change.ts'
export type * from './configuration.ts'
export { demoCentre } from './demo-centre.ts'
export { CONFIG_ERRORS } from './errors.ts'
export { resolveNumber } from './number.ts'
export {
  addressesIn,
  PARAMETERS,
  type Parameter,
  type ParameterKind,
  type ParameterProfile,
  parameterKind,
  parameterValue,
  profileOf,
  rangeInWords,
  timeZoneOf,
} from './parameter.ts'
export { type DaySpan, isOpen, nextChange, type Schedule } from './schedule.ts'
export { checkShape } from './schema.ts'
export {
  isShortAbandon,
  SERVICE_LEVEL_NAMES,
  type ServiceLevel,
  type ServiceLevelAim,
  type ServiceLevelName,
  serviceLevelOf,
} from './service-level.ts'
export {
  type ConfigurationChanged,
  type ConfigurationState,
  changeKey,
  copyConfiguration,
  evolveConfiguration,
  initialConfiguration,
  type LastChange,
} from './state.ts'

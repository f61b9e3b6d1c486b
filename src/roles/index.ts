export { staffBySimulation } from '#engines/what-if'
export { advertisedAddress } from './advertised.ts'
export { DATA_ERRORS, DataFolder } from './data-folder.ts'
export { type LocalRole, localStatus } from './local-status.ts'
export { localToken } from './local-token.ts'
export { checkPort, checkRtpPorts, freePort, PORT_ERRORS, wantedPorts } from './ports.ts'
export { lastProblem } from './role-log.ts'
export {
  isLoopback,
  optionOf,
  readSettings,
  SETTING_NAMES,
  SETTINGS_ERRORS,
  type SettingName,
  type Settings,
  variableOf,
} from './settings.ts'
export { SUPERVISOR_ERRORS, Supervisor, type SupervisorOptions } from './supervisor.ts'
export { supervisorLogger } from './supervisor-log.ts'
export { type Bequest, TAKE_OVER_ERRORS, TakeOver } from './take-over.ts'
export { checkTlsTime, readTlsFiles, TLS_ERRORS, type TlsContents, type TlsFiles, watchTlsFiles } from './tls-files.ts'

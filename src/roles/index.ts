export { DATA_ERRORS, DataFolder } from './data-folder.ts'
export { type LocalRole, localStatus } from './local-status.ts'
export { localToken } from './local-token.ts'
export { checkPort, freePort, PORT_ERRORS } from './ports.ts'
export {
  isLoopback,
  optionOf,
  readSettings,
  SETTING_NAMES,
  SETTINGS_ERRORS,
  type Settings,
  variableOf,
} from './settings.ts'
export { SUPERVISOR_ERRORS, Supervisor, type SupervisorOptions } from './supervisor.ts'

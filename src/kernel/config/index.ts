export { BUILT_IN_PROMPTS } from './built-in-prompts.ts'
export { CHANGES_MAX, type ChangeConfiguration, decideConfiguration } from './change.ts'
export { type CheckedChanges, type Collision, checkChanges } from './check.ts'
export type * from './configuration.ts'
export { demoCentre } from './demo-centre.ts'
export { type Dialled, resolveDialled, trunksFor } from './dialled.ts'
export {
  changesBetween,
  differencesOf,
  type FieldDifference,
  fieldDifferences,
  type ObjectDifference,
} from './difference.ts'
export { type ConfigurationDocument, changesTo, DOCUMENT_FORMAT, documentOf } from './document.ts'
export { CONFIG_ERRORS } from './errors.ts'
export type * from './event.ts'
export { OBJECTS_MAX } from './faults.ts'
export type { FieldMeta, Target } from './fields.ts'
export { FORM_TEXT_CHARS_MAX, type Form, type FormFault, type FormField, type FormValues, formFaults } from './form.ts'
export { KIND_NAMES, KINDS, kindOfPlural, kindSchemas, objectsOf, pluralOf } from './kinds.ts'
export type { FaxGateway, MailAccount, MailOAuth2, MailSecurity, MailServer } from './mail-account.ts'
export { resolveNumber } from './number.ts'
export {
  addressesIn,
  allowsVoicemailTransfers,
  isSupervisionAnnounced,
  notReadyReasonsOf,
  type OpusFor,
  opusFor,
  PARAMETERS,
  type Parameter,
  type ParameterKind,
  type ParameterProfile,
  pageServersOf,
  parameterKind,
  parameterValue,
  profileOf,
  rangeInWords,
  recordingMachinesOf,
  type SrtpFor,
  srtpFor,
  timeZoneOf,
} from './parameter.ts'
export { PASSWORD_HISTORY_MAX, type PasswordPolicy, passwordPolicyOf } from './password-policy.ts'
export type { Prompt } from './prompt.ts'
export { type Reference, referencesOf } from './references.ts'
export { RENAMED_TARGETS, type RenamedTarget, renameChanges } from './rename.ts'
export { fillResponse, RESPONSE_VALUES, type Response, type ResponseValue, responsesFor } from './response.ts'
export { BUILT_IN_ROLES, RIGHT_NAMES, type Right, type Role, roleOf } from './role.ts'
export { type DaySpan, isOpen, momentAt, nextChange, type Schedule } from './schedule.ts'
export { checkShape } from './schema.ts'
export type { SeatFeature, SeatPool } from './seat.ts'
export {
  isShortAbandon,
  SERVICE_LEVEL_NAMES,
  type ServiceLevel,
  type ServiceLevelAim,
  type ServiceLevelName,
  serviceLevelOf,
} from './service-level.ts'
export type { SmppServer, SmsAccount } from './sms-account.ts'
export {
  type ConfigurationDump,
  type ConfigurationState,
  changeKey,
  copyConfiguration,
  dumpConfiguration,
  endSessions,
  evolveConfiguration,
  initialConfiguration,
  type LastChange,
  restoreConfiguration,
  wholeOf,
} from './state.ts'
export type { Threshold } from './threshold.ts'
export { isCarriedBy, numberFor, type Trunk, type TrunkTransport } from './trunk.ts'
export { usesOf } from './uses.ts'
export type { Webhook } from './webhook.ts'

export { TELLING_ERRORS } from './errors.ts'
export { LogTeller, type LogTellerOptions } from './log-teller.ts'
export { NEXT } from './messages.ts'
export { type PrimaryLinks, ToldRecords, type ToldRecordsOptions } from './told-records.ts'

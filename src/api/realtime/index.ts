export { CLOSE_CODES, type Socket } from './client.ts'
export { RealtimeHub, type RealtimeOptions, type Touch } from './hub.ts'

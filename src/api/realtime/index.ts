export { CLOSE_CODES, type Socket } from './client.ts'
export { RealtimeHub, type RealtimeOptions } from './hub.ts'

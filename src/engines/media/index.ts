export { createMediaEngine, type MediaEngine, type MediaEngineOptions } from './media-engine.ts'
export { MEDIA_ERRORS } from './media-errors.ts'
export type { PortRange } from './plane-port.ts'

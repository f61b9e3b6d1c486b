export { API_ERRORS } from './errors.ts'
export { createFront, type Front } from './front.ts'
export type {
  ForwardPort,
  HistoryDetail,
  HistoryPort,
  HistorySegment,
  HttpApiPorts,
  PrimaryPort,
  RealtimePort,
  RealtimeSocket,
  WhatIfPort,
} from './ports.ts'
export { BLOB_HEADERS, COPY_BYTES_MAX } from './routes-blobs.ts'
export { createHttpApi } from './server.ts'
export type { Server } from './server-type.ts'

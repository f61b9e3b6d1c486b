export { API_ERRORS } from './errors.ts'
export { createFront, type Front } from './front.ts'
export type {
  ForwardPort,
  HistoryDetail,
  HistoryPort,
  HistoryQuery,
  HistorySegment,
  HistorySummary,
  HttpApiPorts,
  PrimaryPort,
  RealtimePort,
  RealtimeSocket,
  WhatIfPort,
} from './ports.ts'
export { createHttpApi } from './server.ts'
export type { Server } from './server-type.ts'

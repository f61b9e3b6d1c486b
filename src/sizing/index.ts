export { type ImpatientQueue, impatientFigures } from './erlang-a.ts'
export { erlangB, offeredLoad, type Traffic } from './erlang-b.ts'
export { erlangC, type PatientQueue, patientFigures, type QueueFigures } from './erlang-c.ts'
export { SIZING_ERRORS } from './errors.ts'
export {
  CALLS_PER_SERVER,
  type CallPattern,
  CODEC_BITS,
  callBandwidth,
  concurrentCalls,
  DESKS_PER_SERVER,
  desktopServersFor,
  KIND_LIMITS,
  mediaPoints,
  mediaServersFor,
  POINTS_PER_MEDIA_SERVER,
  RECORDING_BITS,
  REFERENCE_PATTERN,
  recordingBytes,
  serverShare,
  serversFor,
} from './installation.ts'
export { cobhamWaits, type PriorityClass, type PriorityQueue, priorityWaits } from './priority.ts'
export {
  agentsNeeded,
  queueFigures,
  type StaffingAnswer,
  type StaffingQuestion,
  type StaffingTarget,
  scheduledFor,
  trunksNeeded,
} from './staffing.ts'

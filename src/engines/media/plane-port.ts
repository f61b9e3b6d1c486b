import type { TandemError } from '#base'
import type { G711 } from '#protocols/audio'
import type {
  MediaLoad,
  MediaLocal,
  MediaSessionId,
  MediaSpec,
  MediaStatistics,
  ProgramId,
  RecordingId,
  RecordingSpec,
} from '#protocols/control'
import type { Sound } from './sound.ts'

/** What happened on the packet thread; the control thread numbers it. */
export type PlaneEvent =
  | { readonly type: 'digit'; readonly session: MediaSessionId; readonly digit: string; readonly durationMs: number }
  | { readonly type: 'program-ended'; readonly session: MediaSessionId; readonly program: ProgramId }
  | {
      readonly type: 'program-failed'
      readonly session: MediaSessionId
      readonly program: ProgramId
      readonly reason: string
    }
  | { readonly type: 'flow'; readonly session: MediaSessionId; readonly receiving: boolean }

/** What the packet thread gives to the control thread, unasked. */
export interface PlaneOutput {
  event(event: PlaneEvent): void
  /** Sound of a recording, in order; the memory is the receiver's. */
  samples(recording: RecordingId, octets: Uint8Array): void
  /** The recording has its greatest length and takes no more. */
  full(recording: RecordingId): void
  /** Somebody is to hear this recording: it is to be brought with `bring`. */
  wanted(recording: RecordingId): void
}

export interface TapStarted {
  readonly law: G711
  readonly tracks: 1 | 2
}

/** What the control thread asks of the packet thread. */
export interface PlanePort {
  set(session: MediaSessionId, spec: MediaSpec): Promise<MediaLocal>
  remove(session: MediaSessionId): Promise<void>
  /** Sends digits to the party of a session, unless it has those of this id already. */
  digits(session: MediaSessionId, id: string, digits: string): Promise<void>
  /** Starts to take sound; a recording that runs already goes on as it is. */
  record(recording: RecordingId, spec: RecordingSpec): Promise<TapStarted>
  /** Ends a recording; its last sound has been given to `samples` before the answer. False when it did not run. */
  finish(recording: RecordingId): Promise<boolean>
  /** Removes all sessions but these; gives those that are left. */
  keep(sessions: readonly MediaSessionId[]): Promise<readonly MediaSessionId[]>
  statistics(session?: MediaSessionId): Promise<PlaneStatistics>
  bring(recording: RecordingId, sound: Sound | { readonly failed: string }): void
  close(): Promise<void>
}

export interface PlaneStatistics {
  readonly sessions: readonly MediaStatistics[]
  readonly load: MediaLoad
}

/** What the packet thread is started with; plain data, since it passes between threads. */
export interface PlaneSettings {
  /** The address that RTP is received on: an IP literal. */
  readonly address: string
  /** What stands in `MediaLocal`; the address itself unless it is a wildcard. */
  readonly advertised: string
  readonly ports: PortRange
  readonly sessionsMax: number
  readonly silenceAlarmMs: number
  /** The name in RTCP. */
  readonly cname: string
}

/** Even ports for RTP, the odd one above each for RTCP. */
export interface PortRange {
  readonly from: number
  readonly to: number
}

/** The words between the threads. */
export type ToPlane =
  | { readonly type: 'call'; readonly id: number; readonly call: PlaneCall }
  | { readonly type: 'bring'; readonly recording: RecordingId; readonly sound: Sound | { readonly failed: string } }

export type PlaneCall =
  | { readonly name: 'set'; readonly session: MediaSessionId; readonly spec: MediaSpec }
  | { readonly name: 'remove'; readonly session: MediaSessionId }
  | { readonly name: 'digits'; readonly session: MediaSessionId; readonly id: string; readonly digits: string }
  | { readonly name: 'record'; readonly recording: RecordingId; readonly spec: RecordingSpec }
  | { readonly name: 'finish'; readonly recording: RecordingId }
  | { readonly name: 'keep'; readonly sessions: readonly MediaSessionId[] }
  | { readonly name: 'statistics'; readonly session?: MediaSessionId }
  | { readonly name: 'close' }

export type FromPlane =
  | { readonly type: 'done'; readonly id: number; readonly answer: unknown }
  | { readonly type: 'refused'; readonly id: number; readonly error: RefusedCall }
  | { readonly type: 'event'; readonly event: PlaneEvent }
  | {
      readonly type: 'samples'
      readonly portions: readonly { readonly recording: RecordingId; readonly octets: Uint8Array }[]
    }
  | { readonly type: 'full'; readonly recording: RecordingId }
  | { readonly type: 'wanted'; readonly recording: RecordingId }

export type RefusedCall = Pick<TandemError, 'code' | 'message' | 'status' | 'fields'>

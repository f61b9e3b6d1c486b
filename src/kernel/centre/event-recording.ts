import type { InteractionId, ParticipantId, RecordingId } from '#kernel/interaction'

/** A recording, from its beginning until it is sealed in storage or has failed. */
export type RecordingEvent =
  | {
      readonly type: 'RecordingStarted'
      readonly interaction: InteractionId
      readonly recording: RecordingId
      readonly channels: readonly ParticipantId[]
      readonly durationMsMax: number
      readonly mailbox?: string
    }
  | { readonly type: 'RecordingEnded'; readonly interaction: InteractionId; readonly recording: RecordingId }
  | {
      readonly type: 'RecordingSealed'
      readonly interaction: InteractionId
      readonly recording: RecordingId
      readonly durationMs: number
      readonly bytes: number
      /** Of its one file; each of several parts has its own. */
      readonly sha256?: string
      /** Of how many parts it is, and how many of them are lost, when it is more than one. */
      readonly parts?: number
      readonly lost?: number
    }
  /** The media process of a running recording is gone: this part, from 2, follows in another file. */
  | {
      readonly type: 'RecordingContinued'
      readonly interaction: InteractionId
      readonly recording: RecordingId
      readonly part: number
    }
  | {
      readonly type: 'RecordingPartSealed'
      readonly interaction: InteractionId
      readonly recording: RecordingId
      readonly part: number
      readonly durationMs: number
      readonly bytes: number
      readonly sha256: string
    }
  | {
      readonly type: 'RecordingPartFailed'
      readonly interaction: InteractionId
      readonly recording: RecordingId
      readonly part: number
      readonly reason: string
    }
  | {
      readonly type: 'RecordingFailed'
      readonly interaction: InteractionId
      readonly recording: RecordingId
      readonly reason: string
    }

import type { InteractionId, ParticipantId, RecordingId } from '#kernel/interaction'

/** What a media process tells of keys, programs and recordings. */
export type MediaCommand =
  | {
      readonly type: 'PressDigit'
      readonly interaction: InteractionId
      readonly participant: ParticipantId
      readonly digit: string
    }
  | {
      readonly type: 'EndProgram'
      readonly interaction: InteractionId
      readonly participant: ParticipantId
      readonly program: string
      /** It could not be played to its end. */
      readonly failed?: true
    }
  | {
      readonly type: 'SealRecording'
      readonly interaction: InteractionId
      readonly recording: RecordingId
      /** Which part of it; the first unless told. */
      readonly part?: number
      /** It was cut short: its media process died while it ran. */
      readonly interrupted?: boolean
      readonly durationMs: number
      readonly bytes: number
      readonly sha256: string
    }
  | {
      readonly type: 'FailRecording'
      readonly interaction: InteractionId
      readonly recording: RecordingId
      readonly part?: number
      readonly reason: string
    }
  /** The recorded parties go to another media process, or find theirs started anew: a part follows the one of this number. */
  | {
      readonly type: 'ContinueRecording'
      readonly interaction: InteractionId
      readonly recording: RecordingId
      readonly after: number
    }

import type { MediaSessionId, RecordingId, SealedRecording } from './media.ts'

/**
 * What stands beside the sound of a recording, as `<spool>/<recording>.json`: enough to catalogue it while every core is away. It is
 * there from the first moment; `sealed` is added when the sound is whole and has its final name, `<spool>/<recording>.wav`. The
 * sound is `<recording>.part` until then.
 */
export interface RecordingSidecar {
  readonly recording: RecordingId
  readonly interaction: string
  /** One for each channel, the left first. */
  readonly sessions: readonly MediaSessionId[]
  readonly codec: 'PCMU' | 'PCMA'
  /** Wall time in milliseconds. */
  readonly startedAt: number
  /** The name of the media process that made it. */
  readonly media: string
  readonly sealed?: Omit<SealedRecording, 'recording'> & {
    /** Wall time in milliseconds. */
    readonly at: number
    /** The process that recorded died: the end may be missing, by half a second. */
    readonly recovered: boolean
  }
}

/** Reads a sidecar; undefined when the text is not one. */
export function parseRecordingSidecar(text: string): RecordingSidecar | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const { recording, interaction, sessions, codec, startedAt, sealed } = value as Record<string, unknown>
  if (typeof recording !== 'string' || typeof interaction !== 'string' || typeof startedAt !== 'number')
    return undefined
  if (!Array.isArray(sessions) || sessions.length < 1 || sessions.length > 2) return undefined
  if (codec !== 'PCMU' && codec !== 'PCMA') return undefined
  if (sealed !== undefined && (typeof sealed !== 'object' || sealed === null)) return undefined
  return value as RecordingSidecar
}

import type { Millis } from '#base'
import { type InteractionId, type InteractionRecording, playableParts, type RecordingId } from '#kernel/interaction'
import { isLongEnough, type MailboxEvent } from '#kernel/mailbox'
import type { CentreEvent } from './event.ts'
import type { CentreTarget } from './target.ts'

/**
 * What an event of a recording means for the mailbox that it is for. It is asked at every event that is decided, and before it is folded,
 * so that a message follows from the end of its recording whatever has ended it: a key, the caller, a media process, an agent who takes the call.
 */
export function mailboxEventOf(draft: CentreTarget, event: CentreEvent, now: Millis): MailboxEvent | undefined {
  switch (event.type) {
    case 'RecordingEnded':
      return left(draft, event, now)
    case 'RecordingSealed':
      return settled(draft, event, isLongEnough(event.durationMs) ? 'kept' : 'silent', event.durationMs)
    case 'RecordingFailed':
      return settled(draft, event, 'lost')
    default:
      return undefined
  }
}

/** The mailbox that a recording which ends now is a message for. */
export function mailboxOf({ mailbox, startedAt }: InteractionRecording, endedAt: number): string | undefined {
  return isLongEnough(endedAt - startedAt) ? mailbox : undefined
}

interface OfRecording {
  readonly interaction: InteractionId
  readonly recording: RecordingId
}

function left(
  draft: CentreTarget,
  { interaction: id, recording: message }: OfRecording,
  now: Millis,
): MailboxEvent | undefined {
  const interaction = draft.interaction(id)
  const recording = interaction?.recordings.find((one) => one.id === message && one.endedAt === undefined)
  const mailbox = recording && mailboxOf(recording, now)
  if (!interaction || mailbox === undefined) return undefined
  const { from, customer } = interaction
  return {
    type: 'VoiceMessageLeft',
    mailbox,
    message,
    interaction: id,
    from,
    ...(customer !== undefined && { customer }),
    durationMs: now - recording!.startedAt,
  }
}

function settled(
  draft: CentreTarget,
  { interaction, recording: message }: OfRecording,
  sound: 'kept' | 'lost' | 'silent',
  durationMs?: number,
): MailboxEvent | undefined {
  const unsealed = draft.unsealedOf(message)
  const mailbox = unsealed?.mailbox
  if (mailbox === undefined) return undefined
  return {
    type: 'VoiceMessageSettled',
    mailbox,
    message,
    interaction,
    sound,
    ...(durationMs !== undefined && { durationMs }),
    ...(unsealed?.parts !== undefined && sound === 'kept' && { parts: playableParts({ ...unsealed, id: message }) }),
  }
}

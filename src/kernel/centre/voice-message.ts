import type { InteractionId, InteractionRecording } from '#kernel/interaction'
import { isLongEnough, type MailboxEvent } from '#kernel/mailbox'
import type { Draft } from './draft.ts'
import type { CentreEvent } from './event.ts'

/**
 * What an event of a recording means for the mailbox that it is for. It is asked at every event that is decided, and before it is folded,
 * so that a message follows from the end of its recording whatever has ended it: a key, the caller, a media process, an agent who takes the call.
 */
export function mailboxEventOf(draft: Draft, event: CentreEvent): MailboxEvent | undefined {
  switch (event.type) {
    case 'RecordingEnded':
      return left(draft, event.interaction, event.recording)
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

function left(draft: Draft, id: InteractionId, message: string): MailboxEvent | undefined {
  const interaction = draft.interaction(id)
  const recording = interaction?.recordings.find((one) => one.id === message && one.endedAt === undefined)
  const mailbox = recording && mailboxOf(recording, draft.now)
  if (!interaction || mailbox === undefined) return undefined
  const { from, customer } = interaction
  return {
    type: 'VoiceMessageLeft',
    mailbox,
    message,
    interaction: id,
    from,
    ...(customer !== undefined && { customer }),
    durationMs: draft.now - recording!.startedAt,
  }
}

function settled(
  draft: Draft,
  { interaction, recording: message }: { readonly interaction: InteractionId; readonly recording: string },
  sound: 'kept' | 'lost' | 'silent',
  durationMs?: number,
): MailboxEvent | undefined {
  const mailbox = draft.unsealedOf(message)?.mailbox
  if (mailbox === undefined) return undefined
  return {
    type: 'VoiceMessageSettled',
    mailbox,
    message,
    interaction,
    sound,
    ...(durationMs !== undefined && { durationMs }),
  }
}

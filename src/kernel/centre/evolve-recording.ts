import { assertNever, type Millis } from '#base'
import type { Interaction, InteractionRecording, PartsOf, Phase } from '#kernel/interaction'
import type { EventOf } from './event.ts'
import type { RecordingEvent } from './event-recording.ts'

/** What an event of a recording makes of its interaction; the one given is not touched. */
export function evolveRecording(interaction: Interaction, event: RecordingEvent, at: Millis): Interaction {
  const { phase, recordings, counters } = interaction
  const { recording: id } = event
  switch (event.type) {
    case 'RecordingStarted': {
      const { channels, durationMsMax, mailbox } = event
      return {
        ...interaction,
        recordings: [
          ...recordings,
          { id, channels, startedAt: at, durationMsMax, ...(mailbox !== undefined && { mailbox }) },
        ],
        counters: { ...counters, recordings: counters.recordings + 1 },
        phase: phase.state === 'in-flow' ? { ...phase, recording: id } : phase,
      }
    }
    case 'RecordingContinued':
      return withRecording(interaction, id, (one) => ({ ...one, parts: event.part, partSince: at }))
    case 'RecordingEnded':
      return withRecording(interaction, id, (one) => ({ ...one, endedAt: at }))
    case 'RecordingPartSealed':
    case 'RecordingPartFailed':
      return withRecording(interaction, id, (one) => ({ ...one, ...withPart(one, event) }))
    case 'RecordingSealed': {
      const sealed = withRecording(interaction, id, (one) => ({ ...one, sealed: true }))
      // A replay that waited for it plays now, and then lasts as long as it lasts.
      const waits = phase.state === 'in-flow' && phase.recording === id && !phase.programEnded
      return { ...sealed, phase: waits ? withoutUntil(phase) : phase }
    }
    case 'RecordingFailed': {
      const rest = recordings.filter((one) => one.id !== id)
      if (phase.state !== 'in-flow' || phase.recording !== id) return { ...interaction, recordings: rest }
      const { recording: _, ...position } = phase
      return { ...interaction, recordings: rest, phase: position }
    }
    default:
      return assertNever(event)
  }
}

/** The same with one more part that is finished, or lost. */
export function withPart<T extends PartsOf>(of: T, event: EventOf<'RecordingPartSealed' | 'RecordingPartFailed'>): T {
  const { durationMs, bytes } = event.type === 'RecordingPartSealed' ? event : { durationMs: 0, bytes: 0 }
  const part = { part: event.part, ...(event.type === 'RecordingPartSealed' && { sealed: { durationMs, bytes } }) }
  return { ...of, finished: [...(of.finished ?? []), part] }
}

function withRecording(
  interaction: Interaction,
  id: string,
  change: (recording: InteractionRecording) => InteractionRecording,
): Interaction {
  return { ...interaction, recordings: interaction.recordings.map((one) => (one.id === id ? change(one) : one)) }
}

function withoutUntil(phase: Extract<Phase, { state: 'in-flow' }>): Phase {
  const { until: _, ...rest } = phase
  return rest
}

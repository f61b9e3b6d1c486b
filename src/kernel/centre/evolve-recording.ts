import { assertNever, type Millis } from '#base'
import type { Interaction, Phase } from '#kernel/interaction'
import type { CentreEvent } from './event.ts'

type RecordingEvent = Extract<
  CentreEvent,
  { type: 'RecordingStarted' | 'RecordingEnded' | 'RecordingSealed' | 'RecordingFailed' }
>

/** What an event of a recording makes of its interaction; the one given is not touched. */
export function evolveRecording(interaction: Interaction, event: RecordingEvent, at: Millis): Interaction {
  const { phase, recordings, counters } = interaction
  const { recording: id } = event
  switch (event.type) {
    case 'RecordingStarted': {
      const { channels, durationMsMax } = event
      return {
        ...interaction,
        recordings: [...recordings, { id, channels, startedAt: at, durationMsMax }],
        counters: { ...counters, recordings: counters.recordings + 1 },
        phase: phase.state === 'in-flow' ? { ...phase, recording: id } : phase,
      }
    }
    case 'RecordingEnded':
      return { ...interaction, recordings: recordings.map((one) => (one.id === id ? { ...one, endedAt: at } : one)) }
    case 'RecordingSealed': {
      const sealed = recordings.map((one) => (one.id === id ? { ...one, sealed: true } : one))
      // A replay that waited for it plays now, and then lasts as long as it lasts.
      const waits = phase.state === 'in-flow' && phase.recording === id && !phase.programEnded
      return { ...interaction, recordings: sealed, phase: waits ? withoutUntil(phase) : phase }
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

function withoutUntil(phase: Extract<Phase, { state: 'in-flow' }>): Phase {
  const { until: _, ...rest } = phase
  return rest
}

import type { ParticipantId } from '#kernel/interaction'
import type { Draft } from './draft.ts'
import { RECORDING_MS_MAX } from './limits.ts'

/** Records a conversation if its queue is recorded; the customer's side is the left channel. */
export function startRecording(draft: Draft, id: string, channels: readonly ParticipantId[]): void {
  const interaction = draft.interaction(id)
  if (interaction?.phase.state !== 'connected' && interaction?.phase.state !== 'held') return
  if (interaction.phase.queue === undefined) return
  if (!draft.configuration.queues.get(interaction.phase.queue)?.recorded) return
  draft.emit({
    type: 'RecordingStarted',
    interaction: id,
    recording: `${id}.r${interaction.counters.recordings + 1}`,
    channels,
    durationMsMax: RECORDING_MS_MAX,
  })
}

import { stepOf } from '#kernel/flow'
import { hearsPrograms, type InteractionId, visitProgram } from '#kernel/interaction'
import type { CentreCommand } from './command.ts'
import type { Draft } from './draft.ts'
import { followFlow } from './enter.ts'

type CommandOf<Type extends CentreCommand['type']> = Extract<CentreCommand, { type: Type }>

const DIGIT = /^[0-9*#A-D]$/

/** A digit counts only where a step waits for one; all others (a card number, say) never become an event. */
export function pressDigit(draft: Draft, { interaction: id, participant, digit }: CommandOf<'PressDigit'>): void {
  const interaction = draft.interaction(id)
  if (interaction?.phase.state !== 'in-flow' || !DIGIT.test(digit) || !hearsPrograms(interaction, participant)) return
  const step = stepOf(draft.configuration.flows.get(interaction.phase.flow), interaction.phase.step)
  if (step?.type !== 'menu' && !(step?.type === 'record' && digit === step.until)) return
  draft.emit({ type: 'DigitPressed', interaction: id, participant, digit })
  followFlow(draft, id, { type: 'digit', digit })
}

/** The prompts of a step have been said. Only the program of the present visit counts: all others are late. */
export function endProgram(draft: Draft, { interaction: id, participant, program }: CommandOf<'EndProgram'>): void {
  const interaction = draft.interaction(id)
  if (interaction?.phase.state !== 'in-flow' || !hearsPrograms(interaction, participant)) return
  const { visit, programEnded, flow, step } = interaction.phase
  const type = stepOf(draft.configuration.flows.get(flow), step)?.type
  if (programEnded || program !== visitProgram(id, visit) || type === 'music' || type === 'echo') return
  draft.emit({ type: 'ProgramEnded', interaction: id, program })
  followFlow(draft, id, { type: 'program-ended' })
}

/** A recording is finished, whether it was told to end or reached its limit. It may outlive its interaction. */
export function sealRecording(draft: Draft, command: CommandOf<'SealRecording'>): void {
  const { type: _, ...sealed } = command
  const known = endIfRunning(draft, command.interaction, command.recording)
  if (!known) return
  draft.emit({ type: 'RecordingSealed', ...sealed })
  if (known === 'ran') followFlow(draft, command.interaction, { type: 'recording-over' })
}

export function failRecording(draft: Draft, command: CommandOf<'FailRecording'>): void {
  const { interaction, recording, reason } = command
  const phase = draft.interaction(interaction)?.phase
  const isOfStep = phase?.state === 'in-flow' && phase.recording === recording
  if (!endIfRunning(draft, interaction, recording)) return
  draft.emit({ type: 'RecordingFailed', interaction, recording, reason })
  if (isOfStep) followFlow(draft, interaction, { type: 'recording-over' })
}

/** `ran`: it ran until now; `ended`: it had ended and was waited for; undefined: nobody knows it, or it is sealed already. */
function endIfRunning(draft: Draft, id: InteractionId, recordingId: string): 'ran' | 'ended' | undefined {
  if (draft.unsealed(recordingId)?.interaction === id) return 'ended'
  const recording = draft.interaction(id)?.recordings.find((one) => one.id === recordingId)
  if (!recording || recording.endedAt !== undefined) return undefined
  draft.emit({ type: 'RecordingEnded', interaction: id, recording: recordingId })
  return 'ran'
}

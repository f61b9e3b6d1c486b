import { flowOf, HEARING_KEYS, type Step, stepOf } from '#kernel/flow'
import { hearsPrograms, type Interaction, type ParticipantId, visitProgram } from '#kernel/interaction'
import type { CommandOf } from './command.ts'
import type { Draft } from './draft.ts'
import { followFlow, leaveQueue } from './enter.ts'

const DIGIT = /^[0-9*#A-D]$/

/** A digit counts only where a step waits for one; all others (a card number, say) never become an event. */
export function pressDigit(draft: Draft, { interaction: id, participant, digit }: CommandOf<'PressDigit'>): void {
  const interaction = draft.interaction(id)
  if (interaction?.phase.state === 'queued' || interaction?.phase.state === 'offered') {
    return pressInQueue(draft, interaction, { participant, digit })
  }
  if (interaction?.phase.state !== 'in-flow' || !DIGIT.test(digit) || !hearsPrograms(interaction, participant)) return
  const step = stepOf(flowOf(draft.configuration, interaction.phase.flow), interaction.phase.step)
  if (!step || !takesDigit(step, digit)) return
  draft.emit({ type: 'DigitPressed', interaction: id, participant, digit })
  followFlow(draft, id, { type: 'digit', digit })
}

function takesDigit(step: Step, digit: string): boolean {
  if (step.type === 'messages') return Object.hasOwn(HEARING_KEYS, digit)
  return step.type === 'menu' || (step.type === 'record' && digit === step.until)
}

/** A key of the queue: the caller goes on in a flow, perhaps leaving a callback at its place. */
function pressInQueue(draft: Draft, interaction: Interaction, { participant, digit }: Pressed): void {
  const { id, phase } = interaction
  const name = 'queue' in phase ? phase.queue : undefined
  const keys = name === undefined ? undefined : draft.configuration.queues.get(name)?.keys
  if (!keys || !Object.hasOwn(keys, digit) || !hearsPrograms(interaction, participant)) return
  draft.emit({ type: 'DigitPressed', interaction: id, participant, digit })
  leaveQueue(draft, id, keys[digit]!)
}

interface Pressed {
  readonly participant: ParticipantId
  readonly digit: string
}

/** The prompts of a step have been said. Only the program of the present visit counts: all others are late. */
export function endProgram(draft: Draft, command: CommandOf<'EndProgram'>): void {
  const { interaction: id, participant, program, failed = false } = command
  const interaction = draft.interaction(id)
  if (interaction?.phase.state !== 'in-flow' || !hearsPrograms(interaction, participant)) return
  const { visit, programEnded, flow, step } = interaction.phase
  const type = stepOf(flowOf(draft.configuration, flow), step)?.type
  if (programEnded || program !== visitProgram(id, visit) || type === 'music' || type === 'echo') return
  draft.emit({ type: 'ProgramEnded', interaction: id, program })
  followFlow(draft, id, { type: 'program-ended', failed })
}

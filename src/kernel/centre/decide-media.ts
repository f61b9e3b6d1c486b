import { stepOf } from '#kernel/flow'
import { hearsPrograms, visitProgram } from '#kernel/interaction'
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

import type { Hearing } from '#kernel/flow'
import type { InteractionId, ParticipantId } from '#kernel/interaction'

/** What happens to an interaction in a flow. */
export type FlowEvent =
  | {
      readonly type: 'StepEntered'
      readonly interaction: InteractionId
      readonly flow: string
      readonly step: string
      readonly visit: number
      readonly attempt: number
      /** What is said of the messages of a mailbox, where the step says them. */
      readonly hearing?: Hearing
    }
  | {
      readonly type: 'DigitPressed'
      readonly interaction: InteractionId
      readonly participant: ParticipantId
      readonly digit: string
    }
  | { readonly type: 'ProgramEnded'; readonly interaction: InteractionId; readonly program: string }

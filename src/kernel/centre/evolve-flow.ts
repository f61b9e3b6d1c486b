import { assertNever, type Millis } from '#base'
import type { Configuration } from '#kernel/config'
import { flowOf, stepOf, stepWaitMs } from '#kernel/flow'
import { type Interaction, visitProgram } from '#kernel/interaction'
import type { EventOf } from './event.ts'
import type { FlowEvent } from './event-flow.ts'

/** The interaction after an event of the flow that it is in; the one given is not touched. */
export function evolveFlow(
  interaction: Interaction,
  event: FlowEvent,
  at: Millis,
  configuration: Configuration,
): Interaction {
  switch (event.type) {
    case 'StepEntered':
      return stepEntered(interaction, event, at, configuration)
    case 'ProgramEnded':
      return programEnded(interaction, event, at, configuration)
    case 'DigitPressed':
      return interaction
    default:
      return assertNever(event)
  }
}

/** Visits have numbers that only rise. */
export function withVisit(interaction: Interaction, visit: number): Interaction['counters'] {
  return { ...interaction.counters, visits: Math.max(interaction.counters.visits, visit) }
}

function stepEntered(
  interaction: Interaction,
  event: EventOf<'StepEntered'>,
  at: Millis,
  configuration: Configuration,
): Interaction {
  const { flow, step, visit, attempt, hearing } = event
  const recording = interaction.phase.state === 'in-flow' ? interaction.phase.recording : undefined
  const document = stepOf(flowOf(configuration, flow), step)
  const ready = document?.type === 'replay' && isSealed(interaction, recording)
  const waitMs = document && !ready ? stepWaitMs(document, false) : undefined
  return {
    ...interaction,
    counters: withVisit(interaction, visit),
    phase: {
      state: 'in-flow',
      flow,
      step,
      visit,
      since: at,
      attempt,
      programEnded: false,
      ...(waitMs === undefined ? undefined : { until: at + waitMs }),
      ...(recording === undefined ? undefined : { recording }),
      ...(hearing && { hearing }),
    },
  }
}

function isSealed(interaction: Interaction, recording: string | undefined): boolean {
  return interaction.recordings.some((one) => one.id === recording && one.sealed === true)
}

function programEnded(
  interaction: Interaction,
  event: EventOf<'ProgramEnded'>,
  at: Millis,
  configuration: Configuration,
): Interaction {
  const { phase } = interaction
  if (phase.state !== 'in-flow' || event.program !== visitProgram(interaction.id, phase.visit)) return interaction
  const { until: _, ...rest } = phase
  const step = stepOf(flowOf(configuration, phase.flow), phase.step)
  const waitMs = step && stepWaitMs(step, true)
  return {
    ...interaction,
    phase: { ...rest, programEnded: true, ...(waitMs === undefined ? undefined : { until: at + waitMs }) },
  }
}
